"""Releases: yanked, taken down, and back."""

from __future__ import annotations

from pratique.accounts.principal import Scope
from pratique.errors import NotFound
from pratique.names import project_name
from pratique.uploads.versions import parsed
from pratique.web.api import converting, sent, values
from pratique.web.api.endpoint import Call, Endpoint
from pratique.web.api.permission import publishing, worked_on


async def _shown(call: Call) -> values.Release:
    name, version = project_name(call.given("project")), parsed(call.given("version"))
    _, files = await publishing(call).project(name)
    for release in converting.releases(tuple(file for file in files if parsed(file.version) == version)):
        return release
    raise NotFound(f"{name} has no release {version}.", remedy="See the project.")


async def _yank(call: Call) -> values.Changed:
    name, version = await worked_on(call), call.given("version")
    reason = " ".join(call.sent(sent.Why).reason.split())
    files = await publishing(call).yank(name, version, reason, by=call.who.user)
    return values.Changed(project=name, version=version, files=files)


async def _unyank(call: Call) -> values.Changed:
    name, version = await worked_on(call), call.given("version")
    files = await publishing(call).unyank(name, version, by=call.who.user)
    return values.Changed(project=name, version=version, files=files)


async def _take_down(call: Call) -> values.Changed:
    name, version = project_name(call.given("project")), call.given("version")
    reason = " ".join(call.sent(sent.Why).reason.split())
    files = await publishing(call).take_down(name, version, reason, by=call.who.user)
    return values.Changed(project=name, version=version, files=files)


async def _restore(call: Call) -> values.Changed:
    name, version = project_name(call.given("project")), call.given("version")
    files = await publishing(call).restore(name, version, by=call.who.user)
    return values.Changed(project=name, version=version, files=files)


_RELEASE = "/projects/{project}/releases/{version}"
ENDPOINTS = (
    Endpoint(
        method="GET",
        path=_RELEASE,
        name="show_release",
        summary="A release with its files in every state.",
        scopes=(Scope.READ,),
        answers=values.Release,
        handler=_shown,
    ),
    Endpoint(
        method="PUT",
        path=f"{_RELEASE}/yank",
        name="yank",
        summary="Yank a release of a project that one works on (PEP 592): only who pins it gets it.",
        scopes=(Scope.PUBLISH, Scope.ADMINISTER),
        takes=sent.Why,
        answers=values.Changed,
        handler=_yank,
    ),
    Endpoint(
        method="DELETE",
        path=f"{_RELEASE}/yank",
        name="unyank",
        summary="Undo a yank.",
        scopes=(Scope.PUBLISH, Scope.ADMINISTER),
        answers=values.Changed,
        handler=_unyank,
    ),
    Endpoint(
        method="PUT",
        path=f"{_RELEASE}/takedown",
        name="take_release_down",
        summary="Serve nothing of a release from now on.",
        scopes=(Scope.REVIEW,),
        takes=sent.Why,
        answers=values.Changed,
        handler=_take_down,
    ),
    Endpoint(
        method="DELETE",
        path=f"{_RELEASE}/takedown",
        name="restore_release",
        summary="Serve a release again.",
        scopes=(Scope.REVIEW,),
        answers=values.Changed,
        handler=_restore,
    ),
)
