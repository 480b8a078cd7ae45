"""``/projects/<name>/exposure``: who received a project's files, and what to rotate; for reviewers."""

from __future__ import annotations

from aiohttp import web

from pratique.errors import NotFound
from pratique.names import project_name
from pratique.web.accounts.gate import for_people, reviewer, show
from pratique.web.keys import SITE


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [web.get("/projects/{project}/exposure", for_people(_page))]


async def _page(request: web.Request) -> web.StreamResponse:
    """Of all releases, or of one: ``?version=1.0``."""
    await reviewer(request)
    name, version = project_name(request.match_info["project"]), request.query.get("version") or None
    exposed = request.app[SITE].exposed
    if exposed is None:
        raise NotFound("Nothing is on record here.", remedy="Ask whoever runs the server.")
    return await show(request, "projects/exposure.html", exposed=await exposed(name, version))
