"""Around every request: an id, the host that was asked for, and errors that say what to do."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web
from yarl import URL

from pratique.errors import BadName, PratiqueError
from pratique.web.answers import failure, problem
from pratique.web.keys import REQUEST_ID, SITE

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign hosts (DNS rebinding) and turn errors of ours into problems."""
    request[REQUEST_ID] = secrets.token_hex(8)
    if _host(request) not in request.app[SITE].hosts:
        return problem(421, "This host is not served here. Start the server with --listen on that address.")
    try:
        return await handler(request)
    except BadName as error:
        return problem(404, str(error))
    except PratiqueError as error:
        return failure(error)


async def sign(request: web.Request, response: web.StreamResponse) -> None:
    """Headers of every answer."""
    response.headers["X-Request-Id"] = request.get(REQUEST_ID, "")
    response.headers["X-Pratique-Instance"] = request.app[SITE].instance
    if response.content_type == "text/html":
        response.headers["Content-Security-Policy"] = _CSP
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"


def _host(request: web.Request) -> str:
    try:
        return URL(f"http://{request.host}").host or ""
    except ValueError:
        return ""
