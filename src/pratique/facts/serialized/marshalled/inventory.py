"""What stands in marshalled code: its names, texts and bytes, as facts."""

from __future__ import annotations

from pratique.facts.serialized.marshalled.code import Group, Parsed
from pratique.facts.serialized.marshalled.pyc import parse_pyc
from pratique.facts.serialized.marshalled.reading import STRINGS, parse_marshal
from pratique.facts.serialized.model import CodeFacts, SerializedFacts


def read_pyc(data: bytes) -> SerializedFacts:
    """Read a byte-code file: its header says which CPython wrote it. Never raises; damage is in ``notes``."""
    return _facts("pyc", parse_pyc(data))


def read_marshal(data: bytes) -> SerializedFacts:
    """Read a marshalled object of unknown version: the layouts are tried, newest first. Never raises."""
    return _facts("marshal", parse_marshal(data))


def _facts(name: str, parsed: Parsed) -> SerializedFacts:
    code = []
    for one in parsed.code:
        strings, blobs = _constants(one.constants)
        code.append(
            CodeFacts(
                name=one.name,
                filename=one.filename,
                firstlineno=one.firstlineno,
                names=tuple(dict.fromkeys((*one.names, *one.locals, *one.cells))),
                strings=tuple(strings),
                blobs=tuple(blobs),
            )
        )
    return SerializedFacts(format=name, strings=parsed.strings, code=tuple(code), notes=parsed.notes)


def _constants(values: tuple[object, ...]) -> tuple[list[str], list[bytes]]:
    """Text and bytes among constants; tuples in them are opened within the reader's own limits."""
    strings: list[str] = []
    blobs: list[bytes] = []
    stack: list[object] = list(reversed(values))
    seen: set[int] = set()
    while stack:
        item = stack.pop()
        if isinstance(item, Group) and id(item) not in seen:
            seen.add(id(item))
            stack += reversed(item.items)
        elif isinstance(item, str) and len(strings) < STRINGS:
            strings.append(item)
        elif isinstance(item, bytes) and len(blobs) < STRINGS:
            blobs.append(item)
    return strings, blobs
