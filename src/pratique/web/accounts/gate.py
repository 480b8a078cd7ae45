"""Who may see a page of this feature, and what stands around it.

Other features that need somebody logged in ask `signed_in`, `reviewer` or `administrator`, and read forms with `form`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote

from aiohttp import hdrs, web

from pratique.accounts.entrance import SignedIn, form_secret
from pratique.accounts.model import Level
from pratique.accounts.principal import NotAllowed, NotAuthenticated, Role, Throttled
from pratique.accounts.tokens import new_secret
from pratique.errors import BadName, PratiqueError
from pratique.web.accounts.forms import check_secret, form
from pratique.web.accounts.sessions import (
    accounts,
    adopt,
    bound,
    enter,
    leave,
    origin,
    present,
    relying,
    visit,
    visited,
)
from pratique.web.keys import SITE, VIEWER

__all__ = [
    "accounts",
    "administrator",
    "adopt",
    "check_secret",
    "enrolling",
    "enter",
    "for_people",
    "form",
    "leave",
    "origin",
    "place",
    "present",
    "relying",
    "reviewer",
    "reviewing",
    "show",
    "signed_in",
    "to",
    "told",
    "visit",
]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers would hide the origin of our own forms from us
    "Cache-Control": "no-store",
}
_PLACE = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", re.ASCII)


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


def reviewing(request: web.Request) -> bool:
    """Whether a reviewer or administrator asks, for a page that others may see less of."""
    viewer = request.get(VIEWER)
    return viewer is not None and viewer.role.covers(Role.REVIEWER)


async def administrator(request: web.Request) -> SignedIn:
    """An administrator; raises `NotAllowed`."""
    return await _with(request, Role.ADMINISTRATOR)


async def _with(request: web.Request, role: Role) -> SignedIn:
    who = await signed_in(request)
    if not who.user.role.covers(role):
        raise NotAllowed(f"This page is for {role.one}.", remedy="Ask an administrator.")
    return who


async def show(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """A page of this feature, or of a named folder: with the form's secret, and a cookie to which that belongs."""
    who, cookie = await present(request), await bound(request)
    fresh = "" if cookie else new_secret()
    name = template if "/" in template else f"accounts/{template}"
    found = request.app[SITE].templates.get_template(name)
    text = found.render(csrf=form_secret(cookie or fresh), who=who, viewer=request.get(VIEWER), **values)
    response = web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)
    if fresh:
        visited(request, response, fresh)
    return response


def to(place: str) -> web.Response:
    """Go to another page, with GET."""
    return web.Response(status=303, headers={hdrs.LOCATION: place, "Cache-Control": "no-store"})


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
