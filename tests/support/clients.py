"""Real publishing clients, in an environment of their own beside the project's."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import environment

_ROOT = Path(__file__).parents[2]
_FOLDER = _ROOT / ".venv-clients"
_LOCK = _ROOT / "requirements" / "clients.txt"


def uv() -> str:
    """The uv of the project's environment."""
    return shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"


def clients_folder() -> Path:
    """Where twine, flit, hatch, Poetry and PDM lie; made if they are missing, from what is locked and nothing else.

    `make test` makes it before any test runs. Wheels only: nothing that is fetched is built.
    """
    stamp = _FOLDER / ".stamp"
    with (_ROOT / ".venv-clients-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_bytes() != _LOCK.read_bytes():
            python = str(_FOLDER / "bin" / "python")
            subprocess.run([uv(), "venv", "-q", "--clear", str(_FOLDER), "--python", sys.executable], check=True)
            install = [uv(), "pip", "install", "-q", "--python", python, "--no-deps", "--only-binary", ":all:"]
            subprocess.run([*install, "--require-hashes", "-r", str(_LOCK)], check=True)
            stamp.write_bytes(_LOCK.read_bytes())
    return _FOLDER / "bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """How a client is started to upload what lies in ``dist/``."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]


def publish_command(client: str, url: str, secret: str, home: Path) -> Command:
    """Upload everything in ``dist/`` of the folder that it is started in; nothing but loopback is reached."""
    folder = clients_folder()
    program = uv() if client == "uv" else str(folder / client)
    found = {
        "twine": ("upload", "--non-interactive", "--disable-progress-bar", "--repository-url", url),
        "uv": ("publish", "--publish-url", url, "--token", secret, "--trusted-publishing", "never", "--no-config"),
        "flit": ("publish",),
        "hatch": ("--no-color", "publish", "--no-prompt", "-r", url, "-u", "__token__", "-a", secret),
        "poetry": ("publish", "-n", "-r", "team", "-u", "__token__", "-p", secret),
        "pdm": ("publish", "--no-build", "--repository", url, "--username", "__token__", "--password", secret),
    }[client]
    if client in {"twine", "uv"}:
        found = (*found, "dist/*")
    if client == "twine":
        found = (*found, "-u", "__token__", "-p", secret)
    told = {
        "HOME": str(home),
        "PATH": f"{folder}:{os.environ['PATH']}",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "FLIT_INDEX_URL": url,
        "FLIT_USERNAME": "__token__",
        "FLIT_PASSWORD": secret,
        "POETRY_REPOSITORIES_TEAM_URL": url,
        "POETRY_VIRTUALENVS_CREATE": "false",
        "PDM_CHECK_UPDATE": "false",
        "NO_COLOR": "1",
    }
    return Command(arguments=(program, *found), environment={**environment(), **told})


if __name__ == "__main__":
    clients_folder()
