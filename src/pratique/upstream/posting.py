"""Carrying letters to webhooks: any host that the operator named, no redirects, nothing secret in what is said."""

from __future__ import annotations

import aiohttp

from pratique.notices import Letter
from pratique.upstream.body import reason
from pratique.upstream.proxies import proxy_for
from pratique.upstream.session import InSession

_ANSWER_BYTES = 4096
"""More of an answer is not read."""


class HttpPost(InSession):
    """`pratique.notices.Post` over HTTP; an async context manager, to be entered once.

    Private addresses are allowed, since the operator chose the address; where it redirects, nobody did.
    """

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
