"""Marshalled code objects and byte-code files of CPython 3.6 to 3.14, by a reader that builds nothing runnable.

The format is that of CPython's ``Python/marshal.c``; code objects changed their fields in 3.8 and 3.11.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from pratique.facts.serialized.model import CodeFacts, SerializedFacts

_OBJECTS = 400_000
_DEPTH = 100
_TEXT = 4_000
_STRINGS = 5_000
_REF = 0x80
_HEADER = 16  # PEP 552; 12 bytes before 3.7
_MAGIC_37 = 3390
_MAGIC_38 = 3410
_MAGIC_311 = 3450


class _Damaged(Exception):
    pass


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int = 0
    refs: list[object] = field(default_factory=list)
    code: list[CodeFacts] = field(default_factory=list)
    strings: dict[str, None] = field(default_factory=dict)
    objects: int = 0

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise _Damaged("ends early")
        self.at += size
        return self.data[self.at - size : self.at]

    def long(self) -> int:
        return int(struct.unpack("<i", self.take(4))[0])

    def text(self, size: int, codec: str) -> str:
        made = self.take(size).decode(codec, "replace")
        if len(self.strings) < _STRINGS:
            self.strings[made[:_TEXT]] = None
        return made


def read_pyc(data: bytes) -> SerializedFacts:
    """Read a byte-code file: its header says which CPython wrote it. Never raises; damage is in ``notes``."""
    if len(data) < _HEADER or data[2:4] != b"\r\n":
        return SerializedFacts(format="pyc", notes=("has no byte-code header",))
    magic = int.from_bytes(data[:2], "little")
    body = data[_HEADER if magic >= _MAGIC_37 else 12 :]
    layout = 11 if magic >= _MAGIC_311 else 8 if magic >= _MAGIC_38 else 6
    return _read(body, "pyc", (layout,))


def read_marshal(data: bytes) -> SerializedFacts:
    """Read a marshalled object of unknown version: the layouts are tried, newest first. Never raises."""
    return _read(data, "marshal", (11, 8, 6))


def _read(data: bytes, name: str, layouts: Sequence[int]) -> SerializedFacts:
    """The first layout that reads without damage, or else the one that came furthest."""
    best: SerializedFacts | None = None
    reached = -1
    for layout in layouts:
        reader = _Reader(data)
        notes: tuple[str, ...] = ()
        try:
            _object(reader, layout, 0)
        except _Damaged as error:
            notes = (f"{error} at byte {reader.at}",)
        found = SerializedFacts(format=name, strings=tuple(reader.strings), code=tuple(reader.code), notes=notes)
        if not notes:
            return found
        if len(reader.code) > reached:
            best, reached = found, len(reader.code)
    return best or SerializedFacts(format=name)


def _object(reader: _Reader, layout: int, depth: int) -> object:
    reader.objects += 1
    if reader.objects > _OBJECTS or depth > _DEPTH:
        raise _Damaged("has more or deeper objects than are read")
    byte = reader.take(1)[0]
    slot = -1
    if byte & _REF:
        slot = len(reader.refs)
        reader.refs.append(None)
    value = _value(reader, chr(byte & ~_REF), layout, depth)
    if slot >= 0:
        reader.refs[slot] = value
    return value


def _value(reader: _Reader, kind: str, layout: int, depth: int) -> object:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if kind in "aAzZutsi" or kind in "IlfgxyrR":
        return _scalar(reader, kind)
    if kind == "(" or kind in "[<>":
        return _items(reader, reader.long(), layout, depth)
    if kind == ")":
        return _items(reader, reader.take(1)[0], layout, depth)
    if kind == "{":
        return _pairs(reader, layout, depth)
    if kind == ":":  # slice, 3.14
        return _items(reader, 3, layout, depth)
    if kind == "c":
        return _code(reader, layout, depth)
    raise _Damaged(f"has the unknown type {kind!r}")


def _scalar(reader: _Reader, kind: str) -> object:
    if kind in "zZ":
        return reader.text(reader.take(1)[0], "latin-1")
    if kind in "aA":
        return reader.text(reader.long(), "latin-1")
    if kind in "ut":
        return reader.text(reader.long(), "utf-8")
    if kind == "s":
        return reader.take(reader.long())
    if kind == "i":
        return reader.long()
    if kind in "rR":
        index = reader.long()
        return reader.refs[index] if 0 <= index < len(reader.refs) else None
    if kind == "l":
        reader.take(2 * abs(reader.long()))
    elif kind in "fx":
        for _ in range(1 if kind == "f" else 2):
            reader.take(reader.take(1)[0])
    else:
        reader.take({"I": 8, "g": 8, "y": 16}[kind])
    return None


def _items(reader: _Reader, count: int, layout: int, depth: int) -> list[object]:
    if count < 0 or count > len(reader.data) - reader.at:
        raise _Damaged("ends early")
    return [_object(reader, layout, depth + 1) for _ in range(count)]


def _pairs(reader: _Reader, layout: int, depth: int) -> list[object]:
    found: list[object] = []
    while reader.data[reader.at : reader.at + 1] != b"0":
        found += [_object(reader, layout, depth + 1), _object(reader, layout, depth + 1)]
    reader.take(1)
    return found


def _code(reader: _Reader, layout: int, depth: int) -> str:
    """A code object: counts, byte code, constants, names; ends with file, name, line, tables."""
    reader.take({6: 20, 8: 24, 11: 20}[layout])
    position = len(reader.code)
    reader.code.append(CodeFacts(name="", filename="", firstlineno=0))
    fields = [_object(reader, layout, depth + 1) for _ in range(3)]  # byte code, constants, names
    names = _texts(fields[2])
    for _ in range(2 if layout == 11 else 3):
        names += _texts(_object(reader, layout, depth + 1))
    filename, name = (_object(reader, layout, depth + 1) for _ in range(2))
    if layout == 11:
        name = _object(reader, layout, depth + 1) or name
    line = reader.long()
    for _ in range(2 if layout == 11 else 1):
        _object(reader, layout, depth + 1)
    strings, blobs = _constants(fields[1])
    reader.code[position] = CodeFacts(
        name=name if isinstance(name, str) else "",
        filename=filename if isinstance(filename, str) else "",
        firstlineno=line,
        names=tuple(dict.fromkeys(names)),
        strings=tuple(strings),
        blobs=tuple(blobs),
    )
    return "<code>"


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _constants(value: object) -> tuple[list[str], list[bytes]]:
    """Text and bytes among constants; tuples in them are opened within the reader's own limits."""
    strings: list[str] = []
    blobs: list[bytes] = []
    stack = [value]
    seen: set[int] = set()
    while stack:
        item = stack.pop()
        if isinstance(item, list) and id(item) not in seen:
            seen.add(id(item))
            stack += reversed(item)
        elif isinstance(item, str) and len(strings) < _STRINGS:
            strings.append(item)
        elif isinstance(item, bytes) and len(blobs) < _STRINGS:
            blobs.append(item)
    return strings, blobs


_SIMPLE: dict[str, object] = {"N": None, "T": True, "F": False, "S": None, ".": ..., "0": None}
