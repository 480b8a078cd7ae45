from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from pratique.accounts.model import User
from pratique.accounts.principal import NotAllowed, ProjectRole, Role
from pratique.names import project_name
from tests.accounts.world import People

DEMO = project_name("demo")


async def _team(here: People) -> tuple[User, User, User]:
    """An owner of a project, another publisher, an administrator."""
    ada, bob = await here.add("ada", Role.PUBLISHER), await here.add("bob", Role.PUBLISHER)
    root = await here.add("root", Role.ADMINISTRATOR)
    await here.accounts.access.claim(DEMO, "ada")
    return ada, bob, root


async def test_an_owner_names_maintainers_and_owners(here: People) -> None:
    """A maintainer publishes but names nobody; an owner does; the named one is told by whom."""
    ada, bob, _ = await _team(here)
    membership = here.accounts.membership
    with pytest.raises(NotAllowed):
        await membership.put(bob, DEMO, "bob", ProjectRole.OWNER)
    await membership.put(ada, DEMO, "Bob ", ProjectRole.MAINTAINER)
    assert await here.accounts.access.claim(DEMO, "bob")
    with pytest.raises(NotAllowed):
        await membership.put(bob, DEMO, "bob", ProjectRole.OWNER)
    await membership.put(ada, DEMO, "bob", ProjectRole.OWNER)
    await membership.put(bob, DEMO, "ada", ProjectRole.MAINTAINER)
    assert await here.accounts.access.roles_in(DEMO) == {"ada": ProjectRole.MAINTAINER, "bob": ProjectRole.OWNER}
    assert any(record.by == "bob" for record in await here.store.records("ada"))


async def test_a_project_keeps_an_owner(here: People) -> None:
    """The last one neither leaves nor steps down, nor is removed by an administrator."""
    ada, _, root = await _team(here)
    membership = here.accounts.membership
    for change in (
        membership.drop(ada, DEMO, "ada"),
        membership.put(ada, DEMO, "ada", ProjectRole.MAINTAINER),
        membership.drop(root, DEMO, "ada"),
    ):
        with pytest.raises(NotAllowed, match="at least one owner"):
            await change
    await membership.put(root, DEMO, "bob", ProjectRole.OWNER)
    await membership.drop(ada, DEMO, "ada")
    assert not await here.accounts.access.claim(DEMO, "ada")


async def test_strangers_learn_and_change_nothing(here: People) -> None:
    """Whoever does not work on a project sees nobody of it; readers are not added; a maintainer may leave."""
    ada, bob, _ = await _team(here)
    membership = here.accounts.membership
    await here.add("eve")
    for refused in (
        membership.of(bob, DEMO),
        membership.drop(bob, DEMO, "ada"),
        membership.put(ada, DEMO, "eve", ProjectRole.MAINTAINER),
        membership.put(ada, DEMO, "nobody", ProjectRole.MAINTAINER),
        membership.drop(ada, DEMO, "bob"),
        membership.put(ada, project_name("other"), "ada", ProjectRole.OWNER),
    ):
        with pytest.raises(NotAllowed):
            await refused
    await membership.put(ada, DEMO, "bob", ProjectRole.MAINTAINER)
    await membership.drop(bob, DEMO, "bob")
    assert [member.user for member in await membership.of(ada, DEMO)] == ["ada"]


async def test_an_administrator_names_the_owner_of_what_nobody_owns(here: People) -> None:
    """Such a project takes no uploads until then; nobody else may, and it begins with an owner."""
    _, bob, root = await _team(here)
    membership, orphan = here.accounts.membership, project_name("orphan")
    with pytest.raises(NotAllowed):
        await membership.put(bob, orphan, "bob", ProjectRole.OWNER)
    with pytest.raises(NotAllowed, match="Name an owner first"):
        await membership.put(root, orphan, "bob", ProjectRole.MAINTAINER)
    await membership.put(root, orphan, "bob", ProjectRole.OWNER)
    assert await here.accounts.access.roles_in(orphan) == {"bob": ProjectRole.OWNER}


async def test_two_owners_who_act_at_once_leave_one(here: People) -> None:
    """Whoever comes second is no owner any more: a project without one would be anybody's."""
    ada, bob, root = await _team(here)
    membership = here.accounts.membership

    async def at_once(*changes: Awaitable[None]) -> None:
        await asyncio.gather(*changes, return_exceptions=True)
        roles = await here.accounts.access.roles_in(DEMO)
        assert list(roles.values()).count(ProjectRole.OWNER) == 1
        for name in ("ada", "bob"):
            await membership.put(root, DEMO, name, ProjectRole.OWNER)

    await membership.put(ada, DEMO, "bob", ProjectRole.OWNER)
    await at_once(membership.drop(ada, DEMO, "bob"), membership.drop(bob, DEMO, "ada"))
    await at_once(membership.drop(ada, DEMO, "ada"), membership.drop(bob, DEMO, "bob"))
    await at_once(
        membership.put(ada, DEMO, "bob", ProjectRole.MAINTAINER),
        membership.put(bob, DEMO, "ada", ProjectRole.MAINTAINER),
    )
