"""Marshalled objects of CPython 3.6 to 3.14, by a reader that builds nothing runnable.

The format is that of CPython's ``Python/marshal.c``; code objects changed their fields in 3.8 and 3.11.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pratique.facts.serialized.marshalled.code import Code, Group, Parsed

_OBJECTS = 400_000
_DEPTH = 100
_TEXT = 4_000
STRINGS = 5_000
_REF = 0x80
_LAYOUT_VERSIONS = {11: (14, 13, 12, 11), 8: (10, 9, 8), 6: (7, 6)}


class _Damaged(Exception):
    pass


@dataclass(slots=True)
class _Reader:
    data: bytes
    layout: int
    at: int = 0
    refs: list[object] = field(default_factory=list)
    code: list[Code] = field(default_factory=list)
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
        made = self.take(size).decode(codec, "surrogatepass" if codec == "utf-8" else "strict")
        if len(self.strings) < STRINGS:
            self.strings[made[:_TEXT]] = None
        return made


def parse_marshal(data: bytes) -> Parsed:
    """Read a marshalled object of unknown version into data; never raises."""
    return parse_layouts(data, (11, 8, 6), ())


def parse_layouts(data: bytes, layouts: Sequence[int], versions: tuple[int, ...]) -> Parsed:
    """The first layout that reads without damage, or else the one that came furthest."""
    best: Parsed | None = None
    for layout in layouts:
        reader = _Reader(data, layout)
        notes: tuple[str, ...] = ()
        value: object = None
        try:
            value = _object(reader, 0)
        except (_Damaged, UnicodeDecodeError, ValueError) as error:
            notes = (f"{error if isinstance(error, _Damaged) else 'is damaged'} at byte {reader.at}",)
        found = Parsed(
            value=value,
            code=tuple(reader.code),
            strings=tuple(reader.strings),
            versions=versions or _LAYOUT_VERSIONS[layout],
            notes=notes,
        )
        if not notes:
            return found
        if best is None or len(found.code) > len(best.code):
            best = found
    return best or Parsed(value=None, code=(), strings=(), versions=versions, notes=())


def _object(reader: _Reader, depth: int) -> object:
    reader.objects += 1
    if reader.objects > _OBJECTS or depth > _DEPTH:
        raise _Damaged("has more or deeper objects than are read")
    byte = reader.take(1)[0]
    slot = -1
    if byte & _REF:
        slot = len(reader.refs)
        reader.refs.append(None)
    value = _value(reader, chr(byte & ~_REF), depth)
    if slot >= 0:
        reader.refs[slot] = value
    return value


def _value(reader: _Reader, kind: str, depth: int) -> object:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if kind in "aAzZutsiIlfgxyrR":
        return _scalar(reader, kind)
    if kind in "([<>":
        return Group(_KINDS[kind], tuple(_items(reader, reader.long(), depth)))
    if kind == ")":
        return Group("()", tuple(_items(reader, reader.take(1)[0], depth)))
    if kind == "{":
        return Group("{:}", tuple(_pairs(reader, depth)))
    if kind == ":":  # slice, 3.14
        return Group(":", tuple(_items(reader, 3, depth)))
    if kind == "c":
        return _code(reader, depth)
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
    return _number(reader, kind)


def _number(reader: _Reader, kind: str) -> object:
    if kind == "l":  # digits of 15 bits, least significant first
        count = reader.long()
        raw = reader.take(2 * abs(count))
        digits = (int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2))
        bits = "".join(format(d & 0x7FFF, "015b") for d in reversed(list(digits)))
        return (int(bits, 2) if bits else 0) * (-1 if count < 0 else 1)
    if kind == "I":
        return int(struct.unpack("<q", reader.take(8))[0])
    if kind in "fx":
        texts = [reader.take(reader.take(1)[0]).decode("latin-1") for _ in range(1 if kind == "f" else 2)]
        return float(texts[0]) if kind == "f" else complex(float(texts[0]), float(texts[1]))
    return (
        float(struct.unpack("<d", reader.take(8))[0])
        if kind == "g"
        else complex(*struct.unpack("<2d", reader.take(16)))
    )


def _items(reader: _Reader, count: int, depth: int) -> Iterator[object]:
    if count < 0 or count > len(reader.data) - reader.at:
        raise _Damaged("ends early")
    for _ in range(count):
        yield _object(reader, depth + 1)


def _pairs(reader: _Reader, depth: int) -> Iterator[object]:
    while reader.data[reader.at : reader.at + 1] != b"0":
        yield _object(reader, depth + 1)
        yield _object(reader, depth + 1)
    reader.take(1)


def _code(reader: _Reader, depth: int) -> Code:
    """A code object: counts, byte code, constants, names; ends with file, name, line, tables."""
    counts = [reader.long() for _ in range({6: 5, 8: 6, 11: 5}[reader.layout])]
    made = Code(argcount=counts[0], kwonly=counts[1 if reader.layout == 6 else 2], flags=counts[-1])
    reader.code.append(made)
    bytecode, constants, names, local = (_object(reader, depth + 1) for _ in range(4))
    made.bytecode = bytecode if isinstance(bytecode, bytes) else b""
    made.constants = constants.items if isinstance(constants, Group) else ()
    made.names, made.locals = _texts(names), _texts(local)
    if reader.layout == 11:
        _object(reader, depth + 1)  # kinds of the locals
    else:
        free = _texts(_object(reader, depth + 1))
        made.cells = (*_texts(_object(reader, depth + 1)), *free)
    filename, name = _object(reader, depth + 1), _object(reader, depth + 1)
    if reader.layout == 11:
        _object(reader, depth + 1)  # qualified name
    made.filename, made.name = str(filename), name if isinstance(name, str) else ""
    made.firstlineno = reader.long()
    for _ in range(2 if reader.layout == 11 else 1):
        _object(reader, depth + 1)
    return made


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item if isinstance(item, str) else "" for item in value.items) if isinstance(value, Group) else ()


_SIMPLE: dict[str, object] = {"N": None, "T": True, "F": False, "S": None, ".": ..., "0": None}
_KINDS = {"(": "()", "[": "[]", "<": "{}", ">": "{}"}
