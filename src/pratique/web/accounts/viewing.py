"""Who looks at the pages that are for everybody: they lead on to what this person may see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from pratique.web.accounts.sessions import known_cookie, present
from pratique.web.keys import SITE, VIEWER

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_ASIDE = "/static/"


@web.middleware
async def viewing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Look a session up where a browser sends one; installers send none, and cost nothing."""
    if hdrs.COOKIE in request.headers and request.app[SITE].accounts is not None:
        await _look(request)
    return await handler(request)


async def _look(request: web.Request) -> None:
    if request.path.startswith(_ASIDE) or not known_cookie(request):
        return
    who = await present(request)
    if who is not None and who.full:
        request[VIEWER] = who.user
