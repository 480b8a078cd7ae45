"""Real clients that install and lock, each told to know nothing but one index, and what each refusal tells a person."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.clients import clients_folder, uv
from tests.support.server import environment

_ROOT = Path(__file__).parents[2]
_PATIENCE = 180
RESOLVERS = ("pip", "pip download", "pip 23.2", "pip-tools", "uv", "uv lock", "Poetry", "PDM")

_PROJECT = """\
[project]
name = "asking"
version = "1"
requires-python = ">=3.11"
dependencies = ["{requirement}"]
"""
POETRY = _PROJECT + '[tool.poetry]\npackage-mode = false\n[[tool.poetry.source]]\nname = "pratique"\nurl = "{index}"\n'
_PDM = _PROJECT + '[tool.pdm]\ndistribution = false\n[[tool.pdm.source]]\nname = "pypi"\nurl = "{index}"\n'
UV = _PROJECT + '[tool.uv]\npackage = false\n[[tool.uv.index]]\nurl = "{index}"\ndefault = true\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a client ended, and all that it printed."""

    status: int
    printed: str

    def line_with(self, text: str) -> str:
        """The line in which a person reads this text, without what differs from run to run; empty if none does."""
        for line in self.printed.splitlines():
            if text in line and not line.startswith("See "):  # PDM's log, in a folder that carries the name
                return _plain(line)
        return ""


def ask(client: str, requirement: str, index: str, folder: Path) -> Asked:
    """Let a client install or lock one requirement in a new folder; it can reach nothing but loopback."""
    folder.mkdir()
    return run(*_command(client, requirement, index, folder), folder)


def run(arguments: list[str], extra: Mapping[str, str], folder: Path) -> Asked:
    """Start a client in a folder that is its home, with more variables in its environment."""
    told = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache"), "NO_COLOR": "1", **extra}
    done = subprocess.run(
        arguments,
        env={**environment(), **told},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        timeout=_PATIENCE,
        check=False,
    )
    return Asked(status=done.returncode, printed=done.stdout.decode("utf-8", "replace"))


def _command(client: str, requirement: str, index: str, folder: Path) -> tuple[list[str], Mapping[str, str]]:
    pip = [sys.executable, "-m", "pip"]
    options = ["--no-cache-dir", "--index-url", index]
    pip_23, pip_tools = locked_folder("pip-2023"), locked_folder("pip-tools")
    match client:
        case "pip":
            return [*pip, "install", *options, "--target", "site", requirement], {}
        case "pip download":
            return [*pip, "download", *options, "--dest", "files", requirement], {}
        case "pip 23.2":
            return [*pip, "install", *options, "--target", "site", requirement], {"PYTHONPATH": str(pip_23)}
        case "pip-tools":
            (folder / "asked.in").write_text(f"{requirement}\n", encoding="utf-8")
            command = ["-m", "piptools", "compile", "--no-config", "-q", "--index-url", index, "asked.in"]
            return [sys.executable, *command], {"PYTHONPATH": str(pip_tools)}
        case "uv":
            command = ["pip", "install", "--no-cache", "--no-config", "--default-index", index, "--target", "site"]
            return [uv(), *command, requirement], {}
        case "uv lock":
            _write(folder, UV, requirement, index)
            return [uv(), "lock", "--no-cache", "--python", sys.executable], {}
        case "Poetry":
            _write(folder, POETRY, requirement, index)
            return poetry("lock", folder)
        case "PDM":
            _write(folder, _PDM, requirement, index)
            settings = {"PDM_CHECK_UPDATE": "false", "PDM_USE_VENV": "false", "PDM_PYTHON": sys.executable}
            return [str(clients_folder() / "pdm"), "lock", "--no-cross-platform"], settings
        case _:
            raise ValueError(client)


def poetry(command: str, folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """One of Poetry's commands; what it installs goes into an environment in the folder."""
    settings = {
        "POETRY_VIRTUALENVS_IN_PROJECT": "true",
        "POETRY_VIRTUALENVS_OPTIONS_NO_PIP": "true",
        "POETRY_CACHE_DIR": str(folder / "cache"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    return [str(clients_folder() / "poetry"), command, "--no-interaction", "--no-ansi"], settings


def _write(folder: Path, text: str, requirement: str, index: str) -> None:
    (folder / "pyproject.toml").write_text(text.format(requirement=requirement, index=index), encoding="utf-8")


def locked_folder(name: str) -> Path:
    """A folder for ``PYTHONPATH`` with what ``requirements/NAME.txt`` locks; made if it is missing, from wheels alone.

    Clients that would replace one another in one environment lie in a folder each.
    """
    lock, folder = _ROOT / "requirements" / f"{name}.txt", _ROOT / f".venv-clients-{name}"
    stamp = folder / ".stamp"
    with (_ROOT / ".venv-clients-lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
            install = [uv(), "pip", "install", "-q", "--python", sys.executable, "--target", str(folder), "--no-deps"]
            locked = ["--only-binary", ":all:", "--require-hashes", "-r", str(lock)]
            subprocess.run([*install, *locked], check=True, env=dict(os.environ))
            stamp.write_bytes(lock.read_bytes())
    return folder


def _plain(line: str) -> str:
    line = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8470", line.strip())
    line = re.sub(r"/report/(\S+)/[0-9a-f]{16}", r"/report/\1/0123456789abcdef", line)
    line = re.sub(r",? for url:? \S+$", "", line)  # the file or what lies beside it: whichever was asked for first
    line = re.sub(r"until [0-9-]+ [0-9:]+ UTC", "until DATE UTC", line)
    return re.sub(r"\s+", " ", line)


def main() -> None:
    """Make the folders."""
    for name in ("pip-2023", "pip-tools"):
        locked_folder(name)


if __name__ == "__main__":
    main()
