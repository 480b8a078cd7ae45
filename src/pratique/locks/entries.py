"""From what a format says to checked pins, with every fault on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.errors import BadName
from pratique.locks.model import Entry, Fault, Lock, Pin
from pratique.names import project_name
from pratique.versions import read_version

_SHA256 = re.compile(r"(?:sha256[:=])?([0-9a-f]{64})")


def checked(path: str, entries: Iterable[Entry]) -> Lock:
    """Pins of the entries that are whole; a fault for each that is not."""
    pins: list[Pin] = []
    faults: list[Fault] = []
    for entry in entries:
        if entry.own:
            continue
        found = _pin(path, entry)
        if isinstance(found, Pin):
            pins.append(found)
        else:
            faults.append(found)
    return Lock(pins=tuple(pins), faults=tuple(faults))


def file_name(place: object) -> str:
    """The name that a URL or a path ends in; empty for what is neither."""
    return re.split(r"[?#]", place)[0].replace("\\", "/").rpartition("/")[2] if isinstance(place, str) else ""


def lines_of(text: str, header: str) -> list[int]:
    """The lines that consist of a header such as ``[[package]]``: TOML's parser tells no positions."""
    return [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == header]


def _pin(path: str, entry: Entry) -> Pin | Fault:
    def fault(message: str) -> Fault:
        return Fault(path=path, line=entry.line, message=message)

    if not isinstance(entry.name, str):
        return fault("an entry without a name")
    try:
        project = project_name(entry.name)
    except BadName as error:
        return fault(error.message)
    if entry.elsewhere:
        return fault(f"{project} comes from {entry.elsewhere}, which no index has: screen that by itself")
    if not isinstance(entry.version, str):
        return fault(f"{project} has no version, so that nothing says which release it is")
    version = read_version(entry.version)
    if version is None:
        return fault(f"{project}: {entry.version[:40]!r} is no version (PEP 440)")
    files = tuple((name, _digest(said)) for name, said in entry.files if isinstance(name, str) and name)
    hashes = frozenset(digest for _, said in entry.files if (digest := _digest(said)))
    return Pin(project=project, version=str(version), path=path, line=entry.line, files=files, hashes=hashes)


def _digest(said: object) -> str:
    """The SHA-256 that ``sha256:...`` or the like says; empty for another hash or none."""
    found = _SHA256.fullmatch(said.strip().lower()) if isinstance(said, str) else None
    return found[1] if found else ""
