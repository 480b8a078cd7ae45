"""Distributions by their ``.dist-info`` (Recording Installed Projects), and whether their files are as recorded."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from email.parser import BytesHeaderParser
from pathlib import Path, PurePosixPath

from pratique.environment.guessing import guessed
from pratique.environment.model import Installed
from pratique.environment.records import bytes_of
from pratique.errors import BadName
from pratique.names import ProjectName, project_name


def installed(site: Path) -> Iterator[Installed]:
    """Every distribution of a folder, in the order of their records' names."""
    for folder in sorted([*site.glob("*.dist-info"), *site.glob("*.egg-info")]):
        yield _one(site, folder)


def _one(site: Path, folder: Path) -> Installed:
    metadata = folder / ("METADATA" if folder.suffix == ".dist-info" else "PKG-INFO") if folder.is_dir() else folder
    faults: list[str] = []
    project, version = _identity(metadata, folder, faults)
    rows, unproven = _listed(folder, faults), ""
    if rows is None:
        rows = [(path, "") for path in guessed(site, folder, project)]
        unproven = "it has no RECORD: its files are told by their names, and nothing says that they are whole"
        if not rows:
            faults.append("it has no RECORD, and nothing else says which files are its own")
    files, changed, missing = _compared(site, rows, faults)
    return Installed(
        project=project,
        version=version,
        folder=folder.name,
        files=tuple(files),
        changed=tuple(changed),
        missing=tuple(missing),
        unproven=unproven if files else "",
        faults=tuple(faults),
        editable=_editable(folder),
    )


def _compared(site: Path, rows: Iterable[tuple[str, str]], faults: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Which files are there, which of them are changed, and which are missing."""
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
    return files, changed, missing


def _identity(metadata: Path, folder: Path, faults: list[str]) -> tuple[ProjectName, str]:
    """Name and version by the metadata, else by the folder's name."""
    name, _, version = folder.name.rpartition(".")[0].partition("-")
    try:
        headers = BytesHeaderParser().parsebytes(bytes_of(metadata))
        name, version = str(headers.get("Name") or name), str(headers.get("Version") or version)
    except OSError as error:
        faults.append(f"{metadata.name} cannot be read: {error.strerror}")
    try:
        return project_name(name.strip()), version.strip().split("-py3")[0]
    except BadName as error:
        faults.append(error.message)
        return ProjectName("unknown"), version


def _listed(folder: Path, faults: list[str]) -> list[tuple[str, str]] | None:
    """Path and digest of each file by RECORD, or by ``installed-files.txt`` of older days; None without either."""
    try:
        if folder.suffix == ".dist-info":
            text = bytes_of(folder / "RECORD").decode("utf-8")
            return [(row[0], row[1]) for row in csv.reader(text.splitlines()) if len(row) > 1 and row[0]]
        lines = bytes_of(folder / "installed-files.txt").decode("utf-8").splitlines()
        return [(_plain(f"{folder.name}/{line}"), "") for line in lines if line]
    except OSError:
        return None
    except (UnicodeDecodeError, csv.Error) as error:
        faults.append(f"RECORD is damaged: {error}")
        return []


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
    except (OSError, ValueError, TypeError):  # SHAKE has no length of its own, and PEP 376 no name for one
        return False
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() == said.rstrip("=")


def _editable(folder: Path) -> bool:
    try:
        said = json.loads(bytes_of(folder / "direct_url.json"))
        return bool(said.get("dir_info", {}).get("editable"))
    except (OSError, ValueError, AttributeError, RecursionError):
        return False
