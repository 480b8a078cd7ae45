"""Projects: what lives here, its status, and its takedown."""

from __future__ import annotations

from pratique.accounts.principal import NotAllowed, Scope
from pratique.errors import NotFound
from pratique.names import ProjectName, project_name
from pratique.releases import Status
from pratique.web.api import converting, sent, values
from pratique.web.api.endpoint import Call, Endpoint
from pratique.web.api.permission import publishing, releases_of, works_on


async def _listed(call: Call) -> tuple[values.Project, ...]:
    return tuple(map(converting.project, await releases_of(call).projects()))


async def _shown(call: Call) -> values.ProjectWithReleases:
    name = project_name(call.given("project"))
    project, files = await publishing(call).project(name)
    return converting.with_releases(project, await _members(call, name), files)


async def _members(call: Call, name: ProjectName) -> tuple[values.Member, ...]:
    roles = await call.site.authenticator.roles_in(name) if call.site.authenticator else {}
    return tuple(values.Member(user=user, role=role) for user, role in sorted(roles.items()))


async def _status(call: Call) -> values.Project:
    """Whoever works on it sets it, but for quarantine: that a reviewer declares and lifts."""
    name, new = project_name(call.given("project")), call.sent(sent.NewStatus)
    acts = publishing(call)
    project, _ = await acts.project(name)
    if Status.QUARANTINED in {new.status, project.status}:
        if not call.who.may_review():
            raise NotAllowed("Quarantine is for a reviewer to declare and to lift.", remedy="Ask one.")
    elif not await works_on(call, name):
        raise NotAllowed(
            f"{call.who.user} does not work on {name}, or the token is not for it.", remedy="Ask an owner."
        )
    await acts.status(name, new.status, " ".join(new.reason.split()), by=call.who.user, known=project)
    project, _ = await acts.project(name)
    return converting.project(project)


async def _take_down(call: Call) -> values.Changed:
    name, why = project_name(call.given("project")), call.sent(sent.Why)
    files = await publishing(call).take_down(name, None, " ".join(why.reason.split()), by=call.who.user)
    return values.Changed(project=name, version=None, files=files)


async def _restore(call: Call) -> values.Changed:
    name = project_name(call.given("project"))
    project, _ = await publishing(call).project(name)
    if project.taken_down is None:
        raise NotFound(f"{name} is not taken down.", remedy="Nothing has to be done.")
    files = await publishing(call).restore(name, None, by=call.who.user)
    return values.Changed(project=name, version=None, files=files)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/projects",
        name="list_projects",
        summary="The projects that live here, by name.",
        scopes=(Scope.READ,),
        answers=tuple[values.Project, ...],
        handler=_listed,
    ),
    Endpoint(
        method="GET",
        path="/projects/{project}",
        name="show_project",
        summary="A project, who works on it, and its releases with their files in every state.",
        scopes=(Scope.READ,),
        answers=values.ProjectWithReleases,
        handler=_shown,
    ),
    Endpoint(
        method="PUT",
        path="/projects/{project}/status",
        name="set_status",
        summary="Set a project's status. Whoever works on it may, but quarantine needs a token that may review.",
        scopes=(Scope.PUBLISH, Scope.REVIEW, Scope.ADMINISTER),
        takes=sent.NewStatus,
        answers=values.Project,
        handler=_status,
        conflicts=True,
    ),
    Endpoint(
        method="PUT",
        path="/projects/{project}/takedown",
        name="take_project_down",
        summary="Serve nothing of a project from now on.",
        scopes=(Scope.REVIEW,),
        takes=sent.Why,
        answers=values.Changed,
        handler=_take_down,
    ),
    Endpoint(
        method="DELETE",
        path="/projects/{project}/takedown",
        name="restore_project",
        summary="Serve a project again.",
        scopes=(Scope.REVIEW,),
        answers=values.Changed,
        handler=_restore,
    ),
)
