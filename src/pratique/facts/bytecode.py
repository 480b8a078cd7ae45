"""Byte-code files that Python would run in place of source, read back into source without loading them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pratique.artifact import Member, Role
from pratique.facts.serialized import is_pyc, read_pyc, source_of_pyc, unchecked

_SUFFIXES = (".pyc", ".pyo")
_CACHED = re.compile(r"(?P<folder>.*/)?__pycache__/(?P<stem>[^/]+?)\.[a-z]+-\d+(?:\.opt-\d)?\.pyc")
_RUN = frozenset((Role.MODULE, Role.STARTUP, Role.SETUP, Role.BACKEND))
_WORD = 6
"""Letters of a name that must stand in the source as well; shorter ones may be the compiler's."""
_MADE = re.compile(r"__\w+__|<\w+>|\.\d+|annotate|AssertionError|_conditional\w*|.*\W.*", re.DOTALL)
"""Names that the compiler makes (`assert` asks for its error by name until 3.8), and texts that are no names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BytecodeFacts:
    """A byte-code file that can be run."""

    path: str
    sourceless: bool
    """It stands where Python looks for modules, and there is no source beside it."""
    unchecked: bool
    """It says that its source is not to be looked at (PEP 552), so it runs whatever the source says."""
    foreign: tuple[str, ...] = ()
    """Names it uses that its source does not hold."""
    damage: tuple[str, ...] = ()


def read_bytecode(member: Member, index: Mapping[str, Member]) -> BytecodeFacts | None:
    """Facts of a byte-code file; None for one that nobody runs by its place, and for what is no byte code.

    A cache needs its source beside it, and is overruled by that unless it is never compared with it.
    """
    if not member.path.endswith(_SUFFIXES) or member.role not in _RUN or not is_pyc(member.data):
        return None
    cached = _CACHED.fullmatch(member.path)
    source = index.get(f"{cached['folder'] or ''}{cached['stem']}.py" if cached else f"{member.path[:-1]}")
    if (source is None) if cached else "__pycache__/" in member.path:
        return None
    if source is not None and not (cached and (unchecked(member.data) or _is_fresh(member.data, source))):
        return None
    facts = read_pyc(member.data)
    names = {n for code in facts.code for n in code.names} if source is not None else set()
    foreign = tuple(sorted(n for n in names if source is not None and _is_missing(n, source.data)))[:20]
    if source is not None and not foreign and not unchecked(member.data):
        return None
    return BytecodeFacts(
        path=member.path,
        sourceless=cached is None,
        unchecked=unchecked(member.data) and source is not None,
        foreign=foreign,
        damage=facts.notes,
    )


def _is_fresh(data: bytes, source: Member) -> bool:
    """Whether a cache claims to be of a source of that size; its time is whatever the archive gives the source."""
    return data[4:8] == bytes(4) and int.from_bytes(data[12:16], "little") == source.size & 0xFFFFFFFF


def _is_missing(name: str, source: bytes) -> bool:
    if len(name) < _WORD or _MADE.fullmatch(name):
        return False
    return all(written.encode("utf-8", "replace") not in source for written in _as_written(name))


def _as_written(name: str) -> Iterator[str]:
    """The name, and what it may have been before a class made it its own: ``_Demo__name`` of ``__name``."""
    yield name
    if name.startswith("_"):
        yield from (name[at.start() :] for at in re.finditer("__(?=[^_])", name) if at.start())


def lifted(member: Member) -> Member:
    """The file as source with the same role."""
    return replace(member, data=source_of_pyc(member.data).encode("utf-8", "replace"))
