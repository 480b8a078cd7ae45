"""``/api/v1``: what the pages show and do, for tools. Handlers and description are made from the same endpoints."""

from __future__ import annotations

from aiohttp import web

from pratique.web.api import exposure, leaked, projects, quarantine, releases, reports, tokens, uploads
from pratique.web.api.description import describe
from pratique.web.api.endpoint import BASE, Endpoint, route

ENDPOINTS: tuple[Endpoint, ...] = (
    *tokens.ENDPOINTS,
    *projects.ENDPOINTS,
    *releases.ENDPOINTS,
    *exposure.ENDPOINTS,
    *uploads.ENDPOINTS,
    *quarantine.ENDPOINTS,
    *reports.ENDPOINTS,
    *leaked.ENDPOINTS,
)


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [web.get(f"{BASE}/openapi.json", _description), *map(route, ENDPOINTS)]


async def _description(_: web.Request) -> web.Response:
    return web.Response(body=describe(ENDPOINTS), headers={"Content-Type": "application/json"})
