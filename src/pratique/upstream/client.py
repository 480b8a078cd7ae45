"""An index over HTTP (PEP 503, PEP 691): its pages and files."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self
from weakref import WeakValueDictionary

import aiohttp
from aiohttp import hdrs

from pratique.errors import NotFound, UpstreamError
from pratique.names import ProjectName
from pratique.ports import Download, NoObserver, Observer, ProjectPage
from pratique.upstream.addresses import parse_index, parse_link, redact
from pratique.upstream.asking import GONE, OK, REMEDY, UNCHANGED, Asker, Timeouts
from pratique.upstream.body import Body
from pratique.upstream.breaker import Breaker
from pratique.upstream.credentials import authorizations
from pratique.upstream.proxies import proxy_for
from pratique.upstream.reach import Reach
from pratique.upstream.session import new_session
from pratique.upstream.sources import Source, checked

_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_PAGE_BYTES = 48 << 20
_PROBE = aiohttp.ClientTimeout(total=3.0)
_SERIAL = "X-PyPI-Last-Serial"
_SERIAL_DIGITS = 18


class Parse(Protocol):
    """How a page's bytes are read; raises `UpstreamError` for what is not a page."""

    def __call__(  # noqa: D102 -- the class says it
        self,
        body: bytes,
        content_type: str,
        *,
        project: ProjectName,
        url: str,
        etag: str = "",
        last_serial: int | None = None,
        upstream: str = "",
    ) -> ProjectPage: ...


class HttpUpstream:
    """`pratique.ports.Upstream` over HTTP; an async context manager, to be entered once.

    ``allowed`` are the hosts that it may lead to; any, where there are none. ``pause`` is the longest wait, in
    seconds, before the one retry.
    """

    def __init__(  # noqa: PLR0913  (each is a choice of its own)
        self,
        source: str | Source,
        *,
        parse: Parse,
        allowed: tuple[str, ...] = (),
        pause: float = 0.5,
        page_bytes: int = _PAGE_BYTES,
        timeouts: Timeouts | None = None,
        observer: Observer | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        (self.source,) = checked([Source(url=source) if isinstance(source, str) else source])
        """With its name."""
        self._index = parse_index(self.source.url)
        self._origins = tuple(parse_link(one)[1] for one in self.source.origins)
        self._reach = (self._index.origin, *self._origins), allowed
        self._parse = parse
        self._pause = pause
        self._timeouts = timeouts or Timeouts()
        self._observer = observer or NoObserver()
        self._breaker = breaker or Breaker()
        self._page_bytes = page_bytes
        self._stack = AsyncExitStack()
        self._read: WeakValueDictionary[bytes, ProjectPage] = WeakValueDictionary()
        """Pages that somebody has, by all that they were read from: an upstream without ``ETag`` sends them again."""
        self._session: aiohttp.ClientSession
        self._asker: Asker

    async def __aenter__(self) -> Self:
        given = await asyncio.to_thread(authorizations, self.source.name, self._index, self._origins, os.environ)
        origins, allowed = self._reach
        reach = Reach(origins, allowed=allowed)
        self._session = await self._stack.enter_async_context(await new_session(resolver=reach))
        self._asker = Asker(
            self._session,
            reach,
            authorizations=given,
            breaker=self._breaker,
            observer=self._observer,
            pause=self._pause,
            timeouts=self._timeouts,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def address(self) -> str:
        """Of its index, without credentials."""
        return self._index.url

    async def page(self, project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        """A project's page, ``known`` if it has not changed; raises `NotFound`, `UpstreamError`."""
        headers: dict[str, str] = {hdrs.ACCEPT: _ACCEPT}
        if known and known.etag:
            headers[hdrs.IF_NONE_MATCH] = known.etag
        async with self._asker.open(f"{self._index.url}{project}/", headers) as response:
            if response.status == UNCHANGED and known:
                return known
            _check(response, project)
            body = await Body(response).all(self._page_bytes)
            mark = _mark(response, body)
            if known is not None and self._read.get(mark) is known:
                return known
            page = replace(await self._parsed(project, response, body), index=self.address)
            page = known if known is not None and page == known else page
            self._read[mark] = page
            return page

    async def _parsed(self, project: ProjectName, response: aiohttp.ClientResponse, body: bytes) -> ProjectPage:
        return await asyncio.to_thread(
            self._parse,
            body,
            response.headers.get(hdrs.CONTENT_TYPE, ""),
            project=project,
            url=str(response.url),
            etag=response.headers.get(hdrs.ETAG, ""),
            last_serial=_serial(response.headers.get(_SERIAL, "")),
            upstream=self.source.name,
        )

    @asynccontextmanager
    async def fetch(self, url: str, *, upstream: str = "") -> AsyncIterator[Download]:
        """Open a file, as the very bytes that are stored there; raises `NotFound`, `UpstreamError`."""
        del upstream  # there is no other
        async with self._asker.open(url, {hdrs.ACCEPT_ENCODING: "identity"}, raw=True) as response:
            _check(response, redact(url))
            yield Body(response)

    async def probe(self) -> str | None:
        """The upstream's ``X-Pratique-Instance``; nothing if it is no Pratique, or cannot be reached."""
        url = self._index.url
        try:
            async with self._session.head(url, allow_redirects=False, proxy=proxy_for(url), timeout=_PROBE) as response:
                return response.headers.get("X-Pratique-Instance")
        except (aiohttp.ClientError, OSError, ValueError):
            return None


def _mark(response: aiohttp.ClientResponse, body: bytes) -> bytes:
    """Another one for whatever could be read as another page."""
    named = [response.headers.get(name, "") for name in (hdrs.CONTENT_TYPE, hdrs.ETAG, _SERIAL)]
    digest = hashlib.sha256("\n".join([str(response.url), *named, ""]).encode())
    digest.update(body)
    return digest.digest()


def _check(response: aiohttp.ClientResponse, what: str) -> None:
    if response.status in GONE:
        raise NotFound(f"The upstream has no {what}.", remedy="Check the spelling.")
    if response.status != OK:
        raise UpstreamError(f"The upstream answered {response.status} for {what}.", remedy=_remedy(response.status))


def _remedy(status: int) -> str:
    if status in {401, 403, 407}:
        return "Check the upstream's credentials."
    return REMEDY


def _serial(header: str) -> int | None:
    return int(header) if header.isascii() and header.isdigit() and len(header) <= _SERIAL_DIGITS else None
