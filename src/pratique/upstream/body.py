"""A response's body: as it arrives, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable

import aiohttp

from pratique.errors import UpstreamError

_CHUNK = 1 << 18
_LEAST = 1 << 10
"""Bytes a second, on average, once the first minute is over: whoever sends less holds a place for days."""
_GRACE = 60.0
_REMEDY = "Try again; if it stays so, check the upstream."


class Body:
    """`pratique.ports.Download` of an answer."""

    def __init__(self, response: aiohttp.ClientResponse, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._response = response
        self._clock = clock
        self.length: int | None = response.content_length

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, as it arrives; raises `UpstreamError` when it ends early, stalls or drips."""
        pieces, start, size = self._response.content.iter_chunked(_CHUNK), self._clock(), 0
        while True:
            try:
                piece = await anext(pieces, None)
            except (aiohttp.ClientError, OSError) as error:
                raise UpstreamError(f"The upstream's answer broke off: {reason(error)}.", remedy=_REMEDY) from error
            if piece is None:
                return
            size += len(piece)
            seconds = self._clock() - start
            if seconds > _GRACE and size < _LEAST * seconds:
                raise UpstreamError(
                    f"The upstream sent {size:,} bytes in {seconds:.0f} seconds, which is too slow.", remedy=_REMEDY
                )
            yield piece

    async def all(self, limit: int) -> bytes:
        """The whole body; raises `UpstreamError` when it is larger than ``limit`` bytes, decompressed."""
        body = bytearray()
        async for chunk in self.chunks():
            body += chunk
            if len(body) > limit:
                raise UpstreamError(f"The upstream's page is larger than {limit} bytes.", remedy=_REMEDY)
        return bytes(body)


def reason(error: Exception) -> str:
    """Why, without an address in it: those of proxies hold credentials too."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not trusted"
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.strerror or "no connection"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "it is shorter than announced, or garbled"
    return type(error).__name__
