"""The header of byte-code files, which says which CPython wrote them (PEP 552)."""

from __future__ import annotations

from pratique.facts.serialized.marshalled.code import Parsed
from pratique.facts.serialized.marshalled.reading import parse_layouts

_HEADER = 16  # PEP 552; 12 bytes before 3.7
_MAGIC_37 = 3390
_MAGIC_38 = 3410
_MAGIC_311 = 3450
_MAGICS = ((3600, 14), (3550, 13), (3500, 12), (3450, 11), (3430, 10), (3420, 9), (3400, 8), (3390, 7))
"""First magic number of each minor version (``Lib/importlib/_bootstrap_external.py``)."""


def is_pyc(data: bytes) -> bool:
    """Whether bytes begin with the magic number of a CPython 3 (two bytes and a line end)."""
    return data[2:4] == b"\r\n" and _MAGIC_37 - 100 < int.from_bytes(data[:2], "little") < 3_800


def unchecked(data: bytes) -> bool:
    """Whether a byte-code file says that its source is never to be looked at (PEP 552)."""
    return is_pyc(data) and int.from_bytes(data[:2], "little") >= _MAGIC_37 and data[4:8] == b"\1\0\0\0"


def parse_pyc(data: bytes) -> Parsed:
    """Read a byte-code file into data; never raises."""
    if len(data) < _HEADER or data[2:4] != b"\r\n":
        return Parsed(value=None, code=(), strings=(), versions=(), notes=("has no byte-code header",))
    magic = int.from_bytes(data[:2], "little")
    body = data[_HEADER if magic >= _MAGIC_37 else 12 :]
    layout = 11 if magic >= _MAGIC_311 else 8 if magic >= _MAGIC_38 else 6
    return parse_layouts(body, (layout,), (next((minor for first, minor in _MAGICS if magic >= first), 6),))
