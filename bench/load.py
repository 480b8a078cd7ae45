"""A small HTTP client that loads a server: keep-alive connections, each with one request under way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_BUFFER = 1 << 18


@dataclass(slots=True)
class Load:
    """What a server bore."""

    seconds: float = 0.0
    """The time that was measured."""
    latencies: list[float] = field(default_factory=list)
    """Seconds from a request to its answer's last byte."""
    received: int = 0
    """Bytes of bodies."""
    failures: list[str] = field(default_factory=list)
    """Status lines other than 200, and connections that ended."""

    @property
    def rate(self) -> float:
        """Answers each second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0


async def load(host: str, port: int, request: bytes, *, seconds: float, connections: int) -> Load:
    """Send ``request`` again and again over so many connections for so long, and not a moment longer."""
    result = Load()
    start = time.perf_counter()
    end = start + seconds
    loop = asyncio.get_running_loop()
    clients = []
    for _ in range(connections):
        _, client = await loop.create_connection(lambda: _Client(request, result, end), host, port)
        clients.append(client)
    await asyncio.wait([client.done for client in clients], timeout=seconds + 10)
    result.seconds = time.perf_counter() - start
    for client in clients:
        client.close()
    return result


class _Client(asyncio.BufferedProtocol):
    """One connection."""

    def __init__(self, request: bytes, result: Load, end: float) -> None:
        self._request = request
        self._result = result
        self._end = end
        self._buffer = bytearray(_BUFFER)
        self._view = memoryview(self._buffer)
        self._head = b""
        self._left = -1
        self._sent = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._write: Callable[[bytes], None]
        self.close: Callable[[], None] = lambda: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._write, self.close = transport.write, transport.close
        self._ask()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        if self._left < 0:
            self._head += bytes(self._view[:nbytes])
            head, end, rest = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._begin(head, len(rest))
        else:
            self._take(nbytes)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._fail(f"the connection ended: {exc}")

    def _ask(self) -> None:
        self._head, self._left = b"", -1
        self._sent = time.perf_counter()
        self._write(self._request)

    def _begin(self, head: bytes, rest: int) -> None:
        status, *lines = head.split(b"\r\n")
        lengths = [int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")]
        if b" 200 " not in status + b" " or not lengths:
            self._fail(status.decode("latin-1") + ("" if lengths else " without a length"))
            return
        self._left = lengths[0]
        self._take(rest)

    def _take(self, number: int) -> None:
        self._left -= number
        self._result.received += number
        if self._left:
            return
        now = time.perf_counter()
        self._result.latencies.append(now - self._sent)
        if now < self._end:
            self._ask()
        elif not self.done.done():
            self.done.set_result(None)

    def _fail(self, why: str) -> None:
        self._result.failures.append(why)
        if not self.done.done():
            self.done.set_result(None)
        self.close()
