from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pratique.accounts.entrance import IDLE, LONGEST_SESSION, Entrance, form_secret, is_form_secret
from pratique.accounts.hashing import HashCost, Hashes
from pratique.accounts.model import Level
from pratique.accounts.parts import Visit
from pratique.accounts.passwords import Fault, PasswordRefused
from pratique.accounts.principal import NotAllowed, NotAuthenticated, Role, Throttled
from tests.accounts.world import HERE, OTHER, PASSWORD, People


class _Counting(Hashes):
    """Hashes that remember how often, and at what cost, one was computed."""

    def __init__(self, cost: HashCost) -> None:
        super().__init__(cost)
        self.checked: list[str] = []

    async def fits(self, known: str, password: str) -> bool:
        """Count, then check."""
        self.checked.append(known)
        return await super().fits(known, password)


async def test_a_reader_enters_with_the_password_alone(here: People) -> None:
    """No role but reader is fully in after the password."""
    await here.add()
    entered, who = await here.enter()
    assert (who.user.name, who.full) == ("ada", True)
    assert entered.secret not in repr(entered.session)


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.REVIEWER, Role.ADMINISTRATOR])
async def test_other_roles_have_to_set_up_a_second_factor(here: People, role: Role) -> None:
    """Whoever can publish or review gets no further than setting one up."""
    await here.add(role=role)
    _, who = await here.enter()
    assert who.session.level is Level.ENROL
    await here.enrol()
    _, again = await here.enter()
    assert again.session.level is Level.HALF


async def test_unknown_users_get_the_same_answer_for_the_same_work(here: People) -> None:
    """A wrong password and a name that nobody has: one answer, one hash computed each, at the same cost."""
    await here.add()
    hashes = _Counting(HashCost(passes=1, memory_kib=8, lanes=1))
    entrance = Entrance(replace(here.accounts.parts, hashes=hashes))
    said = []
    for name in ("ada", "nobody", "\x00", "a" * 5000, ""):
        with pytest.raises(NotAuthenticated) as refused:
            await entrance.log_in(name, "wrong", HERE)
        said.append((type(refused.value), str(refused.value)))
    assert len(set(said)) == 1
    assert len(hashes.checked) == len(said)
    assert [bool(known) for known in hashes.checked] == [True, False, False, False, False]


async def test_a_stopped_account_is_told_only_to_its_owner(here: People) -> None:
    """Whoever does not know the password learns nothing of the account's state."""
    await here.add()
    await here.accounts.people.disable("ada", "left the team")
    with pytest.raises(NotAuthenticated):
        await here.enter(password="wrong")
    with pytest.raises(NotAllowed, match="left the team"):
        await here.enter()


async def test_guessing_one_user_is_slowed_down_wherever_it_comes_from(here: People) -> None:
    """After ten failures for a user, not even the right password is looked at, from any address."""
    await here.add()
    for number in range(10):
        with pytest.raises(NotAuthenticated):
            await here.accounts.entrance.log_in("ada", "wrong", Visit(address=f"192.0.2.{number}"))
    with pytest.raises(Throttled):
        await here.accounts.entrance.log_in("Ada ", PASSWORD, Visit(address="203.0.113.1"))
    here.clock.pass_by(5 * 60)
    assert (await here.enter())[1].full


async def test_stuffing_from_one_address_is_slowed_down_whoever_is_tried(here: People) -> None:
    """Twenty names from one address, and it has to wait; others do not."""
    await here.add()
    for number in range(20):
        with pytest.raises(NotAuthenticated):
            await here.accounts.entrance.log_in(f"user{number}", "stolen pair", HERE)
    with pytest.raises(Throttled):
        await here.accounts.entrance.log_in("ada", PASSWORD, HERE)
    assert await here.accounts.entrance.log_in("ada", PASSWORD, Visit(address="203.0.113.1"))


async def test_stuffing_from_many_addresses_is_slowed_down_globally(here: People) -> None:
    """Five hundred failures in five minutes close the door, even if no name and no address comes twice."""
    for number in range(500):
        with pytest.raises(NotAuthenticated):
            await here.accounts.entrance.log_in(
                f"user{number}", "x", Visit(address=f"198.51.{number // 250}.{number % 250}")
            )
    with pytest.raises(Throttled):
        await here.accounts.entrance.log_in("ada", "x", Visit(address="203.0.113.9"))


async def test_attempts_at_once_count_before_they_are_looked_at(here: People) -> None:
    """Forty guesses sent together are no more than ten."""
    await here.add()
    visits = [Visit(address=f"192.0.2.{number}") for number in range(40)]
    tries = (here.accounts.entrance.log_in("ada", "wrong", visit) for visit in visits)
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, Throttled) for result in results) == 30


async def test_a_team_behind_one_address_is_not_slowed_down_by_success(here: People) -> None:
    """Log-ins that succeed count against nobody."""
    await here.add()
    for _ in range(30):
        await here.enter()


async def test_a_session_ends_idle_at_last_and_by_hand(here: People) -> None:
    """It lives while it is used, not longer than a week; a log-out ends it at once."""
    await here.add()
    entered, _ = await here.enter()
    used = 0.0
    while used < LONGEST_SESSION.total_seconds() - 3600:
        here.clock.pass_by(IDLE.total_seconds() - 60)
        used += IDLE.total_seconds() - 60
        await here.who(entered.secret) if used < LONGEST_SESSION.total_seconds() else None
    here.clock.pass_by(2 * 3600)
    assert await here.accounts.entrance.present(entered.secret) is None
    idle, _ = await here.enter()
    here.clock.pass_by(IDLE.total_seconds() + 1)
    assert await here.accounts.entrance.present(idle.secret) is None
    out, who = await here.enter()
    await here.accounts.entrance.log_out(who.session)
    assert await here.accounts.entrance.present(out.secret) is None


async def test_an_unfinished_log_in_does_not_wait_for_long(here: People) -> None:
    """A session that owes its second factor is gone after a quarter of an hour."""
    await here.add(role=Role.PUBLISHER)
    entered, _ = await here.enter()
    here.clock.pass_by(16 * 60)
    assert await here.accounts.entrance.present(entered.secret) is None


async def test_seeing_a_session_does_not_bring_it_back(here: People) -> None:
    """A request that was under way while somebody logged out does not undo that."""
    await here.add()
    entered, who = await here.enter()
    await here.accounts.entrance.log_out(who.session)
    await here.store.see_session(who.session.digest, here.clock.now())
    await here.store.ask(who.session.digest, b"challenge", here.clock.now())
    assert await here.accounts.entrance.present(entered.secret) is None


async def test_sessions_are_listed_and_ended_by_their_owner_alone(here: People) -> None:
    """One ends another of one's own; somebody else's id is none of mine."""
    await here.add()
    await here.add("bob")
    mine, _ = await here.enter()
    other, _ = await here.enter()
    theirs, _ = await here.enter("bob")
    ada = mine.session.user
    assert {session.id for session in await here.store.sessions(ada)} == {mine.session.id, other.session.id}
    await here.accounts.entrance.end(ada, other.session.id)
    assert await here.accounts.entrance.present(other.secret) is None
    with pytest.raises(NotAllowed):
        await here.accounts.entrance.end(ada, theirs.session.id)
    assert await here.accounts.entrance.present(theirs.secret)


async def test_a_password_found_stolen_later_is_disabled_and_says_so(here: People) -> None:
    """At the next log-in it serves no more, all sessions are over, and a link sets a new one."""
    await here.add()
    before, _ = await here.enter()
    here.stolen.passwords.add(PASSWORD)
    for _ in range(2):
        with pytest.raises(NotAllowed, match="stolen passwords"):
            await here.enter()
    assert await here.accounts.entrance.present(before.secret) is None
    secret = await here.accounts.people.password_link("ada")
    with pytest.raises(PasswordRefused) as refused:
        await here.accounts.people.set_password(secret, PASSWORD)
    assert Fault.BREACHED in {problem.fault for problem in refused.value.problems}
    await here.accounts.people.set_password(secret, OTHER)
    assert (await here.enter(password=OTHER))[1].full


async def test_a_service_that_is_down_locks_nobody_out(here: People) -> None:
    """Log-ins go on while stolen passwords cannot be looked up."""
    await here.add()
    here.stolen.down = True
    assert (await here.enter())[1].full


async def test_a_rise_of_the_cost_reaches_each_hash_at_log_in(here: People) -> None:
    """The hash is made anew at the new cost, still fits, and a wrong password changes nothing."""
    await here.add()
    dear = replace(here.accounts.parts, hashes=Hashes(HashCost(passes=2, memory_kib=16, lanes=1)))
    before = await here.store.user("ada")
    with pytest.raises(NotAuthenticated):
        await Entrance(dear).log_in("ada", "wrong", HERE)
    assert await here.store.user("ada") == before
    await Entrance(dear).log_in("ada", PASSWORD, HERE)
    after = await here.store.user("ada")
    assert after
    assert "m=16,t=2,p=1" in after.password
    assert (await here.enter())[1].full
    assert await here.store.user("ada") == after


def test_a_form_belongs_to_one_cookie() -> None:
    """What another cookie's form brings along is refused, and so is the form of no cookie."""
    assert is_form_secret(form_secret("mine"), "mine")
    assert not is_form_secret(form_secret("mine"), "theirs")
    assert not is_form_secret(form_secret(""), "")
    assert not is_form_secret("\udcff", "mine")


async def test_a_session_from_before_a_higher_role_is_worth_nothing(here: People) -> None:
    """A log-in that crosses a new role, or a crash behind it, leaves nobody inside without a second factor."""
    await here.add()
    entered, who = await here.enter()
    assert who.full
    await here.store.mark_user(who.user.name, role=Role.ADMINISTRATOR)
    assert await here.accounts.entrance.present(entered.secret) is None
