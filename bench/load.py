"""A small HTTP client that loads a server: keep-alive connections, each with one request under way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from table import percentile

_BUFFER = 1 << 18
_LAST = b"\r\n0\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a server bore, in a few numbers."""

    answers: int
    seconds: float
    received: int
    """Bytes."""
    median: float
    """Seconds from a request to its answer's last byte."""
    slow: float
    """The same at the 99th percentile."""
    failures: tuple[str, ...]

    @property
    def rate(self) -> float:
        """Answers each second."""
        return self.answers / self.seconds if self.seconds else 0.0


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

    def summary(self) -> Summary:
        """The same in a few numbers."""
        return Summary(
            answers=len(self.latencies),
            seconds=self.seconds,
            received=self.received,
            median=percentile(self.latencies, 0.5),
            slow=percentile(self.latencies, 0.99),
            failures=tuple(self.failures),
        )


async def load(host: str, port: int, request: bytes, *, seconds: float, connections: int) -> Load:
    """Send ``request`` again and again over so many connections for so long, and not a moment longer."""
    result = Load()
    start = time.perf_counter()
    end = start + seconds
    await asyncio.gather(*(_keep_asking(host, port, request, result, end) for _ in range(connections)))
    result.seconds = time.perf_counter() - start
    return result


async def _keep_asking(host: str, port: int, request: bytes, result: Load, end: float) -> None:
    """One connection after the other, where the server closes them; the first failure is the last request."""
    again = True
    while again and time.perf_counter() < end:
        _, client = await asyncio.get_running_loop().create_connection(
            lambda: _Client(request, result, end), host, port
        )
        try:
            again = await asyncio.wait_for(client.done, end - time.perf_counter() + 10)
        except TimeoutError:
            result.failures.append("no answer within ten seconds of the end")
            again = False
        finally:
            client.close()


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
        self._tail: bytes | None = None
        self._sent = 0.0
        self._closing = False
        self.done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        """Whether the server closed the connection after a whole answer."""
        self._write: Callable[[bytes], None]
        self.close: Callable[[], None] = lambda: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._write, self.close = transport.write, transport.close
        self._ask()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        if self._tail is not None:
            self._take_chunked(bytes(self._view[:nbytes]))
        elif self._left < 0:
            self._head += bytes(self._view[:nbytes])
            head, end, rest = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._begin(head, rest)
        else:
            self._take(nbytes)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._fail(f"the connection ended: {exc}")

    def _ask(self) -> None:
        self._head, self._left, self._tail = b"", -1, None
        self._sent = time.perf_counter()
        self._write(self._request)

    def _begin(self, head: bytes, rest: bytes) -> None:
        status, *lines = head.lower().split(b"\r\n")
        self._closing = b"connection: close" in lines
        if b" 200 " not in status + b" ":
            self._fail(status.decode("latin-1"))
        elif lengths := [int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")]:
            self._left = lengths[0]
            self._take(len(rest))
        elif any(line.startswith(b"transfer-encoding:") and b"chunked" in line for line in lines):
            self._tail = b""
            self._take_chunked(rest)
        else:
            self._fail("an answer without a length")

    def _take_chunked(self, data: bytes) -> None:
        """To the last chunk (RFC 9112 section 7.1); the bodies measured here don't end like one by themselves."""
        self._result.received += len(data)
        self._tail = ((self._tail or b"") + data)[-len(_LAST) :]
        if self._tail == _LAST:
            self._end_answer()

    def _take(self, number: int) -> None:
        self._left -= number
        self._result.received += number
        if not self._left:
            self._end_answer()

    def _end_answer(self) -> None:
        now = time.perf_counter()
        self._result.latencies.append(now - self._sent)
        if now < self._end and not self._closing:
            self._ask()
        elif not self.done.done():
            self.done.set_result(self._closing)

    def _fail(self, why: str) -> None:
        self._result.failures.append(why)
        if not self.done.done():
            self.done.set_result(False)
        self.close()
