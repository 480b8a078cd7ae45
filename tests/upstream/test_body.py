"""A body that drips: byte by byte, never silent for long enough to time out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import cast

import aiohttp
import pytest

from pratique.errors import UpstreamError
from pratique.upstream.body import Body


@dataclass
class _Dripping:
    """An answer, and a clock that moves on by ``seconds`` with each of its pieces."""

    pieces: Sequence[int]
    seconds: float
    content_length: int | None = None
    at: float = 0.0

    @property
    def content(self) -> _Dripping:
        """Its own body."""
        return self

    async def iter_chunked(self, _: int) -> AsyncIterator[bytes]:
        """The pieces, by their sizes."""
        for size in self.pieces:
            self.at += self.seconds
            yield b"x" * size

    async def read(self) -> int:
        """How many bytes came through."""
        body = Body(cast("aiohttp.ClientResponse", self), clock=lambda: self.at)
        return sum([len(piece) async for piece in body.chunks()])


async def test_what_drips_is_given_up() -> None:
    """After the first minute, with what was sent and how long it took."""
    with pytest.raises(UpstreamError, match="sent 75 bytes in 75 seconds"):
        await _Dripping([25] * 10, 25).read()


@pytest.mark.parametrize(("pieces", "seconds"), [([1, 1], 30), ([70_000] * 5, 61), ([], 1000)])
async def test_what_is_slow_is_waited_for(pieces: list[int], seconds: float) -> None:
    """Within the first minute, and as long as a kilobyte a second arrives."""
    assert await _Dripping(pieces, seconds).read() == sum(pieces)
