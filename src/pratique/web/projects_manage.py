"""``/projects/<name>/manage``: what owners and reviewers do to a project, by forms of ours alone."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import assert_never
from urllib.parse import quote

from aiohttp import web

from pratique.accounts.entrance import SignedIn
from pratique.accounts.principal import NotAllowed, Role
from pratique.errors import NotFound, PratiqueError
from pratique.names import ProjectName, project_name
from pratique.releases import OwnProject, State, Status
from pratique.uploads.life import Publishing
from pratique.uploads.refusal import UploadRefused
from pratique.web.accounts.gate import accounts, for_people, form, show, signed_in, to
from pratique.web.keys import SITE
from pratique.web.projects import by_version

_REASON = 500


class _Deed(StrEnum):
    """What a form asks for."""

    YANK = "yank"
    UNYANK = "unyank"
    STATUS = "status"
    TAKE_DOWN = "take-down"
    RESTORE = "restore"
    APPROVE = "approve"
    REJECT = "reject"


_OWNERS = frozenset({_Deed.YANK, _Deed.UNYANK, _Deed.STATUS})
"""What those do who work on the project; all else is for reviewers."""
_REASONED = frozenset({_Deed.TAKE_DOWN, _Deed.APPROVE, _Deed.REJECT})


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [
        web.get("/projects/{project}/manage", for_people(_page)),
        web.post("/projects/{project}/manage", for_people(_change)),
    ]


async def _page(request: web.Request) -> web.StreamResponse:
    return await _shown(request, await signed_in(request))


async def _change(request: web.Request) -> web.StreamResponse:
    who, fields = await signed_in(request), await form(request)
    name = project_name(request.match_info["project"])
    try:
        await _do(request, who, name, fields)
    except (UploadRefused, NotFound) as error:
        return await _shown(request, who, error)
    return to(_after(name, fields))


def _after(name: ProjectName, fields: Mapping[str, str]) -> str:
    """After a takedown the first question is who has it."""
    if fields.get("deed") != _Deed.TAKE_DOWN:
        return f"/projects/{name}/manage"
    version = fields.get("version", "")
    return f"/projects/{name}/exposure{f'?version={quote(version)}' if version else ''}"


async def _do(request: web.Request, who: SignedIn, name: ProjectName, fields: Mapping[str, str]) -> None:
    """Carry out what a form asks for; raises `NotAllowed`, `NotFound`, `UploadRefused`."""
    deed, reason = _deed(fields)
    works = await _works(request, who, name)
    if not ((works or (deed is _Deed.STATUS and _reviews(who))) if deed in _OWNERS else _reviews(who)):
        raise NotAllowed(f"{who.user.name} may not do this to {name}.", remedy="Ask a reviewer or an owner.")
    publishing, by, version = _publishing(request), str(who.user.name), fields.get("version", "")
    match deed:
        case _Deed.YANK:
            await publishing.yank(name, version, reason, by=by)
        case _Deed.UNYANK:
            await publishing.unyank(name, version, by=by)
        case _Deed.STATUS:
            status, known = await _status(publishing, name, fields, who, works=works)
            if status is Status.QUARANTINED and not reason:
                raise UploadRefused("Say why: others will read it.", remedy="Go back and write a reason.")
            await publishing.status(name, status, reason, by=by, known=known)
        case _Deed.TAKE_DOWN:
            await publishing.take_down(name, version or None, reason, by=by)
        case _Deed.RESTORE:
            await publishing.restore(name, version or None, by=by)
        case _Deed.APPROVE:
            await publishing.approve(await _of(publishing, name, fields), reason, by=by)
        case _Deed.REJECT:
            await publishing.reject(await _of(publishing, name, fields), reason, by=by)
        case _:
            assert_never(deed)


def _deed(fields: Mapping[str, str]) -> tuple[_Deed, str]:
    """What is asked for, and why."""
    deed = next((one for one in _Deed if one.value == fields.get("deed")), None)
    if deed is None:
        raise NotAllowed("This is nothing that can be done here.", remedy="Go back and load the page again.")
    reason = " ".join(fields.get("reason", "").split())[:_REASON]
    if deed in _REASONED and not reason:
        raise UploadRefused("Say why: others will read it.", remedy="Go back and write a reason.")
    return deed, reason


async def _of(publishing: Publishing, name: ProjectName, fields: Mapping[str, str]) -> str:
    """The file that the form names, once it is one of this project."""
    filename = fields.get("filename", "")
    _, files = await publishing.project(name)
    if filename not in {file.filename for file in files}:
        raise NotFound(f"{name} has no such file.", remedy="Go back and load the page again.")
    return filename


async def _status(
    publishing: Publishing, name: ProjectName, fields: Mapping[str, str], who: SignedIn, *, works: bool
) -> tuple[Status, OwnProject]:
    """What a form sets, and on what: quarantine is for reviewers to declare and to lift, all else for whoever works."""
    status = next((one for one in Status if one.value == fields.get("status")), None)
    if status is None:
        raise UploadRefused("This is no status.", remedy="Go back and load the page again.")
    project, _ = await publishing.project(name)
    if _reviews(who):
        if not works and Status.QUARANTINED not in {status, project.status}:
            raise NotAllowed("A reviewer sets and lifts quarantine alone.", remedy="Ask an owner for another status.")
        return status, project
    if status is Status.QUARANTINED:
        raise NotAllowed("Quarantine is for a reviewer to declare.", remedy="Ask one, or yank the release.")
    if project.status is Status.QUARANTINED:
        raise NotAllowed("Quarantine is for a reviewer to lift.", remedy="Ask one to look at the project.")
    return status, project


async def _works(request: web.Request, who: SignedIn, name: ProjectName) -> bool:
    if who.user.role is Role.ADMINISTRATOR:
        return True
    return who.user.role.covers(Role.PUBLISHER) and who.user.name in await accounts(request).access.roles_in(name)


def _reviews(who: SignedIn) -> bool:
    return who.user.role.covers(Role.REVIEWER)


async def _shown(request: web.Request, who: SignedIn, error: PratiqueError | None = None) -> web.StreamResponse:
    name = project_name(request.match_info["project"])
    project, files = await _publishing(request).project(name)
    works = await _works(request, who, name)
    return await show(
        request,
        "projects/manage.html",
        status=200 if error is None else error.status if isinstance(error, UploadRefused) else 404,
        error=error,
        project=project,
        releases=by_version(files),
        held=[file for file in files if file.state is State.HELD],
        works=works,
        reviews=_reviews(who),
        statuses=_statuses(project.status, works=works, reviews=_reviews(who)),
    )


def _statuses(now: Status, *, works: bool, reviews: bool) -> list[Status]:
    """What the form offers."""
    if works or now is Status.QUARANTINED:
        return [one for one in Status if one is not Status.QUARANTINED or reviews]
    return [Status.QUARANTINED]


def _publishing(request: web.Request) -> Publishing:
    site = request.app[SITE]
    if site.releases is None:
        raise NotFound("This server has no index of its own.", remedy="Ask whoever runs it.")
    return Publishing(releases=site.releases, store=site.store, clock=accounts(request).parts.clock)
