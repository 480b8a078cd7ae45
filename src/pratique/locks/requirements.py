"""Requirement files as pip reads them, with the files that they include; nothing is asked of any index."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pratique.locks.entries import checked
from pratique.locks.model import Entry, Fault, Lock

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_HASH = re.compile(r"--hash[= ](\S+)")
_OPTION = re.compile(r"\s--?[a-z]")
_INCLUDE = {"-r": "-r", "--requirement": "-r", "-c": "-c", "--constraint": "-c"}
_DETOURS = {
    "-i": "names another index",
    "--index-url": "names another index",
    "--pypi-url": "names another index",
    "--extra-index-url": "adds another index",
    "-f": "takes files that no index lists",
    "--find-links": "takes files that no index lists",
}
_EDITABLE = frozenset({"-e", "--editable"})
_WITH_VALUE = (*_INCLUDE, *_DETOURS, *_EDITABLE)
_SHORTEST = 4
"""Letters and dashes from which on a beginning is taken for the whole option; pip asks that it be the only one."""
_ADDRESS = re.compile(r"(?:\w+\+)?\w[\w+.-]*://")
_FILE = re.compile(r"[./\\]|[^@]*\.(?:whl|zip|tar\.gz)$")
_DEEPEST = 20
"""Files within files."""


@dataclass(slots=True)
class _Read:
    """What was read so far."""

    pins: dict[str, list[Entry]] = field(default_factory=dict)
    """By the file that says so."""
    constraints: dict[str, str] = field(default_factory=dict)
    """The version of each project that a constraint pins."""
    loose: list[tuple[str, int, Requirement]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    detours: list[Fault] = field(default_factory=list)
    seen: set[tuple[Path, str]] = field(default_factory=set)


def read_requirements(path: Path) -> Lock:
    """Everything that a file and those that it includes pin; what pins nothing is a fault, with its line."""
    read = _Read()
    _file(path, str(path), "-r", read, 0)
    for place, line, requirement in read.loose:
        _settle(place, line, requirement, read)
    locks = [checked(place, entries) for place, entries in read.pins.items()]
    return Lock(
        pins=tuple(pin for lock in locks for pin in lock.pins),
        faults=tuple(
            sorted([*read.faults, *(f for lock in locks for f in lock.faults)], key=lambda f: (f.path, f.line))
        ),
        detours=tuple(read.detours),
    )


def _file(path: Path, shown: str, how: str, read: _Read, depth: int) -> None:
    try:
        here = (path.resolve(), how)
        if here in read.seen:
            return
        read.seen.add(here)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or ("its name has a NUL" if "\0" in str(path) else "it is not UTF-8")
        read.faults.append(Fault(path=shown, line=0, message=f"it cannot be read: {why}"))
        return
    for line, words in _lines(text):
        if not words.startswith("-"):
            _requirement(shown, line, words, how, read)
            continue
        for option, value in _options(words):
            if option in _INCLUDE:
                _include(path, shown, line, (_INCLUDE[option], value), read, depth)
            elif option in _DETOURS:
                read.detours.append(Fault(path=shown, line=line, message=f"{option} {_DETOURS[option]}"))
            else:
                _direct(shown, line, value, read)


def _options(words: str) -> Iterator[tuple[str, str]]:
    """The options of a line that matter here, each with its value: pip takes several, shortened and attached ones."""
    try:
        parts = iter(shlex.split(words))
    except ValueError:
        parts = iter(words.split())
    for part in parts:
        name, given, value = part.partition("=") if part.startswith("--") else (part[:2], part[2:], part[2:])
        if name.startswith("--") and len(name) >= _SHORTEST:
            name = next((one for one in _WITH_VALUE if one.startswith(name)), name)
        if name in _WITH_VALUE:
            yield name, (value if given else next(parts, "")).strip()


def _include(path: Path, shown: str, line: int, option: tuple[str, str], read: _Read, depth: int) -> None:
    how, value = option
    if _ADDRESS.match(value):
        read.faults.append(Fault(path=shown, line=line, message=f"{value} is an address: fetch it and name the file"))
    elif depth >= _DEEPEST:
        read.faults.append(Fault(path=shown, line=line, message="files include each other too deeply"))
    else:
        inner = path.parent / value
        _file(inner, str(Path(shown).parent / value), how, read, depth + 1)


def _requirement(shown: str, line: int, words: str, how: str, read: _Read) -> None:
    said = words[: found.start()] if (found := _OPTION.search(words)) else words
    if _ADDRESS.match(said) or _FILE.match(said.strip()):
        _direct(shown, line, said.strip(), read)
        return
    try:
        requirement = Requirement(said)
    except InvalidRequirement as error:
        read.faults.append(
            Fault(path=shown, line=line, message=f"{said.strip()[:80]!r} is no requirement: {_why(error)}")
        )
        return
    version = pinned(requirement)
    if how == "-c":
        if version:
            read.constraints[canonicalize_name(requirement.name)] = version
        return
    if requirement.url:
        read.detours.append(Fault(path=shown, line=line, message=f"{requirement.url} is an address of its own"))
    elif not version:
        read.loose.append((shown, line, requirement))
        return
    hashes = tuple((None, digest) for digest in _HASH.findall(words))
    entry = Entry(name=requirement.name, version=version, line=line, files=hashes, elsewhere=requirement.url or "")
    read.pins.setdefault(shown, []).append(entry)


def pinned(requirement: Requirement) -> str:
    """The one version that it names; empty where it names several or none."""
    specifiers = list(requirement.specifier)
    exact = [one.version for one in specifiers if one.operator in {"==", "==="} and not one.version.endswith(".*")]
    return exact[0] if len(specifiers) == 1 and exact else ""


def _settle(shown: str, line: int, requirement: Requirement, read: _Read) -> None:
    """A requirement that pins nothing itself: a constraint may."""
    if version := read.constraints.get(canonicalize_name(requirement.name)):
        read.pins.setdefault(shown, []).append(Entry(name=requirement.name, version=version, line=line))
        return
    message = f"{requirement} names no one release: pin it with ==, or audit a lock file"
    read.faults.append(Fault(path=shown, line=line, message=message))


def _direct(shown: str, line: int, place: str, read: _Read) -> None:
    """What comes from an address is a fault; a folder of one's own is nothing that anybody published."""
    if _ADDRESS.match(place):
        read.detours.append(Fault(path=shown, line=line, message=f"{place} is an address of its own"))
        read.faults.append(Fault(path=shown, line=line, message=f"{place} is no index's: fetch it and screen the file"))
    elif place.endswith((".whl", ".zip", ".tar.gz")):
        read.faults.append(Fault(path=shown, line=line, message=f"{place} is a file: `pratique screen` reads it"))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines: joined where one ends in a backslash, without comments, each with its first line's number."""
    start, held = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        start = start or number
        if raw.endswith("\\") and not raw.lstrip().startswith("#"):
            held += raw[:-1] + " "
            continue
        if words := _COMMENT.sub("", held + raw).strip():
            yield start, words
        start, held = 0, ""
    if words := _COMMENT.sub("", held).strip():
        yield start, words


def _why(error: InvalidRequirement) -> str:
    return str(error).splitlines()[0]
