"""Asking over HTTP: bounded in time and redirects, again after what may pass, and careful with credentials."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

import aiohttp
from aiohttp import hdrs

from pratique.errors import UpstreamError
from pratique.ports import Observer
from pratique.upstream.addresses import Origin, parse_link, redact
from pratique.upstream.body import reason
from pratique.upstream.breaker import Breaker
from pratique.upstream.proxies import proxy_for
from pratique.upstream.reach import Reach

OK = 200
UNCHANGED = 304
GONE = frozenset({404, 410})
REMEDY = "Try again later; if it stays so, check the upstream (--upstream URL) and the proxy."
_REDIRECTS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds."""

    connect: float = 10.0
    read: float = 30.0
    """Without a byte."""
    page: float = 120.0
    """For a whole page."""


class Asker:
    """Gives answers of one upstream and of where it leads.

    ``authorizations`` are the headers of its configured origins: nobody else gets any. ``pause`` is the longest
    wait, in seconds, before the one retry.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        reach: Reach,
        *,
        authorizations: Mapping[Origin, str],
        breaker: Breaker,
        observer: Observer,
        pause: float,
        timeouts: Timeouts,
    ) -> None:
        self._session = session
        self._reach = reach
        self._authorizations = authorizations
        self._breaker = breaker
        self._observer = observer
        self._pause = pause
        self._page = aiohttp.ClientTimeout(total=timeouts.page, sock_connect=timeouts.connect, sock_read=timeouts.read)
        self._file = aiohttp.ClientTimeout(total=None, sock_connect=timeouts.connect, sock_read=timeouts.read)

    @asynccontextmanager
    async def open(
        self, url: str, headers: Mapping[str, str], *, raw: bool = False
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer at the end of the redirects, each of which is checked; raises `UpstreamError`."""
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
        raise UpstreamError(f"The upstream redirects more than {_REDIRECTS} times.", remedy=REMEDY)

    async def _ask(self, url: str, headers: Mapping[str, str], *, raw: bool) -> aiohttp.ClientResponse:
        """One answer; a host that failed again and again is not even asked for it."""
        _, origin = parse_link(url)
        self._reach.check(origin)
        host = origin[1]
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

    async def _ask_twice(self, url: str, headers: Mapping[str, str], *, raw: bool) -> aiohttp.ClientResponse:
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

    async def _send(self, url: str, headers: Mapping[str, str], *, raw: bool) -> aiohttp.ClientResponse:
        bare, origin = parse_link(url)
        sent = dict(headers)
        if ours := self._authorizations.get(origin):
            sent[hdrs.AUTHORIZATION] = ours
        return await self._session.get(
            bare,
            headers=sent,
            proxy=proxy_for(bare),
            timeout=self._file if raw else self._page,
            allow_redirects=False,
            auto_decompress=not raw,
        )


def _next(response: aiohttp.ClientResponse) -> str:
    """Where a redirect leads; never from https down to http, where anybody could answer."""
    location = response.headers.get(hdrs.LOCATION, "")
    try:
        target = urljoin(str(response.url), location)
    except ValueError:
        target = location
    _, (scheme, _, _) = parse_link(target)
    if response.url.scheme == "https" and scheme != "https":
        raise UpstreamError(f"The upstream redirects from https to {redact(target)}.", remedy=REMEDY)
    return target


def _outcome(status: int) -> str:
    if status in GONE:
        return "missing"
    return {OK: "ok", UNCHANGED: "unchanged"}.get(status, "failed")


def _unreachable(url: str, error: Exception) -> UpstreamError:
    return UpstreamError(f"The upstream at {redact(url)} cannot be reached: {reason(error)}.", remedy=REMEDY)
