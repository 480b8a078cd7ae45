"""Sessions with other servers, made in one way: the certificates pip goes by, no cookies, no netrc, our name."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractResolver

import pratique
from pratique.upstream.configured import certificates

_TIMES = aiohttp.ClientTimeout()


async def new_session(
    times: aiohttp.ClientTimeout = _TIMES, *, resolver: AbstractResolver | None = None
) -> aiohttp.ClientSession:
    """A session, to be closed by whoever asked for it; raises `BadSetting` where certificates cannot be read."""
    context = await asyncio.to_thread(certificates)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context, resolver=resolver),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={hdrs.USER_AGENT: f"pratique/{pratique.__version__}"},
        timeout=times,
    )


class InSession:
    """What asks others over one session; an async context manager, to be entered once."""

    _times = _TIMES

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self._session = await new_session(self._times)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
