from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from pratique.accounts.principal import NotAllowed, NotAuthenticated, Principal, ProjectRole, Role, Scope, Throttled
from pratique.accounts.tokens import new_token
from pratique.names import project_name
from tests.accounts.world import PASSWORD, People

DEMO, OTHER = project_name("demo"), project_name("other")
PUBLISH = (Scope.PUBLISH,)


async def _publisher(here: People, name: str = "ada") -> None:
    await here.add(name, Role.PUBLISHER)
    await here.enrol(name)


async def _known(here: People, secret: str, username: str = "__token__", address: str = "192.0.2.7") -> Principal:
    return await here.accounts.access.principal(username=username, secret=secret, address=address)


async def test_a_token_is_known_again_and_kept_only_as_a_digest(here: People) -> None:
    """By the name that tools send or by its owner's; its last use is noted."""
    await _publisher(here)
    secret, token = await here.accounts.access.create("ada", label="laptop", scopes=PUBLISH, projects=[DEMO])
    for username in ("__token__", "ada", "ADA"):
        principal = await _known(here, secret, username)
    assert (principal.user, principal.token_id, principal.projects) == ("ada", token.id, frozenset({DEMO}))
    assert principal.may_publish(DEMO)
    assert not principal.may_publish(OTHER)
    (kept,) = await here.accounts.access.tokens(token.user)
    assert kept.used == here.clock.now()
    assert secret not in repr(kept)


async def test_a_token_belongs_to_its_owner(here: People) -> None:
    """Sent under somebody else's name it is nobody's."""
    await _publisher(here)
    await here.add("bob")
    secret, _ = await here.accounts.access.create("ada", label="x", scopes=PUBLISH)
    with pytest.raises(NotAuthenticated):
        await _known(here, secret, "bob")


@pytest.mark.parametrize("secret", ["", PASSWORD, "prat_", "prat_" + "0" * 38, "\0", "\udcff", "x" * 100_000])
async def test_what_is_no_token_is_nobody(here: People, secret: str) -> None:
    """Passwords, forgeries and rubbish: one answer, which says what to give instead."""
    await here.add()
    with pytest.raises(NotAuthenticated, match="__token__"):
        await _known(here, secret, "ada")


async def test_forged_tokens_are_refused_and_slowed_down(here: People) -> None:
    """A token of the right shape that nobody made is nobody's; after sixty, the address has to wait."""
    for _ in range(60):
        with pytest.raises(NotAuthenticated) as refused:
            await _known(here, new_token())
        assert not isinstance(refused.value, Throttled)
    with pytest.raises(Throttled):
        await _known(here, new_token())
    await _publisher(here)
    secret, _ = await here.accounts.access.create("ada", label="x", scopes=PUBLISH)
    assert await _known(here, secret), "colleagues behind that address go on working"


async def test_a_token_expires_and_can_be_revoked(here: People) -> None:
    """Each says which it was, to whoever holds the whole token."""
    await _publisher(here)
    create = here.accounts.access.create
    short, _ = await create("ada", label="short", scopes=PUBLISH, lasts=timedelta(days=1))
    gone, token = await create("ada", label="gone", scopes=PUBLISH)
    await here.accounts.access.revoke(token.id, user=token.user)
    with pytest.raises(NotAuthenticated, match="revoked"):
        await _known(here, gone)
    here.clock.pass_by(24 * 3600)
    with pytest.raises(NotAuthenticated, match="expired"):
        await _known(here, short)


async def test_a_use_under_way_does_not_undo_a_revocation(here: People) -> None:
    """Noting the last use leaves everything else as it is."""
    await _publisher(here)
    secret, token = await here.accounts.access.create("ada", label="x", scopes=PUBLISH)
    await asyncio.gather(_known(here, secret), here.accounts.access.revoke(token.id, user=None), return_exceptions=True)
    await here.store.see_token(token.digest, here.clock.now())
    with pytest.raises(NotAuthenticated, match="revoked"):
        await _known(here, secret)


async def test_nobody_revokes_somebody_elses_token(here: People) -> None:
    """An id is no right: only the owner, or an administrator for all, revokes."""
    await _publisher(here)
    bob = await here.add("bob")
    _, token = await here.accounts.access.create("ada", label="x", scopes=PUBLISH)
    with pytest.raises(NotAllowed):
        await here.accounts.access.revoke(token.id, user=bob.name)
    await here.accounts.access.revoke(token.id, user=None, by="root")


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        (Role.READER, PUBLISH),
        (Role.PUBLISHER, (Scope.REVIEW,)),
        (Role.REVIEWER, (Scope.ADMINISTER,)),
        (Role.ADMINISTRATOR, ()),
    ],
)
async def test_nobody_gives_away_more_than_they_have(here: People, role: Role, scopes: tuple[Scope, ...]) -> None:
    """Scopes beyond the role are refused, and so is a token for nothing."""
    await here.add(role=role)
    await here.enrol()
    with pytest.raises(NotAllowed):
        await here.accounts.access.create("ada", label="x", scopes=scopes)


@pytest.mark.parametrize("days", [0, -1, 366])
async def test_no_token_lasts_for_ever(here: People, days: int) -> None:
    """A year is the longest."""
    await _publisher(here)
    with pytest.raises(NotAllowed):
        await here.accounts.access.create("ada", label="x", scopes=PUBLISH, lasts=timedelta(days=days))


async def test_publishing_needs_a_second_factor_of_the_owner(here: People) -> None:
    """Without one no such token is made, and one that exists stops when all factors are gone; reading needs none."""
    user = await here.add(role=Role.PUBLISHER)
    with pytest.raises(NotAuthenticated, match="second factor"):
        await here.accounts.access.create("ada", label="x", scopes=PUBLISH)
    reading, _ = await here.accounts.access.create("ada", label="r", scopes=[Scope.READ])
    assert not (await _known(here, reading)).may_publish(DEMO)
    await here.enrol()
    secret, _ = await here.accounts.access.create("ada", label="x", scopes=PUBLISH)
    assert await _known(here, secret)
    await here.accounts.second.reset(user.name, by="root")
    with pytest.raises(NotAuthenticated, match="second factor"):
        await _known(here, secret)


async def test_a_lower_role_bounds_tokens_that_exist(here: People) -> None:
    """Whoever becomes a reader publishes no more with the token of before."""
    await _publisher(here)
    secret, _ = await here.accounts.access.create("ada", label="x", scopes=PUBLISH)
    await here.accounts.people.change_role("ada", Role.READER)
    assert not (await _known(here, secret)).may_publish(DEMO)


async def test_a_leaked_token_is_revoked_and_its_owner_told(here: People) -> None:
    """Once; what is no token of ours, or served no more, is not one."""
    await _publisher(here)
    secret, _ = await here.accounts.access.create("ada", label="ci", scopes=PUBLISH)
    leaked = here.accounts.access.leaked
    assert [await leaked(secret, where="https://code.example.invalid/x") for _ in range(2)] == [True, False]
    assert not await leaked(new_token(), where="")
    assert not await leaked("prat_x", where="")
    with pytest.raises(NotAuthenticated, match=r"code\.example\.invalid"):
        await _known(here, secret)
    assert any("found in public" in record.what for record in await here.store.records("ada"))


async def test_a_frozen_account_does_nothing_until_it_is_let_go(here: People) -> None:
    """Tokens and sessions stop at once; enabling brings the tokens back; freezing twice is freezing once."""
    await _publisher(here)
    secret, _ = await here.accounts.access.create("ada", label="x", scopes=PUBLISH)
    for _ in range(2):
        await here.accounts.access.freeze("ada", "malware uploaded")
    with pytest.raises(NotAuthenticated, match="malware uploaded"):
        await _known(here, secret)
    with pytest.raises(NotAllowed, match="malware uploaded"):
        await here.enter()
    assert sum("frozen" in record.what for record in await here.store.records("ada")) == 1
    assert not await here.accounts.access.claim(DEMO, "ada")
    await here.accounts.people.enable("ada")
    assert await _known(here, secret)
    await here.accounts.access.freeze("nobody", "x")


async def test_a_project_is_claimed_once(here: People) -> None:
    """The first owner stays; a maintainer may publish, anybody else not."""
    await _publisher(here)
    bob = await here.add("bob", Role.PUBLISHER)
    access = here.accounts.access
    assert [await access.claim(DEMO, name) for name in ("ada", "bob", "ada", "nobody")] == [True, False, True, False]
    assert await access.roles_in(DEMO) == {"ada": ProjectRole.OWNER}
    from pratique.accounts.model import Member

    await here.store.save_member(Member(project=DEMO, user=bob.name, role=ProjectRole.MAINTAINER))
    assert await access.claim(DEMO, "bob")
    assert await here.store.drop_member(DEMO, bob.name)
    assert not await access.claim(DEMO, "bob")


async def test_a_project_claimed_at_once_has_one_owner(here: People) -> None:
    """Ten users at the same moment: one of them gets it."""
    for number in range(10):
        await here.accounts.people.add(f"user{number}", role=Role.PUBLISHER)
    claims = await asyncio.gather(*(here.accounts.access.claim(OTHER, f"user{number}") for number in range(10)))
    assert sum(claims) == 1
