"""Tar archives, read once from front to back; `tarfile` parses the headers, we read the bodies."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import IO, cast

from pratique.finding import Severity
from pratique.unpack.intake import Intake
from pratique.unpack.limits import Broken, OverLimit

BLOCK = 512
_HEADER_BYTES = 256 * 1024
"""Of one member's headers, extended ones (PAX, GNU long names) included."""
_HEADER_ERRORS = (tarfile.TarError, ValueError, OverflowError, IndexError, KeyError, EOFError, RecursionError)


class TarStream:
    """What `tarfile` needs of a file, over chunks: reads forward, seeks forward, one byte back."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = b""
        self._at = 0
        self._start = 0
        self._allowance = _HEADER_BYTES
        self.last = b""
        """What was read last."""

    def tell(self) -> int:
        """Position in the uncompressed archive, in bytes."""
        return self._start + self._at

    def allow(self) -> None:
        """Allow the headers of one more member."""
        self._allowance = _HEADER_BYTES

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes of headers; raises `OverLimit` when one member has too many of them."""
        self._allowance -= size
        if size < 0 or self._allowance < 0:
            raise OverLimit(f"Its headers take more than {_HEADER_BYTES:,} bytes.")
        self.last = b"".join(self._some(size))
        return self.last

    def seek(self, position: int) -> None:
        """Go forward, or back by what the buffer still has."""
        if position < self._start:
            raise Broken("Its headers point backwards.")
        if position <= self._start + len(self._buffer):
            self._at = position - self._start
            return
        for _ in self._some(position - self.tell()):
            pass

    def body(self, size: int) -> Iterator[bytes]:
        """The next ``size`` bytes; raises `Broken` when the archive ends before."""
        for piece in self._some(size):
            size -= len(piece)
            yield piece
        if size:
            raise Broken("The archive ends in the middle of it.")

    def rest(self) -> Iterator[bytes]:
        """Everything up to the end."""
        yield self._buffer[self._at :]
        yield from self._chunks

    def _some(self, size: int) -> Iterator[bytes]:
        while size > 0:
            if self._at >= len(self._buffer) and not self._refill():
                return
            piece = self._buffer[self._at : self._at + size]
            self._at += len(piece)
            size -= len(piece)
            yield piece

    def _refill(self) -> bool:
        chunk = next(self._chunks, b"")
        if not chunk:
            return False
        back = self._buffer[-1:]
        self._start += len(self._buffer) - len(back)
        self._buffer, self._at = back + chunk, len(back)
        return True


def looks_like_tar(head: bytes) -> bool:
    """Whether the first block is a tar header with a right checksum (POSIX, GNU and the old format)."""
    if len(head) < BLOCK or not head[0]:
        return False
    try:
        tarfile.TarInfo.frombuf(head[:BLOCK], "utf-8", "surrogateescape")
    except _HEADER_ERRORS:
        return False
    return True


def read_tar(chunks: Iterator[bytes], intake: Intake) -> None:
    """Give every file of a tar to ``intake``; raises `Broken` or `OverLimit` where it cannot go on."""
    stream = TarStream(chunks)
    tar: tarfile.TarFile | None = None
    try:
        tar = tarfile.TarFile(fileobj=cast("IO[bytes]", stream), encoding="utf-8", errors="surrogateescape")
        while info := _next(tar, stream):
            intake.budget.enter()
            _member(info, stream, intake)
    except _HEADER_ERRORS as error:
        raise Broken(f"It cannot be read as a tar archive: {type(error).__name__}.") from error
    _after_end(stream, intake)


def _next(tar: tarfile.TarFile, stream: TarStream) -> tarfile.TarInfo | None:
    stream.allow()
    return tar.next()


def _member(info: tarfile.TarInfo, stream: TarStream, intake: Intake) -> None:
    if info.isdir():
        intake.path(info.name)
        return
    path = intake.path(info.name)
    if info.issparse():
        intake.notes.limit(path, "It is a sparse file, which is not read.")
    elif info.isreg():
        if info.size < 0:
            raise Broken("A member's size is negative.")
        intake.take(path, stream.body(info.size), executable=bool(info.mode & 0o111))
    elif info.issym() or info.islnk():
        intake.links.append((path, info.linkname, info.islnk()))
    elif info.ischr() or info.isblk() or info.isfifo():
        intake.notes.oddity("archive-device", Severity.HIGH, path, "It is a device or a pipe, not a file.")
    else:
        intake.notes.oddity("archive-device", Severity.MEDIUM, path, "Its type is one that no specification knows.")


def _after_end(stream: TarStream, intake: Intake) -> None:
    if stream.last.strip(b"\0"):
        raise Broken("A header in the middle of it is damaged: what follows was not read.")
    hidden = tail = b""
    try:
        for piece in stream.rest():
            if piece.strip(b"\0"):
                hidden = hidden or piece.lstrip(b"\0")
                tail = tail or piece
    except Broken:  # no further compressed stream: installers stopped at the archive's end and never see it
        hidden = hidden or b"?"
    if not hidden:
        return
    more = b"ustar" in tail or looks_like_tar(hidden[:BLOCK])
    message = "More members" if more else "More data"
    severity = Severity.CRITICAL if more else Severity.MEDIUM
    intake.notes.oddity("archive-trailing-data", severity, intake.path("-"), f"{message} after the end of the archive.")
