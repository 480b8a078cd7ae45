"""Around every request: an id, the host that was asked for, and errors that say what to do."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from ipaddress import ip_address

from aiohttp import web

from pratique.errors import BadName, PratiqueError
from pratique.web.answers import failure, problem
from pratique.web.failing import by_a_person, for_people, not_routed
from pratique.web.keys import REQUEST_ID, SITE

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HOST = re.compile(r"(?P<name>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?", re.ASCII)
_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_PAGE = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Headers of every page; a feature may set stricter or other ones of its own."""


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign hosts (DNS rebinding) and turn errors of ours into problems."""
    site = request.app[SITE]
    if not _is_ours(request.host, site.hosts, any_address=site.any_address):
        return problem(421, "This host is not served here. Start the server with --listen on that address.")
    try:
        return for_people(request, await _answered(request, handler))
    except web.HTTPClientError as error:
        if by_a_person(request):
            return not_routed(request, error)
        raise


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except BadName as error:
        return problem(404, str(error))
    except PratiqueError as error:
        return failure(error)


async def sign(request: web.Request, response: web.StreamResponse) -> None:
    """Headers of every answer."""
    site = request.app[SITE]
    response.headers["X-Request-Id"] = request.get(REQUEST_ID, "")
    response.headers["X-Pratique-Instance"] = site.instance
    if response.content_type == "text/html":
        for name, value in _PAGE.items():
            response.headers.setdefault(name, value)
        if site.public_url.startswith("https:"):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"


@lru_cache(maxsize=100)
def _is_ours(given: str, hosts: frozenset[str], *, any_address: bool) -> bool:
    """Whether this is a name of ours; rebinding needs a name, so that any address will do where all are listened on."""
    match = _HOST.fullmatch(given)
    if match is None:
        return False
    host = match["name"].removeprefix("[").removesuffix("]").lower()
    return host in hosts or (any_address and _is_address(host))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
