"""An index over HTTP (PEP 503, PEP 691): bounded in time, size and redirects, and careful with credentials."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urljoin

import aiohttp
from aiohttp import hdrs

import pratique
from pratique.errors import NotFound, UpstreamError
from pratique.names import ProjectName
from pratique.ports import Download, NoObserver, Observer, ProjectPage
from pratique.upstream.addresses import parse_index, parse_link, redact
from pratique.upstream.body import Body, reason
from pratique.upstream.breaker import Breaker
from pratique.upstream.configured import certificates
from pratique.upstream.reach import Reach

_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_PAGE_BYTES = 48 << 20
_REDIRECTS = 5
_PAGE = aiohttp.ClientTimeout(total=120.0, sock_connect=10.0, sock_read=30.0)
_FILE = aiohttp.ClientTimeout(total=None, sock_connect=10.0, sock_read=30.0)
_PROBE = aiohttp.ClientTimeout(total=3.0)
_SERIAL_DIGITS = 18
_OK = 200
_UNCHANGED = 304
_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_PASSING = frozenset({502, 503, 504})
_REMEDY = "Try again later; if it stays so, check the upstream (--upstream URL) and the proxy."


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
    ) -> ProjectPage: ...


class HttpUpstream:
    """`pratique.ports.Upstream` over HTTP; an async context manager, to be entered once.

    ``pause`` is the longest wait, in seconds, before the one retry.
    """

    def __init__(
        self,
        url: str,
        *,
        parse: Parse,
        pause: float = 0.5,
        page_bytes: int = _PAGE_BYTES,
        observer: Observer | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self._index = parse_index(url)
        self._parse = parse
        self._pause = pause
        self._observer = observer or NoObserver()
        self._breaker = breaker or Breaker()
        self._page_bytes = page_bytes
        self._stack = AsyncExitStack()
        self._session: aiohttp.ClientSession
        self._reach: Reach

    async def __aenter__(self) -> Self:
        context = await asyncio.to_thread(certificates)
        self._reach = Reach(self._index.origin[1])
        self._session = await self._stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=context, resolver=self._reach),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={hdrs.USER_AGENT: f"pratique/{pratique.__version__}"},
                trust_env=True,
            )
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def page(self, project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        """A project's page, ``known`` if it has not changed; raises `NotFound`, `UpstreamError`."""
        headers: dict[str, str] = {hdrs.ACCEPT: _ACCEPT}
        if known and known.etag:
            headers[hdrs.IF_NONE_MATCH] = known.etag
        async with self._open(f"{self._index.url}{project}/", headers) as response:
            if response.status == _UNCHANGED and known:
                return known
            _check(response, project)
            body = await Body(response).all(self._page_bytes)
            return await asyncio.to_thread(
                self._parse,
                body,
                response.headers.get(hdrs.CONTENT_TYPE, ""),
                project=project,
                url=str(response.url),
                etag=response.headers.get(hdrs.ETAG, ""),
                last_serial=_serial(response.headers.get("X-PyPI-Last-Serial", "")),
            )

    @asynccontextmanager
    async def fetch(self, url: str) -> AsyncIterator[Download]:
        """Open a file, as the very bytes that are stored there; raises `NotFound`, `UpstreamError`."""
        async with self._open(url, {hdrs.ACCEPT_ENCODING: "identity"}, raw=True) as response:
            _check(response, redact(url))
            yield Body(response)

    async def probe(self) -> str | None:
        """The upstream's ``X-Pratique-Instance``; nothing if it is no Pratique, or cannot be reached."""
        try:
            async with self._session.head(self._index.url, allow_redirects=False, timeout=_PROBE) as response:
                return response.headers.get("X-Pratique-Instance")
        except (aiohttp.ClientError, OSError, ValueError):
            return None

    @asynccontextmanager
    async def _open(
        self, url: str, headers: dict[str, str], *, raw: bool = False
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer at the end of the redirects."""
        what, start = "file" if raw else "page", time.perf_counter()
        for _ in range(_REDIRECTS + 1):
            try:
                response = await self._ask(url, headers, raw=raw)
            except UpstreamError:
                self._observer.asked_upstream(what, "failed", time.perf_counter() - start)
                raise
            async with response:
                if response.status not in _MOVED:
                    self._observer.asked_upstream(what, _outcome(response.status), time.perf_counter() - start)
                    yield response
                    return
                url = _next(response)
        self._observer.asked_upstream(what, "failed", time.perf_counter() - start)
        raise UpstreamError(f"The upstream redirects more than {_REDIRECTS} times.", remedy=_REMEDY)

    async def _ask(self, url: str, headers: dict[str, str], *, raw: bool) -> aiohttp.ClientResponse:
        """One answer; a host that failed again and again is not even asked for it."""
        _, (_, host, _) = parse_link(url)
        self._breaker.check(host)
        try:
            response = await self._ask_twice(url, headers, raw=raw)
        except UpstreamError:
            self._breaker.failed(host)
            raise
        if response.status in _PASSING:
            self._breaker.failed(host)
        else:
            self._breaker.worked(host)
        return response

    async def _ask_twice(self, url: str, headers: dict[str, str], *, raw: bool) -> aiohttp.ClientResponse:
        """One answer, asked for a second time, a moment later, after what may pass."""
        try:
            response = await self._send(url, headers, raw=raw)
            if response.status not in _PASSING:
                return response
            response.release()
        except TimeoutError as error:
            raise _unreachable(url, error) from error
        except aiohttp.ClientConnectionError:
            pass
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _unreachable(url, error) from error
        await asyncio.sleep(self._pause * secrets.randbelow(1000) / 1000)
        try:
            return await self._send(url, headers, raw=raw)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _unreachable(url, error) from error

    async def _send(self, url: str, headers: dict[str, str], *, raw: bool) -> aiohttp.ClientResponse:
        bare, origin = parse_link(url)
        await self._reach.check(origin[1])
        ours = self._index.authorization and origin == self._index.origin
        return await self._session.get(
            bare,
            headers=headers,
            timeout=_FILE if raw else _PAGE,
            allow_redirects=False,
            auto_decompress=not raw,
            middlewares=(self._authorize,) if ours else (),
        )

    async def _authorize(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """The address's credentials go before those of a netrc file, which may have been set by now."""
        request.headers[hdrs.AUTHORIZATION] = self._index.authorization
        return await handler(request)


def _next(response: aiohttp.ClientResponse) -> str:
    """Where a redirect leads; never from https down to http, where anybody could answer."""
    location = response.headers.get(hdrs.LOCATION, "")
    try:
        target = urljoin(str(response.url), location)
    except ValueError:
        target = location
    _, (scheme, _, _) = parse_link(target)
    if response.url.scheme == "https" and scheme != "https":
        raise UpstreamError(f"The upstream redirects from https to {redact(target)}.", remedy=_REMEDY)
    return target


def _outcome(status: int) -> str:
    if status in _GONE:
        return "missing"
    return {_OK: "ok", _UNCHANGED: "unchanged"}.get(status, "failed")


def _check(response: aiohttp.ClientResponse, what: str) -> None:
    if response.status in _GONE:
        raise NotFound(f"The upstream has no {what}.", remedy="Check the spelling.")
    if response.status != _OK:
        raise UpstreamError(f"The upstream answered {response.status} for {what}.", remedy=_remedy(response.status))


def _remedy(status: int) -> str:
    if status in {401, 403, 407}:
        return "Check the credentials in the upstream's address."
    return _REMEDY


def _unreachable(url: str, error: Exception) -> UpstreamError:
    return UpstreamError(f"The upstream at {redact(url)} cannot be reached: {reason(error)}.", remedy=_REMEDY)


def _serial(header: str) -> int | None:
    return int(header) if header.isascii() and header.isdigit() and len(header) <= _SERIAL_DIGITS else None
