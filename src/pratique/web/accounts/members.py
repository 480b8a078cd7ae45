"""Who works on a project, on its page of one's account."""

from __future__ import annotations

from aiohttp import web

from pratique.accounts.principal import NotAllowed, ProjectRole, Role
from pratique.errors import PratiqueError
from pratique.names import project_name
from pratique.web.accounts.gate import accounts, for_people, form, show, signed_in, to, told


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [
        web.get("/account/projects/{project}", for_people(_page)),
        web.post("/account/projects/{project}", for_people(_change)),
    ]


async def _page(request: web.Request) -> web.StreamResponse:
    return await _shown(request)


async def _shown(request: web.Request, error: PratiqueError | None = None) -> web.StreamResponse:
    who, project = await signed_in(request), project_name(request.match_info["project"])
    members = await accounts(request).membership.of(who.user, project)
    owns = any(member.user == who.user.name and member.role is ProjectRole.OWNER for member in members)
    return await show(
        request,
        "members.html",
        status=told(error) if error else 200,
        error=error,
        project=project,
        members=members,
        may_change=owns or who.user.role.covers(Role.ADMINISTRATOR),
        roles=list(ProjectRole),
    )


async def _change(request: web.Request) -> web.StreamResponse:
    who, fields = await signed_in(request), await form(request)
    project, membership = project_name(request.match_info["project"]), accounts(request).membership
    try:
        if "remove" in fields:
            await membership.drop(who.user, project, fields["remove"])
        else:
            await membership.put(who.user, project, fields.get("name", ""), _role(fields.get("role", "")))
    except NotAllowed as error:
        return await _shown(request, error)
    return to("/account/" if fields.get("remove") == who.user.name else f"/account/projects/{project}")


def _role(text: str) -> ProjectRole:
    try:
        return ProjectRole(text)
    except ValueError as error:
        raise NotAllowed("There is no such role.", remedy=f"Choose one of {', '.join(ProjectRole)}.") from error
