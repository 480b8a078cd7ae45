"""Who calls: a token as a bearer (RFC 6750), or as the password of a user, as publishing tools send it."""

from __future__ import annotations

from aiohttp import BasicAuth, hdrs, web

from pratique.accounts.access import TOKEN_USER
from pratique.accounts.principal import NotAllowed, NotAuthenticated, Principal
from pratique.errors import NotFound
from pratique.web.keys import SITE, visitor

_BEARER = "bearer "


async def principal_of(request: web.Request) -> Principal:
    """Whoever sends this; raises `NotAuthenticated`, `Throttled`, and `NotAllowed` for what a browser's page sends."""
    authenticator = request.app[SITE].authenticator
    if authenticator is None:
        raise NotFound("This server has no accounts.", remedy="Ask whoever runs it.")
    if hdrs.ORIGIN in request.headers:
        raise NotAllowed("The API is for tools, not for pages of a browser.", remedy="Use the console.")
    user, secret = _given(request)
    return await authenticator.principal(username=user, secret=secret, address=visitor(request).address)


def _given(request: web.Request) -> tuple[str, str]:
    header = request.headers.get(hdrs.AUTHORIZATION, "")
    if header[: len(_BEARER)].lower() == _BEARER:
        return TOKEN_USER, header[len(_BEARER) :].strip()
    try:
        given = BasicAuth.decode(header, encoding="utf-8")
    except (ValueError, UnicodeDecodeError) as error:
        raise NotAuthenticated(
            "The API needs a token.", remedy="Send Authorization: Bearer prat_..., with a token that serves."
        ) from error
    return given.login, given.password
