"""Rules of the house that no other tool keeps."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pypi_simple
import pytest
from pip._internal.models.index import PyPI, TestPyPI

_ROOT = Path(__file__).parents[1]
_TEXT = {".py", ".md", ".toml", ".txt", ".in", ".json", ".html", ".css", ".js", ".cfg", ".yml", ".yaml", ".svg", ""}
_SKIPPED = {".git", "__pycache__", "build", "dist", "htmlcov", "pratique-data"}


def _files() -> list[Path]:
    """The project's own text files: what a clone holds, as far as it can be told without git."""
    found = []
    for path in sorted(_ROOT.rglob("*")):
        parts = path.relative_to(_ROOT).parts
        hidden = any(p in _SKIPPED or p.endswith("_cache") or p.startswith((".venv", ".coverage")) for p in parts)
        if path.is_file() and not hidden and path.suffix in _TEXT and parts[0] != ".hypothesis":
            found.append(path)
    return found


def _registry_hosts() -> set[str]:
    """Hosts of the public index, from the libraries that know them: they are written nowhere here."""
    endpoint = urlsplit(pypi_simple.PYPI_SIMPLE_ENDPOINT).hostname
    assert endpoint
    return {endpoint, *(host for index in (PyPI, TestPyPI) for host in (index.netloc, index.file_storage_domain))}


def test_no_registry_host_is_written_anywhere() -> None:
    """The index in use is the one that pip is configured with; a host written down would go around it."""
    hosts = re.compile("|".join(re.escape(h) for h in sorted(_registry_hosts())), re.IGNORECASE)
    guilty = [str(p.relative_to(_ROOT)) for p in _files() if hosts.search(p.read_text("utf-8", "replace"))]
    assert guilty == []


@pytest.mark.parametrize("name", ["run", "dev", "build", "fuzz", "clients", "postgresql"])
def test_requirements_are_pinned_by_hash_and_hold_no_url(name: str) -> None:
    """What is installed is what was locked, from whichever index the machine uses."""
    text = (_ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash=sha256:", ""), re.MULTILINE)
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9._-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_what_the_readme_asks_to_run_exists() -> None:
    """Each make target and each command of the README is there."""
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (_ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {t for line in re.findall(r"^\$ make (.*)$", readme, re.MULTILINE) for t in line.split()}
    assert targets >= {"serve", "test"}
    assert not [t for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE)]
    for command in set(re.findall(r"^\$ \S*pratique (\w+)", readme, re.MULTILINE)):
        done = subprocess.run([sys.executable, "-m", "pratique", command, "--help"], check=False, capture_output=True)
        assert done.returncode == 0, command


def test_links_between_documents_lead_somewhere() -> None:
    """A relative link in a document names a file that exists."""
    documents = [_ROOT / "README.md", _ROOT / "CONTRIBUTING.md", _ROOT / "SECURITY.md", *(_ROOT / "docs").rglob("*.md")]
    for document in documents:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"


def test_ci_runs_the_readme_test_command() -> None:
    """A change is judged by exactly the command that the README gives, and its summary comes last."""
    lines = (_ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()
    assert lines[-1] == "make test"
    assert "set -euo pipefail" in lines
