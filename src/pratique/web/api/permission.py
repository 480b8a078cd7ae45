"""What whoever calls may do to a project, and the use cases behind it."""

from __future__ import annotations

from pratique.accounts.principal import NotAllowed
from pratique.errors import NotFound
from pratique.names import ProjectName, project_name
from pratique.ports import Clock
from pratique.releases import Releases
from pratique.uploads.life import Publishing
from pratique.web.api.endpoint import Call


def releases_of(call: Call) -> Releases:
    """What is published here; raises `NotFound` where nothing is."""
    if call.site.releases is None:
        raise NotFound("This server has no index of its own.", remedy="Ask whoever runs it.")
    return call.site.releases


def publishing(call: Call) -> Publishing:
    """The acts on it."""
    return Publishing(releases=releases_of(call), store=call.site.store, clock=clock_of(call))


def clock_of(call: Call) -> Clock:
    """The time by which things happen."""
    if call.site.accounts is None:
        raise NotFound("This server has no accounts.", remedy="Ask whoever runs it.")
    return call.site.accounts.parts.clock


async def worked_on(call: Call) -> ProjectName:
    """The project that is named, once it is theirs; raises `NotAllowed`, `NotFound`.

    Theirs: the token reaches it and its owner works on it; or it may administer.
    """
    name = project_name(call.given("project"))
    await publishing(call).project(name)
    if not await works_on(call, name):
        raise NotAllowed(
            f"{call.who.user} does not work on {name}, or the token is not for it.", remedy="Ask an owner."
        )
    return name


async def works_on(call: Call, name: ProjectName) -> bool:
    """Whether it is theirs."""
    if call.who.may_administer():
        return True
    site = call.site
    roles = await site.authenticator.roles_in(name) if site.authenticator else {}
    return call.who.may_publish(name) and call.who.user in roles
