from __future__ import annotations

import pytest

from pratique.accounts.passwords import Fault, PasswordRefused
from pratique.accounts.people import FIRST, INVITATION
from pratique.accounts.principal import NotAllowed, NotAuthenticated, Role
from pratique.errors import BadName
from pratique.names import project_name
from tests.accounts.world import HERE, OTHER, PASSWORD, People


async def test_the_first_administrator_comes_by_a_link_that_serves_once(here: People) -> None:
    """Refused passwords leave the link; the account takes it; nobody can make another one with it."""
    people = here.accounts.people
    assert not await people.has_administrator()
    secret = await people.first_link()
    with pytest.raises(PasswordRefused):
        await people.make_administrator(secret, name="root", email="", called="", password="short")
    user = await people.make_administrator(secret, name="Root", email="r@x.example", called="", password=PASSWORD)
    assert (user.name, user.role) == ("root", Role.ADMINISTRATOR)
    assert await people.has_administrator()
    with pytest.raises(NotAllowed):
        await people.make_administrator(secret, name="eve", email="", called="", password=PASSWORD)
    with pytest.raises(NotAllowed):
        await people.first_link()


async def test_links_expire_and_a_new_one_replaces_the_old(here: People) -> None:
    """An hour for the first administrator, two days for an invitation; the earlier link is gone at once."""
    people = here.accounts.people
    old, new = await people.first_link(), await people.first_link()
    with pytest.raises(NotAllowed):
        await people.link(old)
    assert await people.link(new)
    here.clock.pass_by(FIRST.total_seconds())
    with pytest.raises(NotAllowed):
        await people.link(new)
    await people.add("ada", role=Role.READER)
    invitation = await people.password_link("ada")
    here.clock.pass_by(INVITATION.total_seconds())
    with pytest.raises(NotAllowed):
        await people.set_password(invitation, PASSWORD)


async def test_a_link_is_for_one_thing(here: People) -> None:
    """An invitation makes no administrator, and the first link sets nobody's password."""
    people = here.accounts.people
    await people.add("ada", role=Role.READER)
    first, invitation = await people.first_link(), await people.password_link("ada")
    with pytest.raises(NotAllowed):
        await people.make_administrator(invitation, name="eve", email="", called="", password=PASSWORD)
    with pytest.raises(NotAllowed):
        await people.set_password(first, PASSWORD)


async def test_a_changed_password_ends_all_other_sessions(here: People) -> None:
    """The present password is asked for; whoever else is logged in is out."""
    await here.add()
    (thief, _), (mine, who) = await here.enter(), await here.enter()
    change = here.accounts.people.change_password
    with pytest.raises(NotAuthenticated):
        await change(who.user, "wrong", OTHER, session=who.session, visit=HERE)
    await change(who.user, PASSWORD, OTHER, session=who.session, visit=HERE)
    assert await here.accounts.entrance.present(thief.secret) is None
    assert await here.accounts.entrance.present(mine.secret)
    with pytest.raises(NotAuthenticated):
        await here.enter(password=PASSWORD)


async def test_a_changed_password_ends_the_link_that_nobody_used(here: People) -> None:
    """Whoever finds it later cannot undo the change; another user's link stays."""
    await here.add()
    people, (_, who) = here.accounts.people, await here.enter()
    await people.add("bob", role=Role.READER)
    mine, bobs = await people.password_link("ada"), await people.password_link("bob")
    await people.change_password(who.user, PASSWORD, OTHER, session=who.session, visit=HERE)
    with pytest.raises(NotAllowed):
        await people.set_password(mine, f"{OTHER} again")
    assert await people.link(bobs)
    assert await here.enter(password=OTHER)


async def test_the_last_five_passwords_are_not_taken_and_older_ones_are_forgotten(here: People) -> None:
    """Over seven changes, the five last hashes are kept and compared."""
    await here.add(password=f"{OTHER} 0")
    for number in range(1, 7):
        secret = await here.accounts.people.password_link("ada")
        await here.accounts.people.set_password(secret, f"{OTHER} {number}")
    user = await here.store.user("ada")
    assert user
    old = await here.store.old_passwords(user.name)
    assert len(old) == 5
    assert old[0] == user.password
    for number in range(2, 7):
        secret = await here.accounts.people.password_link("ada")
        with pytest.raises(PasswordRefused) as refused:
            await here.accounts.people.set_password(secret, f"{OTHER} {number}")
        assert [problem.fault for problem in refused.value.problems] == [Fault.REUSED]
    await here.accounts.people.set_password(secret, f"{OTHER} 1")


async def test_names_of_ones_projects_are_hints(here: People) -> None:
    """A password made of a project of one's own is weak for its owner."""
    await here.add()
    await here.accounts.access.claim(project_name("zarafshan-lexicon"), "ada")
    secret = await here.accounts.people.password_link("ada")
    with pytest.raises(PasswordRefused) as refused:
        await here.accounts.people.set_password(secret, "zarafshan-lexicon")
    assert [problem.fault for problem in refused.value.problems] == [Fault.WEAK]


@pytest.mark.parametrize(
    "name", ["", "a", "-ada", "ada-", "ada lovelace", "__token__", "a" * 41, "ada\r\nX: y", "../ada", "ádá", "a\0b"]
)
async def test_names_that_are_none_are_refused(here: People, name: str) -> None:
    """No name can leave its line, its path or its alphabet."""
    with pytest.raises(BadName):
        await here.accounts.people.add(name, role=Role.READER)


async def test_names_are_taken_whatever_their_case(here: People) -> None:
    """`Ada` is `ada`."""
    await here.add("ada")
    with pytest.raises(NotAllowed):
        await here.accounts.people.add("ADA", role=Role.ADMINISTRATOR)
    assert (await here.enter("ADA"))[1].user.role is Role.READER


@pytest.mark.parametrize("email", ["no at", "a@b\r\nBcc: x", "<a@b.example>", "a b@c.example"])
async def test_addresses_that_are_none_are_refused(here: People, email: str) -> None:
    """What could leave its header is no address."""
    with pytest.raises(BadName):
        await here.accounts.people.add("ada", role=Role.READER, email=email)


async def test_the_last_administrator_cannot_lock_everybody_out(here: People) -> None:
    """They can neither be disabled nor given another role until there is a second one."""
    people = here.accounts.people
    await here.add("root", Role.ADMINISTRATOR)
    for change in (people.disable("root", "x"), people.change_role("root", Role.READER)):
        with pytest.raises(NotAllowed):
            await change
    await here.add("other", Role.ADMINISTRATOR)
    await people.change_role("root", Role.READER)


async def test_a_change_of_role_ends_sessions(here: People) -> None:
    """Whoever becomes a publisher logs in again, and proves what that role needs."""
    await here.add()
    entered, _ = await here.enter()
    await here.accounts.people.change_role("ada", Role.PUBLISHER, by="root")
    assert await here.accounts.entrance.present(entered.secret) is None
    assert [r.by for r in await here.store.records("ada") if "publisher" in r.what] == ["root"]


async def test_a_disabled_account_is_opened_again(here: People) -> None:
    """Disabling ends sessions at once; enabling lets its owner in with the same password."""
    await here.add()
    entered, _ = await here.enter()
    await here.accounts.people.disable("ada", "on leave")
    assert await here.accounts.entrance.present(entered.secret) is None
    await here.accounts.people.enable("ada")
    assert (await here.enter())[1].full


async def test_the_first_link_takes_nobodys_account(here: People) -> None:
    """A name that is taken, even in the very moment, keeps its role and its lack of a password."""
    await here.accounts.people.add("ada", role=Role.READER)
    secret = await here.accounts.people.first_link()
    with pytest.raises(NotAllowed, match="already"):
        await here.accounts.people.make_administrator(secret, name="ada", email="", called="", password=PASSWORD)
    user = await here.store.user("ada")
    assert user
    assert (user.role, user.password) == (Role.READER, "")
    await here.accounts.people.make_administrator(secret, name="root", email="", called="", password=PASSWORD)


async def test_an_address_is_changed_and_its_owner_reads_by_whom(here: People) -> None:
    """One that is none, or ends a line in any alphabet, changes nothing."""
    await here.accounts.people.add("ada", role=Role.READER, email="ada@example.org")
    for bad in ("nobody", "a@b\r\nBcc: c@d", "a\u2028b@example.org", "a\x85b@example.org", "a@b c"):
        with pytest.raises(BadName):
            await here.accounts.people.change_address("ada", bad, by="root")
    await here.accounts.people.change_address("ada", " ada@example.net ", by="root")
    user = await here.store.user("ada")
    assert user
    assert (user.email, user.role) == ("ada@example.net", Role.READER)
    (told, *_) = await here.store.records("ada")
    assert (told.by, told.what) == ("root", "The e-mail address is now ada@example.net.")
    await here.accounts.people.change_address("ada", "", by="root")
    assert (await here.accounts.parts.known("ada")).email == ""
