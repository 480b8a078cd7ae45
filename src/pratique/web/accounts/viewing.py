"""Who looks at the pages that are for everybody: they lead on to what this person may see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from pratique.web.accounts.sessions import known_cookie, present
from pratique.web.keys import SITE, VIEWER

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_ASIDE = "/static/"


@web.middleware
async def viewing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Look a session up where a browser sends one; installers send none, and cost nothing."""
    if request.app[SITE].accounts is not None and not request.path.startswith(_ASIDE) and known_cookie(request):
        who = await present(request)
        if who is not None and who.full:
            request[VIEWER] = who.user
    return await handler(request)
