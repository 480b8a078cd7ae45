"""Zip archives: the central directory says what is there, the local headers must say the same."""

from __future__ import annotations

import io
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pratique.finding import Severity
from pratique.unpack.intake import Intake
from pratique.unpack.limits import Broken, Budget
from pratique.unpack.streams import CHUNK, decompressed, pieces

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_METHODS = {8: "deflate", 12: "bzip2", 93: "zstd"}
_RULE = "archive-readers-disagree"
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800


@dataclass(frozen=True, slots=True)
class _Entry:
    raw: bytes
    name: str
    flags: int
    method: int
    packed: int
    size: int
    mode: int
    offset: int


def read_zip(file: BinaryIO, intake: Intake) -> None:
    """Give every file of a zip to ``intake`` (APPNOTE 6.3.10); raises `Broken` where it cannot go on."""
    try:
        start, end, shift = _directory(file, intake)
        spans: list[tuple[int, int]] = []
        for entry in _entries(file, start, end, shift):
            intake.budget.enter()
            _member(file, entry, intake, spans)
        _between(file, spans, start, intake)
    except (struct.error, OverflowError, ValueError) as error:
        raise Broken("Its directory holds impossible numbers.") from error


def _directory(file: BinaryIO, intake: Intake) -> tuple[int, int, int]:
    """Where the central directory starts and ends, and how far all offsets are off."""
    length = file.seek(0, io.SEEK_END)
    tail_at = max(0, length - _END.size - _MAX16)
    file.seek(tail_at)
    tail = file.read(length - tail_at)
    at = tail.rfind(b"PK\5\6", 0, max(len(tail) - _END.size + 4, 0))
    if at < 0:
        raise Broken("It has no central directory: it is no zip, or it was cut off.")
    size, offset = _END.unpack_from(tail, at)[5:7]
    end = tail_at + at
    _after_end(tail, at, intake)
    if (big := _zip64(file, end)) is not None:
        end, size, offset = big
    if size > end:
        raise Broken("Its central directory does not fit into the file.")
    start = end - size
    if start < offset:
        raise Broken("Its central directory is not where it should be.")
    return start, end, start - offset


def _after_end(tail: bytes, at: int, intake: Intake) -> None:
    """Note what follows the end record, and a second one that also fits the end of the file."""
    (announced,) = struct.unpack_from("<H", tail, at + _END.size - 2)
    if announced != len(tail) - at - _END.size:
        message = "Data follows after the end of the archive."
        intake.notes.oddity("archive-trailing-data", Severity.MEDIUM, intake.path("-"), message)
    while (at := tail.rfind(b"PK\5\6", 0, at)) >= 0:
        (announced,) = struct.unpack_from("<H", tail, at + _END.size - 2)
        if announced == len(tail) - at - _END.size:
            message = "It has two end records that fit: readers disagree on what is in it."
            intake.notes.oddity(_RULE, Severity.CRITICAL, intake.path("-"), message)


def _zip64(file: BinaryIO, end: int) -> tuple[int, int, int] | None:
    if end < _LOCATOR.size:
        return None
    file.seek(end - _LOCATOR.size)
    locator = file.read(_LOCATOR.size)
    if not locator.startswith(b"PK\6\7") or end < _LOCATOR.size + _END64.size:
        return None
    file.seek(end - _LOCATOR.size - _END64.size)
    record = _END64.unpack(file.read(_END64.size))
    if record[0] != b"PK\6\6":
        raise Broken("Its zip64 end record is not where it should be.")
    return end - _LOCATOR.size - _END64.size, record[8], record[9]


def _entries(file: BinaryIO, start: int, end: int, shift: int) -> Iterator[_Entry]:
    at = start
    while at < end:
        file.seek(at)
        fixed = file.read(_CENTRAL.size)
        if len(fixed) < _CENTRAL.size or not fixed.startswith(b"PK\1\2"):
            raise Broken("Its central directory is damaged.")
        fields = _CENTRAL.unpack(fixed)
        names, extras, comments = fields[10:13]
        raw, extra = file.read(names), file.read(extras)
        at += _CENTRAL.size + names + extras + comments
        size, packed, offset = _wide(extra, fields[9], fields[8], fields[16])
        name = raw.decode("utf-8" if fields[3] & _UTF8 else "cp437", "surrogateescape")
        yield _Entry(raw, name, fields[3], fields[4], packed, size, fields[15] >> 16, offset + shift)


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Sizes and offset, from the zip64 extra field where the 32-bit ones are full."""
    values = [size, packed, offset]
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == 1:
            wide = extra[at + 4 : at + 4 + length]
            for i, value in enumerate(values):
                if value == _MAX32 and len(wide) >= 8:
                    values[i] = int.from_bytes(wide[:8], "little")
                    wide = wide[8:]
        at += 4 + length
    return values[0], values[1], values[2]


def _member(file: BinaryIO, entry: _Entry, intake: Intake, spans: list[tuple[int, int]]) -> None:
    path = intake.path(entry.name)
    file.seek(entry.offset)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\3\4"):
        intake.notes.damage(path, "Its local header is missing.")
        return
    fields = _LOCAL.unpack(header)
    _compare(fields, file.read(fields[9]), entry, path, intake)
    data_at = entry.offset + _LOCAL.size + fields[9] + fields[10]
    spans.append((entry.offset, data_at + entry.packed))
    if entry.name.endswith("/") and not entry.size:
        return
    file.seek(data_at)
    if stat.S_ISLNK(entry.mode) and entry.size <= CHUNK:
        target = b"".join(_content(file, entry, intake.budget))[:4096].decode("utf-8", "surrogateescape")
        intake.links.append((path, target, False))
        return
    executable = bool(entry.mode & 0o111)
    member = intake.take(path, _content(file, entry, intake.budget), executable=executable)
    stopped = intake.notes.depth and not member.whole
    if member.size != entry.size and not entry.flags & _ENCRYPTED and not stopped:
        message = f"The directory says {entry.size:,} bytes, its data is {member.size:,}."
        intake.notes.oddity(_RULE, Severity.HIGH, path, message)


def _compare(local: tuple[int, ...], raw: bytes, entry: _Entry, path: str, intake: Intake) -> None:
    if raw != entry.raw:
        other = raw.decode("utf-8", "replace")[:200]
        message = f"Its local header calls it {other!r}: readers disagree on what is installed."
        intake.notes.oddity(_RULE, Severity.CRITICAL, path, message)
    if local[3] != entry.method:
        intake.notes.oddity(_RULE, Severity.HIGH, path, "Local header and directory name different compressions.")
    sizes = (local[7], local[8])
    streamed = local[2] & _DESCRIPTOR and sizes == (0, 0)
    if not streamed and _MAX32 not in sizes and sizes != (entry.packed, entry.size):
        intake.notes.oddity(_RULE, Severity.HIGH, path, "Local header and directory give different sizes.")


def _content(file: BinaryIO, entry: _Entry, budget: Budget) -> Iterator[bytes]:
    if entry.flags & _ENCRYPTED:
        raise Broken("It is encrypted.")
    packed = pieces(file, entry.packed)
    if entry.method in _METHODS:
        yield from decompressed(packed, _METHODS[entry.method], budget)
        return
    if entry.method:
        raise Broken(f"Its compression method ({entry.method}) is not one that is read.")
    for piece in packed:
        budget.spend(len(piece))
        yield piece


def _between(file: BinaryIO, spans: list[tuple[int, int]], directory: int, intake: Intake) -> None:
    """Note what lies between the members: data, or members that only a streaming reader sees."""
    at = 0
    for start, end in [*sorted(spans), (directory, directory)]:
        if start < at:
            intake.notes.oddity(_RULE, Severity.HIGH, intake.path("-"), "Members overlap.")
        elif start > at:
            _gap(file, at, start, intake)
        at = max(at, end)


def _gap(file: BinaryIO, start: int, end: int, intake: Intake) -> None:
    file.seek(start)
    head = file.read(min(end - start, CHUNK))
    if not start and head.startswith(b"#!") and head.find(b"\n") == end - 1:
        return  # the line of a zip application that names its interpreter (PEP 441)
    descriptor = 24
    if b"PK\3\4" in head:
        message = "It holds a member that its directory does not list."
        intake.notes.oddity("archive-hidden-member", Severity.CRITICAL, intake.path("-"), message)
    elif end - start > descriptor and head.strip(b"\0"):
        message = f"{end - start:,} bytes lie outside of its members."
        intake.notes.oddity("archive-hidden-data", Severity.MEDIUM, intake.path("-"), message)
