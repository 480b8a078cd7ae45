"""Distributions by their ``.dist-info`` (Recording Installed Projects), and whether their files are as recorded."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from pathlib import Path, PurePosixPath

from pratique.environment.model import Installed
from pratique.errors import BadName
from pratique.names import ProjectName, project_name

_METADATA = 4 << 20
"""Bytes of a metadata file that are read."""


def installed(site: Path) -> Iterator[Installed]:
    """Every distribution of a folder, in the order of their records' names."""
    for folder in sorted([*site.glob("*.dist-info"), *site.glob("*.egg-info")]):
        yield _one(site, folder)


def _one(site: Path, folder: Path) -> Installed:
    metadata = folder / ("METADATA" if folder.suffix == ".dist-info" else "PKG-INFO") if folder.is_dir() else folder
    faults: list[str] = []
    project, version = _identity(metadata, folder, faults)
    rows = _rows(folder / "RECORD", faults) if folder.suffix == ".dist-info" else _legacy(folder, faults)
    files, changed, missing = [], [], []
    for path, digest in rows:
        place = site / path
        if not _within(site, path):
            faults.append(f"RECORD lists {path[:120]}, which lies outside of the environment")
        elif not place.is_file():
            if not path.endswith(".pyc"):  # made and thrown away as Python likes
                missing.append(path)
        else:
            files.append(path)
            if digest and not _is(place, digest):
                changed.append(path)
    return Installed(
        project=project,
        version=version,
        folder=folder.name,
        files=tuple(files),
        changed=tuple(changed),
        missing=tuple(missing),
        faults=tuple(faults),
        editable=_editable(folder),
    )


def _identity(metadata: Path, folder: Path, faults: list[str]) -> tuple[ProjectName, str]:
    """Name and version by the metadata, else by the folder's name."""
    name, _, version = folder.name.rpartition(".")[0].partition("-")
    try:
        with metadata.open("rb") as file:
            headers = BytesHeaderParser().parsebytes(file.read(_METADATA))
        name, version = str(headers.get("Name") or name), str(headers.get("Version") or version)
    except OSError as error:
        faults.append(f"{metadata.name} cannot be read: {error.strerror}")
    try:
        return project_name(name.strip()), version.strip().split("-py3")[0]
    except BadName as error:
        faults.append(error.message)
        return ProjectName("unknown"), version


def _rows(record: Path, faults: list[str]) -> list[tuple[str, str]]:
    """Path and digest of each row of RECORD."""
    try:
        text = record.read_text(encoding="utf-8")
        return [(row[0], row[1]) for row in csv.reader(text.splitlines()) if len(row) > 1 and row[0]]
    except OSError as error:
        faults.append(f"RECORD cannot be read: {error.strerror}; nothing says which files are its own")
    except (UnicodeDecodeError, csv.Error) as error:
        faults.append(f"RECORD is damaged: {error}")
    return []


def _legacy(folder: Path, faults: list[str]) -> list[tuple[str, str]]:
    """``installed-files.txt`` of setuptools' days without wheels: paths from the folder itself, and no digests."""
    try:
        lines = (folder / "installed-files.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        faults.append("it has no RECORD; nothing says which files are its own")
        return []
    return [(_plain(f"{folder.name}/{line}"), "") for line in lines if line]


def _plain(path: str) -> str:
    """Without ``.`` and with no more ``..`` than it takes."""
    parts: list[str] = []
    for part in PurePosixPath(path).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _within(site: Path, path: str) -> bool:
    """Whether a path leads no further up than the environment itself: ``lib/pythonX.Y/site-packages``."""
    up = sum(part == ".." for part in PurePosixPath(_plain(path)).parts)
    return not path.startswith(("/", "\\")) and up <= min(3, len(site.resolve().parts) - 1)


def _is(place: Path, digest: str) -> bool:
    """Whether a file has the digest that RECORD says: ``ALGORITHM=URLSAFE_BASE64``."""
    algorithm, _, said = digest.partition("=")
    try:
        with place.open("rb") as file:
            found = hashlib.file_digest(file, algorithm).digest()
    except (OSError, ValueError):
        return False
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() == said.rstrip("=")


def _editable(folder: Path) -> bool:
    try:
        said = json.loads((folder / "direct_url.json").read_text(encoding="utf-8"))
        return bool(said.get("dir_info", {}).get("editable"))
    except (OSError, ValueError, AttributeError):
        return False
