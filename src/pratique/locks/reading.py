"""Which format a file has, by its name as its own tool writes it; else it is a requirement file."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pratique.errors import BadSetting
from pratique.locks import tables
from pratique.locks.entries import checked
from pratique.locks.model import Entry, Fault, Lock
from pratique.locks.requirements import read_requirements

_Format = Callable[[dict[str, Any], str], Iterator[Entry]]
_BY_NAME: dict[str, _Format] = {
    "uv.lock": tables.uv,
    "poetry.lock": tables.poetry,
    "pdm.lock": tables.pdm,
    "Pipfile.lock": tables.pipfile,
}
_PYLOCK = re.compile(r"pylock\.(?:[^.]+\.)?toml")
_BY_DEFAULT = ("pylock.toml", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.txt")
_LARGEST = 64 << 20
"""Bytes."""


def find_lock(folder: Path) -> Path:
    """The lock file of the project in ``folder`` or above it; raises `BadSetting` where there is none."""
    for place in (folder, *folder.parents):
        for name in _BY_DEFAULT:
            if (place / name).is_file():
                return place / name
        if (place / "pyproject.toml").is_file():
            break
    raise BadSetting(
        "This project has no lock file.",
        remedy=f"Name a file: one of {', '.join(_BY_DEFAULT)}, or an environment with --environment PATH.",
    )


def read_lock(path: Path) -> Lock:
    """All that a file pins and all that is wrong with it; raises nothing for what is written in it."""
    form = tables.pylock if _PYLOCK.fullmatch(path.name) else _BY_NAME.get(path.name)
    if form is None:
        return read_requirements(path)
    try:
        if path.stat().st_size > _LARGEST:
            return _broken(path, 0, f"it has more than {_LARGEST >> 20} MiB")
        text = path.read_text(encoding="utf-8-sig")
        document = json.loads(text) if form is tables.pipfile else tomllib.loads(text)
    except OSError as error:
        return _broken(path, 0, f"it cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        return _broken(path, 0, "it is not UTF-8")
    except (ValueError, RecursionError) as error:
        return _broken(path, _line(error, text), f"it is damaged: {error}")
    if not isinstance(document, dict):
        return _broken(path, 1, "it is no table")
    return checked(str(path), form(document, text))


def _line(error: Exception, text: str) -> int:
    """Where a parser gave up, by its own words."""
    found = re.search(r"line (\d+)", str(error))
    return int(found[1]) if found else len(text.splitlines())


def _broken(path: Path, line: int, message: str) -> Lock:
    return Lock(faults=(Fault(path=str(path), line=line, message=message),))
