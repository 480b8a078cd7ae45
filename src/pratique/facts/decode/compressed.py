"""Compression formats, inflated no further than the budget allows."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

from pratique.facts.decode.budget import Budget, BudgetExceeded, Undecodable
from pratique.facts.decode.textual import argument, as_bytes

_GZIP = 31
_MEMORY = 256 * 1024 * 1024
_RAW = -15
_MEMBERS = 100


class _Inflater(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _inflate(inflater: _Inflater, data: bytes, budget: Budget, *, first: bool = True) -> bytes:
    room = min(budget.layer_bytes, budget.total_bytes)
    try:
        made = inflater.decompress(data, room + 1)
    except (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError, MemoryError) as error:
        raise Undecodable(str(error)) from None
    if len(made) > room:
        raise BudgetExceeded("layer_bytes" if room == budget.layer_bytes else "total_bytes")
    if data and not made and first and not inflater.eof:
        raise Undecodable("truncated")
    budget.spend_bytes(len(made))
    return made


def _with(
    make: Callable[[], _Inflater],
) -> Callable[[tuple[object, ...], Mapping[str, object], Budget], object]:
    def decoder(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
        data = as_bytes(argument(args, kwargs, 0, "data"))
        made: list[bytes] = []
        for _ in range(_MEMBERS):  # these formats may be a row of streams
            inflater = make()
            try:
                made.append(_inflate(inflater, data, budget, first=not made))
            except Undecodable:
                if not made:
                    raise
                break
            if not inflater.eof or not inflater.unused_data:
                break
            data = inflater.unused_data
        return b"".join(made)

    return decoder


def zlib_decompress(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``zlib.decompress(data, wbits=15)``; a stream without its header is read as well."""
    data = as_bytes(argument(args, kwargs, 0, "data"))
    window = argument(args, kwargs, 1, "wbits")
    bits = window if type(window) is int else zlib.MAX_WBITS
    try:
        inflater = zlib.decompressobj(bits)
    except (ValueError, OverflowError):
        raise Undecodable("wbits") from None
    try:
        return _inflate(inflater, data, budget)
    except Undecodable:
        if bits == _RAW or not data:
            raise
        return _inflate(zlib.decompressobj(_RAW), data, budget)


GZIP = _with(lambda: zlib.decompressobj(_GZIP))
BZ2 = _with(bz2.BZ2Decompressor)
LZMA = _with(lambda: lzma.LZMADecompressor(memlimit=_MEMORY))
