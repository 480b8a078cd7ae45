"""Compressed streams, read piece by piece: no input makes one step yield more than a chunk."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from pratique.unpack.limits import Broken, Budget

CHUNK = 256 * 1024
"""Bytes read, and at most four times as many produced, in one step."""
OUT = 4 * CHUNK
_LZMA_MEMORY = 256 * 1024 * 1024
_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"]\0\0": "lzma"}


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class Inflate:
    """`zlib` with the interface that the other decompressors have."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)
        self._full = False

    @property
    def eof(self) -> bool:
        """Whether the stream's end was seen."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Whether more input is needed before more comes out."""
        return not (self._inner.unconsumed_tail or self._full)

    @property
    def unused_data(self) -> bytes:
        """What follows the end of the stream."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Decompress at most ``max_length`` bytes; pass nothing to get more of what was passed before."""
        out = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self._full = len(out) == max_length
        return out


def compression(head: bytes) -> str | None:
    """The compression that a file's first bytes announce, if any."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)


def decompressor(name: str) -> _Decompressor:
    """A fresh decompressor; raises `Broken` for one that this Python lacks."""
    if name in {"gzip", "deflate"}:
        return Inflate(31 if name == "gzip" else -15)
    if name == "bzip2":
        return bz2.BZ2Decompressor()
    if name in {"xz", "lzma"}:
        return lzma.LZMADecompressor(memlimit=_LZMA_MEMORY)
    return _zstd()


def _zstd() -> _Decompressor:
    try:
        from importlib import import_module

        made: _Decompressor = import_module("compression.zstd").ZstdDecompressor()
    except ImportError:
        raise Broken("It is compressed with Zstandard, which this Python cannot read.") from None
    return made


def pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The next ``size`` bytes of ``file``; raises `Broken` when it ends before."""
    while size:
        piece = file.read(min(size, CHUNK))
        if not piece:
            raise Broken("It ends early.")
        size -= len(piece)
        yield piece


def decompressed(packed: Iterator[bytes], name: str, budget: Budget) -> Iterator[bytes]:
    """All streams in ``packed``, one after the other, as gzip, bzip2 and xz files allow.

    Raises `Broken` for damage, `Exhausted` and `OverLimit` when it is too much. Zeros after a stream
    are padding; anything else there that is no further stream is damage.
    """
    read = made = 0
    rest = next(packed, b"")
    while rest:
        engine = decompressor(name)
        while not engine.eof:
            if engine.needs_input and not rest and not (rest := next(packed, b"")):
                raise Broken("Its compressed data ends early.")
            read += len(rest)
            out = _step(engine, rest)
            rest = b""
            if out:
                made += len(out)
                budget.spend(len(out))
                budget.check_ratio(read, made)
                yield out
        rest = engine.unused_data.lstrip(b"\0") or _first_nonzero(packed)


def _step(engine: _Decompressor, data: bytes) -> bytes:
    try:
        return engine.decompress(data, OUT)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        raise Broken(f"Its compressed data is damaged: {error}.") from error


def _first_nonzero(packed: Iterator[bytes]) -> bytes:
    for piece in packed:
        if rest := piece.lstrip(b"\0"):
            return rest
    return b""
