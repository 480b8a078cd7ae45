"""Exposure: who received a project or a release, for whoever has to tell them."""

from __future__ import annotations

from pratique.accounts.principal import Scope
from pratique.errors import NotFound
from pratique.names import project_name
from pratique.uploads.versions import parsed
from pratique.web.api import converting, values
from pratique.web.api.endpoint import Call, Endpoint


async def _shown(call: Call) -> values.Exposure:
    name, version = project_name(call.given("project")), call.request.match_info.get("version")
    if call.site.exposed is None:
        raise NotFound("Nothing is on record here.", remedy="Ask whoever runs the server.")
    return converting.exposure(await call.site.exposed(name, str(parsed(version)) if version else None))


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/projects/{project}/exposure",
        name="show_exposure",
        summary="Who received a project's files, its own or the upstream's, and what to rotate.",
        scopes=(Scope.REVIEW,),
        answers=values.Exposure,
        handler=_shown,
    ),
    Endpoint(
        method="GET",
        path="/projects/{project}/releases/{version}/exposure",
        name="show_release_exposure",
        summary="Who received a release, and what to rotate.",
        scopes=(Scope.REVIEW,),
        answers=values.Exposure,
        handler=_shown,
    ),
)
