"""Send a blob: by the kernel, whole or a range, without a hop to another thread."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest

from pratique.ports import StoredBlob

_AT_ONCE = 4 << 20
"""Bytes; a client that reads as fast as this sends gets the rest in turn with others."""


class BlobResponse(web.StreamResponse):
    """A blob with its digest as ``ETag``, so that conditions and ranges hold for these very bytes (RFC 9110).

    aiohttp's own file response opens, asks and closes in threads, which takes longer than all the rest here.
    """

    def __init__(self, blob: StoredBlob, content_type: str) -> None:
        super().__init__(
            headers={
                hdrs.CONTENT_TYPE: content_type,
                hdrs.ACCEPT_RANGES: "bytes",
                hdrs.CACHE_CONTROL: "no-cache",  # may be kept, but is asked for again: so that a later verdict counts
                "X-Content-Type-Options": "nosniff",
            }
        )
        self._blob = blob
        self.etag = str(blob.sha256)

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Send everything; what was asked for decides the status."""
        if any(known.value in {self._blob.sha256, "*"} for known in request.if_none_match or ()):
            self.set_status(304)
            del self.headers[hdrs.CONTENT_TYPE]
            return await self._head_only(request)
        start, end = 0, self._blob.size
        if hdrs.RANGE in request.headers and self._range_holds(request):
            asked = _range(request, self._blob.size)
            if asked is None:
                self.set_status(416)
                self.headers[hdrs.CONTENT_RANGE] = f"bytes */{self._blob.size}"
                self.content_length = 0
                return await self._head_only(request)
            start, end = asked
            self.set_status(206)
            self.headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{end - 1}/{self._blob.size}"
        self.content_length = end - start
        if request.method == hdrs.METH_HEAD or start == end:
            return await self._head_only(request)
        try:
            file = os.open(self._blob.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:  # it gave way to others in this very moment: whoever asks again is given it
            self.set_status(503)
            self.headers[hdrs.RETRY_AFTER] = "1"
            self.headers.popall(hdrs.CONTENT_RANGE, None)
            self.content_length = 0
            return await self._head_only(request)
        try:
            return await self._send(request, file, start, end - start)
        finally:
            os.close(file)

    async def _head_only(self, request: BaseRequest) -> AbstractStreamWriter | None:
        writer = await super().prepare(request)
        await self.write_eof()
        return writer

    async def _send(self, request: BaseRequest, file: int, start: int, count: int) -> AbstractStreamWriter | None:
        writer = await super().prepare(request)
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("The client has left.")
        sent = _sent_at_once(transport, file, start, count)
        if sent < count:
            with os.fdopen(file, "rb", closefd=False) as rest:
                await asyncio.get_running_loop().sendfile(transport, rest, start + sent, count - sent)
        await self.write_eof()
        return writer

    def _range_holds(self, request: BaseRequest) -> bool:
        """Whether the client's part, if it names one, is of these bytes; a date never is."""
        given = request.headers.get(hdrs.IF_RANGE)
        return given is None or given.strip() == f'"{self._blob.sha256}"'


def _sent_at_once(transport: asyncio.Transport, file: int, start: int, count: int) -> int:
    """How many bytes the socket took without waiting, and without what the loop sets up in order to wait.

    None where anything stands between the file and the socket: encryption, or what is still to be sent.
    """
    connection = transport.get_extra_info("socket")
    if connection is None or transport.get_extra_info("sslcontext") or transport.get_write_buffer_size():
        return 0
    sent, count = 0, min(count, _AT_ONCE)
    with suppress(BlockingIOError):
        while sent < count and (taken := os.sendfile(connection.fileno(), file, start + sent, count - sent)):
            sent += taken
    return sent


def _range(request: BaseRequest, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; nothing for what cannot be satisfied, or several ranges."""
    try:
        asked = request.http_range
    except ValueError:
        return None
    start, end, _ = asked.indices(size)
    return (start, end) if start < end else None
