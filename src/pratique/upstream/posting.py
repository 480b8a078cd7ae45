"""Carrying letters to webhooks: any host that the operator named, no redirects, nothing secret in what is said."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import hdrs

import pratique
from pratique.notices import Letter
from pratique.upstream.body import reason
from pratique.upstream.configured import certificates
from pratique.upstream.proxies import proxy_for

_ANSWER_BYTES = 4096
"""More of an answer is not read."""


class HttpPost:
    """`pratique.notices.Post` over HTTP; an async context manager, to be entered once.

    Private addresses are allowed, since the operator chose the address; where it redirects, nobody did.
    """

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        context = await asyncio.to_thread(certificates)
        self._session = await self._stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=context),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={hdrs.USER_AGENT: f"pratique/{pratique.__version__}"},
            )
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def post(self, url: str, letter: Letter, *, seconds: float) -> str:
        """Why it did not arrive; empty where it did: any 2xx."""
        try:
            async with self._session.post(
                url,
                data=letter.body,
                headers=dict(letter.headers),
                timeout=aiohttp.ClientTimeout(total=seconds),
                allow_redirects=False,
                proxy=proxy_for(url),
            ) as response:
                await response.content.read(_ANSWER_BYTES)
                return _verdict(response.status)
        except TimeoutError:
            return f"no answer within {seconds:g} seconds"
        except aiohttp.InvalidURL:
            return "the address cannot be used"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return f"cannot be reached: {_without(url, reason(error))}"


def _verdict(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"answered {status}; redirects are not followed"
    return f"answered {status}"


def _without(url: str, text: str) -> str:
    """An address may be all that somebody needs: of this one nothing is said but the host."""
    return "an error that names the address" if url in text else text
