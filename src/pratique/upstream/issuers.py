"""Keys of identity issuers over HTTP (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

import json
from collections.abc import Mapping

import aiohttp

from pratique.errors import UpstreamError
from pratique.upstream.body import Body, reason
from pratique.upstream.proxies import proxy_for
from pratique.upstream.session import new_session

_TIMES = aiohttp.ClientTimeout(total=10.0)
_LIMIT = 1 << 20
_REMEDY = "Try again; if it stays so, check the issuer's address."


class HttpIssuerKeys:
    """`pratique.accounts.trusted.IssuerKeys`: discovery, then the key set, which stays with the issuer's scheme."""

    async def fetch(self, issuer: str) -> Mapping[str, object]:
        """The issuer's JSON Web Key Set; raises `UpstreamError`."""
        async with await new_session(_TIMES) as session:
            about = await _read(session, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            place = about.get("jwks_uri")
            scheme = issuer.partition("://")[0]
            if about.get("issuer") != issuer or not isinstance(place, str) or not place.startswith(f"{scheme}://"):
                raise UpstreamError(f"{issuer} does not describe itself as an issuer should.", remedy=_REMEDY)
            return await _read(session, place)


async def _read(session: aiohttp.ClientSession, url: str) -> Mapping[str, object]:
    try:
        async with session.get(url, allow_redirects=False, proxy=proxy_for(url)) as response:
            if response.status != 200:
                raise UpstreamError(f"The identity issuer answered {response.status}.", remedy=_REMEDY)
            found = json.loads(await Body(response).all(_LIMIT))
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise UpstreamError(f"The identity issuer cannot be reached: {reason(error)}.", remedy=_REMEDY) from error
    except (ValueError, RecursionError) as error:
        raise UpstreamError("The identity issuer's answer is no JSON.", remedy=_REMEDY) from error
    if not isinstance(found, dict):
        raise UpstreamError("The identity issuer's answer is no object.", remedy=_REMEDY)
    return found
