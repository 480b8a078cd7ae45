"""Who sends a request, whether a form is ours, and what stands around every page of this feature.

Other features that need somebody logged in ask `signed_in`, `reviewer` or `administrator`, and read forms with `form`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from urllib.parse import quote, urlsplit

from aiohttp import hdrs, web

from pratique.accounts.accounts import Accounts
from pratique.accounts.entrance import LONGEST_SESSION, Entered, SignedIn, form_secret, is_form_secret
from pratique.accounts.model import Level
from pratique.accounts.parts import Visit
from pratique.accounts.principal import NotAllowed, NotAuthenticated, Role, Throttled
from pratique.accounts.tokens import new_secret
from pratique.accounts.webauthn_keys import Relying
from pratique.errors import BadName, NotFound, PratiqueError
from pratique.web.keys import SITE, visitor

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers would hide the origin of our own forms from us
    "Cache-Control": "no-store",
}
_ELSEWHERE = "Load the page again. Behind a proxy, the server has to be started with --public-url."
_FORM = "application/x-www-form-urlencoded"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_PLACE = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", re.ASCII)
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


async def present(request: web.Request) -> SignedIn | None:
    """Who sends this request, however far their log-in has come."""
    if _WHO not in request:
        found = await accounts(request).entrance.present(_session(request))
        if found is None:
            return None
        request[_WHO] = found
    return request[_WHO]


async def signed_in(request: web.Request) -> SignedIn:
    """Whoever is logged in for good; others are led to the step that they owe."""
    who = await present(request)
    if who is None:
        raise web.HTTPSeeOther(f"/account/log-in?next={quote(request.path_qs, safe='/')}")
    if who.session.level is Level.HALF:
        raise web.HTTPSeeOther("/account/second")
    if who.session.level is Level.ENROL:
        raise web.HTTPSeeOther("/account/factors")
    return who


async def enrolling(request: web.Request) -> SignedIn:
    """Whoever may set up second factors: logged in, or owing nothing but the first one."""
    who = await present(request)
    return who if who and who.session.level is Level.ENROL else await signed_in(request)


async def reviewer(request: web.Request) -> SignedIn:
    """A reviewer or administrator; raises `NotAllowed`."""
    return await _with(request, Role.REVIEWER)


async def administrator(request: web.Request) -> SignedIn:
    """An administrator; raises `NotAllowed`."""
    return await _with(request, Role.ADMINISTRATOR)


async def _with(request: web.Request, role: Role) -> SignedIn:
    who = await signed_in(request)
    if not who.user.role.covers(role):
        raise NotAllowed(f"This page is for {role.one}.", remedy="Ask an administrator.")
    return who


async def form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form that one of our own pages sent (no CSRF); raises `NotAllowed` for any other."""
    _same_site(request)
    if request.content_type != _FORM:
        raise NotAllowed("This is no form of ours.", remedy="Go back and load the page again.")
    given = await request.post()
    fields = {name: value for name, value in given.items() if isinstance(value, str)}
    await check_secret(request, fields.get("csrf", ""))
    return fields


async def check_secret(request: web.Request, given: str) -> None:
    """Whether a form, or a script of ours, was made for this browser; raises `NotAllowed`."""
    _same_site(request)
    if not is_form_secret(given, await _bound(request)):
        raise NotAllowed("This form was not made for you, or is too old.", remedy="Go back and load the page again.")


def _same_site(request: web.Request) -> None:
    """What browsers say of where a request comes from; older ones say nothing, and the form's secret decides."""
    sent = request.headers.get(hdrs.ORIGIN)
    fetched = request.headers.get("Sec-Fetch-Site", "same-origin")
    if (sent is not None and sent != origin(request)) or fetched not in {"same-origin", "none"}:
        raise NotAllowed("This request comes from another site.", remedy=_ELSEWHERE)


async def show(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """A page of this feature, or of a named folder: with the form's secret, and a cookie to which that belongs."""
    who, cookie = await present(request), await _bound(request)
    fresh = "" if cookie else new_secret()
    name = template if "/" in template else f"accounts/{template}"
    text = request.app[SITE].templates.get_template(name).render(csrf=form_secret(cookie or fresh), who=who, **values)
    response = web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)
    if fresh:
        _set_cookie(request, response, _visitor_name(request), fresh)
    return response


def to(place: str) -> web.Response:
    """Go to another page, with GET."""
    return web.Response(status=303, headers={hdrs.LOCATION: place, "Cache-Control": "no-store"})


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


def place(asked: str) -> str:
    """Where to go after a log-in: a path of this site, else the account's page."""
    return asked if _PLACE.fullmatch(asked) else "/account/"


def told(error: PratiqueError) -> int:
    """The status that goes with an error on a page."""
    if isinstance(error, Throttled):
        return 429
    if isinstance(error, NotAllowed):
        return 403
    return 401 if isinstance(error, NotAuthenticated) else 400


def for_people(handler: Handler) -> Handler:
    """Show refusals as pages; what else goes wrong is told as everywhere."""

    @wraps(handler)
    async def shown(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (NotAllowed, NotAuthenticated, BadName) as error:
            response = await show(request, "refused.html", status=told(error), error=error)
            if isinstance(error, Throttled):
                response.headers[hdrs.RETRY_AFTER] = str(error.seconds)
            return response

    return shown


async def _bound(request: web.Request) -> str:
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
