"""Advisories and other lists over HTTP: conditional, bounded in size and time, and careful with credentials."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
from aiohttp import hdrs

from pratique.advisories.outside import Fetched
from pratique.errors import NotFound, UpstreamError
from pratique.upstream.addresses import parse_index, parse_link, redact
from pratique.upstream.body import Body, reason
from pratique.upstream.proxies import proxy_for
from pratique.upstream.session import InSession

_TIMES = aiohttp.ClientTimeout(total=None, sock_connect=10.0, sock_read=60.0)
_COLLECTION_BYTES = 8 << 30
_REDIRECTS = 5
_OK, _UNCHANGED = 200, 304
_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_REMEDY = "Check the address, and try again later."


class HttpFeed(InSession):
    """`pratique.advisories.outside.Feed` over HTTP; an async context manager, to be entered once."""

    _times = _TIMES

    def __init__(self, *, collection_bytes: int = _COLLECTION_BYTES) -> None:
        self._collection_bytes = collection_bytes

    async def fetch(self, url: str, *, etag: str, into: Path) -> Fetched | None:
        """Fetch a collection into the folder ``into``; nothing if it still has this etag."""
        async with self._open(url, {hdrs.IF_NONE_MATCH: etag} if etag else {}) as response:
            if response.status == _UNCHANGED and etag:
                return None
            _check(response, url)
            path = into / hashlib.sha256(url.encode()).hexdigest()[:16]
            await self._write(response, path, url)
            return Fetched(path=path, etag=response.headers.get(hdrs.ETAG, ""))

    async def read(self, url: str, *, limit: int) -> bytes:
        """A small file; one of more than ``limit`` bytes is an error."""
        async with self._open(url, {}) as response:
            _check(response, url)
            return await Body(response).all(limit)

    async def _write(self, response: aiohttp.ClientResponse, path: Path, url: str) -> None:
        size = 0
        with await asyncio.to_thread(path.open, "wb") as out:
            async for chunk in Body(response).chunks():
                size += len(chunk)
                if size > self._collection_bytes:
                    raise UpstreamError(f"{redact(url)} is larger than {self._collection_bytes} bytes.", remedy=_REMEDY)
                await asyncio.to_thread(out.write, chunk)

    @asynccontextmanager
    async def _open(self, url: str, headers: dict[str, str]) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer at the end of the redirects; credentials go to the origin that they were given for alone."""
        given, next_url = parse_index(url), url
        for _ in range(_REDIRECTS + 1):
            bare, origin = parse_link(next_url)
            sent: dict[str, str] = {}
            if given.authorization and origin == given.origin:
                sent[hdrs.AUTHORIZATION] = given.authorization
            try:
                response = await self._session.get(
                    bare, headers={**headers, **sent}, allow_redirects=False, proxy=proxy_for(bare)
                )
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise UpstreamError(f"{redact(url)} cannot be reached: {reason(error)}.", remedy=_REMEDY) from error
            async with response:
                if response.status not in _MOVED:
                    yield response
                    return
                next_url = urljoin(bare, response.headers.get(hdrs.LOCATION, ""))
                if bare.startswith("https:") and not next_url.startswith("https:"):
                    raise UpstreamError(f"{redact(url)} redirects from https to another scheme.", remedy=_REMEDY)
        raise UpstreamError(f"{redact(url)} redirects more than {_REDIRECTS} times.", remedy=_REMEDY)


def _check(response: aiohttp.ClientResponse, url: str) -> None:
    if response.status in _GONE:
        raise NotFound(f"There is nothing at {redact(url)}.", remedy="Check the address.")
    if response.status != _OK:
        raise UpstreamError(f"{redact(url)} answered {response.status}.", remedy=_REMEDY)
