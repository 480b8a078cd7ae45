"""Clients that install what a lock file holds: a file that was given when that was written, and may be refused now."""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from pathlib import Path

from tests.support.clients import uv
from tests.support.distributions import Built
from tests.support.installers import POETRY, UV, Asked, poetry, run

LOCKED = ("uv sync --frozen", "Poetry install")

_UV = """\
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "asking"
version = "1"
source = {{ virtual = "." }}
dependencies = [{{ name = "{project}" }}]

[package.metadata]
requires-dist = [{{ name = "{project}", specifier = "=={version}", index = "{index}" }}]

[[package]]
name = "{project}"
version = "{version}"
source = {{ registry = "{index}" }}
wheels = [{{ url = "{url}", hash = "sha256:{sha256}", size = {size} }}]
"""
_POETRY = """\
[[package]]
name = "{project}"
version = "{version}"
description = ""
optional = false
python-versions = "*"
groups = ["main"]
files = [{{ file = "{filename}", hash = "sha256:{sha256}" }}]

[package.source]
type = "legacy"
url = "{index}"
reference = "pratique"

[metadata]
lock-version = "2.1"
python-versions = ">=3.11"
content-hash = "{content}"
"""


def sync(client: str, built: Built, index: str, folder: Path) -> Asked:
    """Let a client install what its lock file holds, in a new folder; it can reach nothing but loopback."""
    folder.mkdir()
    requirement = f"{built.project}=={built.version}"
    match client:
        case "uv sync --frozen":
            _write(folder / "pyproject.toml", UV, built, index, requirement=requirement)
            url = index.replace("/simple/", f"/files/{built.project}/{built.filename}")
            _write(folder / "uv.lock", _UV, built, index, url=url, size=len(built.data))
            return run([uv(), "sync", "--frozen", "--no-cache", "--python", sys.executable], {}, folder)
        case "Poetry install":
            _write(folder / "pyproject.toml", POETRY, built, index, requirement=requirement)
            _write(folder / "poetry.lock", _POETRY, built, index, content=_content(folder / "pyproject.toml"))
            return run(*poetry("install", folder), folder)
        case _:
            raise ValueError(client)


def _content(project: Path) -> str:
    """The hash by which Poetry knows that a lock is of this very project."""
    said = tomllib.loads(project.read_text(encoding="utf-8"))
    known = {key: said["project"][key] for key in ("requires-python", "dependencies")}
    sources = {"source": said["tool"]["poetry"]["source"]}
    content = json.dumps({"project": known, "tool": {"poetry": sources}}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _write(path: Path, text: str, built: Built, index: str, **more: object) -> None:
    known = {"project": built.project, "version": built.version, "filename": built.filename, "sha256": built.sha256}
    path.write_text(text.format(index=index, **known, **more), encoding="utf-8")
