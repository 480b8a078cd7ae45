"""Collections of records, one at a time: a folder of JSON files, or a zip of them, however many there are.

The standard reader of zips keeps every entry of the directory in memory (some 700 bytes each); here the
directory is walked as it lies in the file, so that memory does not grow with the number of records.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pratique.advisories.record import RECORD_BYTES
from pratique.errors import PratiqueError

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_WINDOW = 1 << 20


class BadCollection(PratiqueError):
    """A folder or zip that cannot be read any further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file of a collection: its bytes, or why they could not be had."""

    name: str
    raw: bytes = b""
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    flags: int
    method: int
    packed: int
    size: int
    crc: int
    offset: int


def items(path: Path) -> Iterator[Item]:
    """The JSON files of a folder (also below it) or of a zip, or a single one; raises `BadCollection`."""
    if path.is_dir():
        yield from _folder(path)
        return
    if path.suffix == ".json" and path.is_file():
        yield _file(path, path.parent)
        return
    try:
        with path.open("rb") as file:
            yield from zip_items(file)
    except OSError as error:
        raise BadCollection(
            f"{path} cannot be read: {error.strerror or error}.",
            remedy="Check that the file is there, and that this user may read it.",
        ) from error


def _folder(path: Path) -> Iterator[Item]:
    found = False
    for folder, below, files in os.walk(path):
        below.sort()
        for name in sorted(name for name in files if name.endswith(".json")):
            found = True
            yield _file(Path(folder, name), path)
    if not found:
        raise BadCollection(f"{path} holds no .json file.", remedy="Name a folder or a zip of OSV records.")


def _file(path: Path, root: Path) -> Item:
    name = str(path.relative_to(root))
    try:
        with path.open("rb") as file:
            return Item(name=name, raw=file.read(RECORD_BYTES + 1))
    except OSError as error:
        return Item(name=name, error=f"It cannot be read: {error.strerror or error}.")


def zip_items(file: BinaryIO) -> Iterator[Item]:
    """The JSON members of a zip (APPNOTE 6.3.10), in its directory's order; raises `BadCollection`."""
    start, end = _directory(file)
    for entry in _entries(file, start, end):
        if entry.name.endswith(".json"):
            yield _member(file, entry)


def _directory(file: BinaryIO) -> tuple[int, int]:
    """Where the central directory begins and ends."""
    length = file.seek(0, io.SEEK_END)
    file.seek(max(0, length - _END.size - _MAX16))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise BadCollection("It is no zip, or it was cut off.", remedy="Fetch it again.")
    end = length - len(tail) + at
    size, offset = _END.unpack_from(tail, at)[5:7]
    if _MAX32 in {offset, size} or _END.unpack_from(tail, at)[4] == _MAX16:
        size, offset = _directory64(file, end) or (size, offset)
    if offset + size > end:
        raise BadCollection("Its directory does not fit into the file.", remedy="Fetch it again.")
    return offset, offset + size


def _directory64(file: BinaryIO, end: int) -> tuple[int, int] | None:
    if end < _LOCATOR.size:
        return None
    file.seek(end - _LOCATOR.size)
    signature, _, at, _ = _LOCATOR.unpack(file.read(_LOCATOR.size))
    if signature != b"PK\6\7" or at + _END64.size > end:
        return None
    file.seek(at)
    record = _END64.unpack(file.read(_END64.size))
    return (record[8], record[9]) if record[0] == b"PK\6\6" else None


def _entries(file: BinaryIO, at: int, end: int) -> Iterator[_Entry]:
    """The directory's entries, read window by window."""
    window, base = b"", at
    while at < end:
        if base + len(window) < end and at - base + _CENTRAL.size + 3 * _MAX16 > len(window):
            file.seek(at)
            window, base = file.read(min(_WINDOW, end - at)), at
        entry, length = _entry(window, at - base)
        at += length
        yield entry


def _entry(window: bytes, at: int) -> tuple[_Entry, int]:
    try:
        fields = _CENTRAL.unpack_from(window, at)
    except struct.error:
        fields = (b"",)
    if fields[0] != b"PK\1\2":
        raise BadCollection("Its directory is damaged.", remedy="Fetch it again.")
    flags, method, crc, packed, size = fields[3], fields[4], *fields[7:10]
    name_at = at + _CENTRAL.size
    extra_at = name_at + fields[10]
    raw = window[name_at:extra_at]
    name = raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
    packed, size, offset = _sizes64(window[extra_at : extra_at + fields[11]], packed, size, fields[16])
    entry = _Entry(name=name, flags=flags, method=method, packed=packed, size=size, crc=crc, offset=offset)
    return entry, _CENTRAL.size + sum(fields[10:13])


def _sizes64(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """Sizes and offset, from the extra field where they do not fit into 32 bits."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            wide = iter(struct.unpack(f"<{length // 8}Q", extra[at + 4 : at + 4 + length // 8 * 8]))
            size = next(wide, size) if size == _MAX32 else size
            packed = next(wide, packed) if packed == _MAX32 else packed
            offset = next(wide, offset) if offset == _MAX32 else offset
        at += 4 + length
    return packed, size, offset


def _member(file: BinaryIO, entry: _Entry) -> Item:
    try:
        return Item(name=entry.name, raw=_content(file, entry))
    except (BadCollection, zlib.error, struct.error) as error:
        reason = error.message if isinstance(error, BadCollection) else f"It is damaged ({error})."
        return Item(name=entry.name, error=reason)


def _content(file: BinaryIO, entry: _Entry) -> bytes:
    if entry.flags & _ENCRYPTED or entry.method not in {_STORED, _DEFLATED}:
        raise BadCollection(
            "It is encrypted, or packed in a way that is not read here.", remedy="Make or fetch the zip again."
        )
    if max(entry.size, entry.packed) > RECORD_BYTES:
        raise BadCollection(f"It is larger than {RECORD_BYTES} bytes.", remedy="Make or fetch the zip again.")
    file.seek(entry.offset)
    header = _LOCAL.unpack(file.read(_LOCAL.size))
    if header[0] != b"PK\3\4":
        raise BadCollection("It is not where the directory says.", remedy="Make or fetch the zip again.")
    file.seek(header[9] + header[10], io.SEEK_CUR)
    packed = file.read(entry.packed)
    content = packed
    if entry.method == _DEFLATED:
        content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.size + 1)
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise BadCollection("Its content is not what the directory says.", remedy="Make or fetch the zip again.")
    return content
