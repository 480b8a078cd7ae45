"""Stolen passwords at a service: only the first 5 digits of a SHA-1 leave this machine (k-anonymity)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import aiohttp

from pratique.accounts.breached import read_range
from pratique.accounts.trusted import is_confidential
from pratique.errors import BadSetting, UpstreamError
from pratique.upstream.addresses import redact
from pratique.upstream.body import Body, reason
from pratique.upstream.proxies import proxy_for
from pratique.upstream.session import new_session

_TIMES = aiohttp.ClientTimeout(total=5.0)
"""Somebody waits for it."""
_LIMIT = 4 << 20
_PREFIX = re.compile(r"[0-9A-Fa-f]{5}", re.ASCII)
_REMEDY = "Check --breached-url, or name an offline file with --breached-file."


class HttpBreaches:
    """`pratique.accounts.ports.Breaches` at ``URL/PREFIX``; one connection for each question, which are rare."""

    def __init__(self, url: str) -> None:
        if not is_confidential(url):
            raise BadSetting(f"--breached-url {redact(url)} is not https.", remedy="Name a service by an https: URL.")
        self._url = url.rstrip("/")

    async def range(self, prefix: str) -> Mapping[str, int]:
        """How often each password was seen whose SHA-1 begins so, by the other 35 digits; raises `UpstreamError`."""
        if not _PREFIX.fullmatch(prefix):
            raise UpstreamError(
                "A range begins with 5 hexadecimal digits.", remedy="This is a fault of the program: report it."
            )
        try:
            async with (
                await new_session(_TIMES) as session,
                session.get(
                    f"{self._url}/{prefix.upper()}",
                    headers={"Add-Padding": "true"},
                    allow_redirects=False,
                    proxy=proxy_for(self._url),
                ) as response,
            ):
                if response.status != 200:
                    raise UpstreamError(f"The service of stolen passwords answered {response.status}.", remedy=_REMEDY)
                return read_range((await Body(response).all(_LIMIT)).decode("ascii", "replace"))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise UpstreamError(
                f"The service of stolen passwords cannot be reached: {reason(error)}.", remedy=_REMEDY
            ) from error
