"""Which browser sends a request: its session, and the cookies that name it or tie its forms to it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aiohttp import web

from pratique.accounts.accounts import Accounts
from pratique.accounts.entrance import LONGEST_SESSION, Entered, SignedIn
from pratique.accounts.parts import Visit
from pratique.accounts.webauthn_keys import Relying
from pratique.errors import NotFound
from pratique.web.keys import SITE, visitor

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_WHO: web.RequestKey[SignedIn] = web.RequestKey("signed_in", SignedIn)
_SESSION: web.RequestKey[str] = web.RequestKey("session", str)


def accounts(request: web.Request) -> Accounts:
    """The use cases; raises `NotFound` where nobody logs in."""
    found = request.app[SITE].accounts
    if found is None:
        raise NotFound("This server has no accounts.", remedy="Ask whoever runs it.")
    return found


def visit(request: web.Request) -> Visit:
    """Where the request comes from."""
    who = visitor(request)
    return Visit(address=who.address, user_agent=who.user_agent)


def origin(request: web.Request) -> str:
    """The origin that the browser sees."""
    return request.app[SITE].public_url or str(request.url.origin())


def relying(request: web.Request) -> Relying:
    """Who asks a security key: this site, as the browser sees it. Browsers take names for it, never addresses."""
    seen = origin(request)
    return Relying(host=urlsplit(seen).hostname or "", origin=seen, name=accounts(request).parts.names[0])


def known_cookie(request: web.Request) -> bool:
    """Whether a browser sends what could be a session."""
    return bool(_session(request))


async def present(request: web.Request) -> SignedIn | None:
    """Who sends this request, however far their log-in has come."""
    if _WHO not in request:
        found = await accounts(request).entrance.present(_session(request))
        if found is None:
            return None
        request[_WHO] = found
    return request[_WHO]


def enter(request: web.Request, response: web.Response, entered: Entered) -> web.Response:
    """Give the browser its new session."""
    _set_cookie(request, response, _name(request), entered.secret)
    return response


def adopt(request: web.Request, who: SignedIn, entered: Entered) -> None:
    """Go on within this request as the new session, so that the page's forms belong to that."""
    request[_SESSION], request[_WHO] = entered.secret, SignedIn(user=who.user, session=entered.session)


def leave(request: web.Request, response: web.Response) -> web.Response:
    """Take the cookie away."""
    response.del_cookie(_name(request), path="/", secure=_is_secure(request), httponly=True, samesite="Strict")
    return response


async def bound(request: web.Request) -> str:
    """The cookie to which this browser's forms belong: that of its session, else the visitor's, if it has one.

    They are two, since a strict cookie stays away when a link of another site leads here: what is set on such
    a page must not take the place of the session.
    """
    if await present(request):
        return _session(request)
    return _read(request, _visitor_name(request))


def _session(request: web.Request) -> str:
    if _SESSION not in request:
        request[_SESSION] = _read(request, _name(request))
    return request[_SESSION]


def _read(request: web.Request, name: str) -> str:
    given = request.cookies.get(name, "")
    return given if _SECRET.fullmatch(given) else ""


def _set_cookie(request: web.Request, response: web.Response, name: str, secret: str) -> None:
    response.set_cookie(
        name,
        secret,
        path="/",
        max_age=int(LONGEST_SESSION.total_seconds()),
        httponly=True,
        secure=_is_secure(request),
        samesite="Strict",
    )


def _is_secure(request: web.Request) -> bool:
    return origin(request).startswith("https:")


def _name(request: web.Request) -> str:
    """With TLS, a name that browsers take from this very host alone (RFC 6265bis, section 4.1.3.2)."""
    return "__Host-pratique" if _is_secure(request) else "pratique"


def _visitor_name(request: web.Request) -> str:
    """Of the cookie that names nobody, and only ties a visitor's forms to their browser."""
    return f"{_name(request)}-visit"


def visited(request: web.Request, response: web.Response, secret: str) -> None:
    """Give a browser that has no cookie the one to which its forms belong."""
    _set_cookie(request, response, _visitor_name(request), secret)
