"""A proxy that lets nothing through: whatever would go past the gateway ends here, with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self
from urllib.parse import urlsplit

_HEAD = 64 << 10
"""Bytes of a request's head."""
_PATIENCE = 30.0
"""Seconds in which it has to have come."""
_MOST = 1_000
"""Hosts that are remembered."""
_REASON = "not behind the gateway of pratique run; --allow-direct lets it through uninspected"


class Fence:
    """Answers 403 to whoever asks for another host, and remembers which."""

    def __init__(self) -> None:
        self.asked: dict[str, None] = {}
        """Hosts, in the order in which they were asked for."""
        self.url = ""
        """Its own address, for ``HTTPS_PROXY``."""

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[Self]:
        """It stands on a free port of loopback until the end of the block."""
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, limit=_HEAD)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _PATIENCE)
            host = _host(head)
            if len(self.asked) < _MOST:
                self.asked.setdefault(host)
            body = f"{host} is {_REASON}\n".encode()
            lines = f"HTTP/1.1 403 {_REASON}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
            writer.write(f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _host(head: bytes) -> str:
    """The host that a request to a proxy names: ``CONNECT HOST:PORT`` or ``GET http://HOST/...`` (RFC 9110, 9112)."""
    words = head.split(b"\r\n", 1)[0].decode("ascii", "replace").split()
    place = words[1] if len(words) > 1 else ""
    with suppress(ValueError):
        return urlsplit(place if "://" in place else f"//{place}").hostname or "a host without a name"
    return "a host without a name"
