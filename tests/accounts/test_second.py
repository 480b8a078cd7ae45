from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from pratique.accounts.entrance import Entered
from pratique.accounts.model import Level
from pratique.accounts.onetime import CODES
from pratique.accounts.principal import NotAllowed, NotAuthenticated, Role, Throttled
from pratique.accounts.webauthn_keys import Relying
from tests.accounts.authenticator import Authenticator
from tests.accounts.world import HERE, People

RELYING = Relying(host="127.0.0.1", origin="http://127.0.0.1", name="pratique")


async def _with_key(here: People, role: Role = Role.PUBLISHER) -> Authenticator:
    """A user who has one key and is logged out."""
    await here.add(role=role)
    key = Authenticator()
    _, who = await here.enter()
    options = await here.accounts.second.begin_adding(who, RELYING)
    await here.accounts.second.finish_adding(who, key.make(options), "blue", RELYING, HERE)
    return key


async def test_setting_up_rotates_the_session_and_gives_codes_once(here: People) -> None:
    """The cookie from before the second factor is worth nothing after it."""
    await here.add(role=Role.PUBLISHER)
    before, who = await here.enter()
    secret, address = await here.accounts.second.begin_totp(who)
    assert secret in address
    after, codes = await here.accounts.second.confirm_totp(who, here.code(secret), HERE)
    assert after
    assert len(codes) == CODES
    assert await here.accounts.entrance.present(before.secret) is None
    assert (await here.who(after.secret)).full


async def test_a_thief_who_looked_first_knows_no_second_factor(here: People) -> None:
    """Whoever has the password before a factor is set up learns no secret that its owner confirms later."""
    await here.add(role=Role.PUBLISHER)
    _, thief = await here.enter()
    seen, _ = await here.accounts.second.begin_totp(thief)
    await here.enrol()
    _, again = await here.enter()
    assert again.session.level is Level.HALF
    with pytest.raises(NotAuthenticated):
        await here.accounts.second.prove_code(again, here.code(seen), HERE)


async def test_setting_up_ends_whoever_else_came_so_far(here: People) -> None:
    """A session that still owes its first factor cannot add one beside that of the account's owner."""
    await here.add(role=Role.PUBLISHER)
    waiting, _ = await here.enter()
    await here.enrol()
    assert await here.accounts.entrance.present(waiting.secret) is None


async def test_a_code_finishes_the_log_in_once(here: People) -> None:
    """The same code, and an earlier one, serve nobody a second time: neither here nor in another session."""
    await here.add(role=Role.PUBLISHER)
    secret, _ = await here.enrol()
    earlier = here.code(secret)
    here.clock.pass_by(30)
    code = here.code(secret)
    half, who = await here.enter()
    done = await here.accounts.second.prove_code(who, code, HERE)
    assert (await here.who(done.secret)).full
    assert await here.accounts.entrance.present(half.secret) is None
    for replayed in (code, earlier):
        _, thief = await here.enter()
        with pytest.raises(NotAuthenticated):
            await here.accounts.second.prove_code(thief, replayed, HERE)


async def test_the_code_of_setting_up_is_used_up(here: People) -> None:
    """Whoever looked over the shoulder at the first code cannot use it."""
    await here.add(role=Role.PUBLISHER)
    _, who = await here.enter()
    secret, _ = await here.accounts.second.begin_totp(who)
    code = here.code(secret)
    await here.accounts.second.confirm_totp(who, code, HERE)
    _, thief = await here.enter()
    with pytest.raises(NotAuthenticated):
        await here.accounts.second.prove_code(thief, code, HERE)


async def test_one_code_sent_twice_at_once_serves_once(here: People) -> None:
    """Two requests with the same code: one of them gets in."""
    await here.add(role=Role.PUBLISHER)
    secret, _ = await here.enrol()
    (_, one), (_, two) = await here.enter(), await here.enter()
    tries = (here.accounts.second.prove_code(who, here.code(secret), HERE) for who in (one, two))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(isinstance(result, Entered) for result in results) == [False, True]


async def test_guessing_codes_is_slowed_down(here: People) -> None:
    """After five wrong codes not even the right one is looked at."""
    await here.add(role=Role.PUBLISHER)
    secret, _ = await here.enrol()
    _, who = await here.enter()
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            await here.accounts.second.prove_code(who, "000000", HERE)
    with pytest.raises(Throttled):
        await here.accounts.second.prove_code(who, here.code(secret), HERE)


async def test_a_recovery_code_serves_once_and_its_owner_is_told(here: People) -> None:
    """It lets in whoever lost the authenticator; the record says how many are left."""
    await here.add(role=Role.PUBLISHER)
    _, codes = await here.enrol()
    _, who = await here.enter()
    await here.accounts.second.prove_code(who, codes[0].upper(), HERE)
    _, again = await here.enter()
    with pytest.raises(NotAuthenticated):
        await here.accounts.second.prove_code(again, codes[0], HERE)
    assert await here.store.codes_left(who.user.name) == CODES - 1
    assert any(f"{CODES - 1} are left" in record.what for record in await here.store.records("ada"))


async def test_new_recovery_codes_replace_the_old_ones(here: People) -> None:
    """Codes on an old sheet serve no more."""
    user = await here.add(role=Role.PUBLISHER)
    _, codes = await here.enrol()
    await here.accounts.second.renew_codes(user.name)
    _, who = await here.enter()
    with pytest.raises(NotAuthenticated):
        await here.accounts.second.prove_code(who, codes[1], HERE)


async def test_an_authenticator_serves_only_once_it_was_confirmed(here: People) -> None:
    """A page that was opened and left is no second factor."""
    await here.add()
    _, who = await here.enter()
    secret, _ = await here.accounts.second.begin_totp(who)
    assert (await here.accounts.second.begin_totp(who))[0] == secret
    _, again = await here.enter()
    assert again.session.level is Level.FULL


async def test_a_full_session_is_not_renewed_by_a_code(here: People) -> None:
    """The second step belongs to a log-in: outside one, a code opens nothing."""
    await here.add()
    secret, _ = await here.enrol()
    _, who = await here.enter()
    done = await here.accounts.second.prove_code(who, here.code(secret), HERE)
    here.clock.pass_by(60)
    with pytest.raises(NotAllowed):
        await here.accounts.second.prove_code(await here.who(done.secret), here.code(secret), HERE)


async def test_a_key_finishes_the_log_in(here: People) -> None:
    """The whole ceremony, twice, with a counter that rises."""
    key = await _with_key(here)
    for _ in range(2):
        _, who = await here.enter()
        options = await here.accounts.second.begin_key(who, RELYING)
        done = await here.accounts.second.prove_key(who, key.prove(options), RELYING, HERE)
        assert (await here.who(done.secret)).full
    (kept,) = await here.store.security_keys(who.user.name)
    assert (kept.name, kept.sign_count) == ("blue", 2)


async def test_several_keys_serve_and_none_twice(here: People) -> None:
    """A second key can be added and used; the same one cannot be added again."""
    key = await _with_key(here)
    _, half = await here.enter()
    options = await here.accounts.second.begin_key(half, RELYING)
    done = await here.accounts.second.prove_key(half, key.prove(options), RELYING, HERE)
    who, spare = await here.who(done.secret), Authenticator()
    options = await here.accounts.second.begin_adding(who, RELYING)
    await here.accounts.second.finish_adding(who, spare.make(options), "", RELYING, HERE)
    options = await here.accounts.second.begin_adding(who, RELYING)
    with pytest.raises(NotAllowed):
        await here.accounts.second.finish_adding(who, spare.make(options), "", RELYING, HERE)
    _, half = await here.enter()
    options = await here.accounts.second.begin_key(half, RELYING)
    assert await here.accounts.second.prove_key(half, spare.prove(options), RELYING, HERE)


def _copied(key: Authenticator) -> None:
    key.count = -1


def _imitating(key: Authenticator) -> None:
    key.origin = "http://127.0.0.1.example.invalid"


def _elsewhere(key: Authenticator) -> None:
    key.host = "packages.example.invalid"


def _other(key: Authenticator) -> None:
    key.private = Authenticator().private


def _unknown(key: Authenticator) -> None:
    key.id = b"another"


@pytest.mark.parametrize("spoil", [_copied, _imitating, _elsewhere, _other, _unknown])
async def test_a_wrong_key_is_refused(here: People, spoil: Callable[[Authenticator], None]) -> None:
    """A copied key (its counter goes back), an imitating page, another host, another key, an unknown id."""
    key = await _with_key(here)
    for wrong in (None, spoil):
        _, who = await here.enter()
        options = await here.accounts.second.begin_key(who, RELYING)
        if wrong is None:
            await here.accounts.second.prove_key(who, key.prove(options), RELYING, HERE)
            continue
        wrong(key)
        with pytest.raises(NotAuthenticated):
            await here.accounts.second.prove_key(who, key.prove(options), RELYING, HERE)


async def test_a_keys_answer_serves_once_and_not_for_long(here: People) -> None:
    """The same answer again, an answer to another session's question, and a late one are refused."""
    key = await _with_key(here)
    _, who = await here.enter()
    options = await here.accounts.second.begin_key(who, RELYING)
    answer = key.prove(options)
    await here.accounts.second.prove_key(who, answer, RELYING, HERE)
    _, thief = await here.enter()
    with pytest.raises(NotAuthenticated):
        await here.accounts.second.prove_key(thief, answer, RELYING, HERE)
    await here.accounts.second.begin_key(thief, RELYING)
    with pytest.raises(NotAuthenticated):
        await here.accounts.second.prove_key(thief, answer, RELYING, HERE)
    late = await here.accounts.second.begin_key(thief, RELYING)
    here.clock.pass_by(301)
    with pytest.raises(NotAuthenticated, match="too old"):
        await here.accounts.second.prove_key(thief, key.prove(late), RELYING, HERE)


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": 1}', '{"id":"a","rawId":"a","response":{}}', "\0"])
async def test_an_answer_of_any_shape_is_refused(here: People, answer: str) -> None:
    """Whatever is sent as a key's answer, adding or proving, it is refused and nothing crashes."""
    await _with_key(here)
    _, who = await here.enter()
    await here.accounts.second.begin_key(who, RELYING)
    with pytest.raises(NotAuthenticated):
        await here.accounts.second.prove_key(who, answer, RELYING, HERE)
    await here.accounts.second.begin_adding(who, RELYING)
    with pytest.raises(NotAuthenticated):
        await here.accounts.second.finish_adding(who, answer, "", RELYING, HERE)


async def test_the_last_factor_stays_where_the_role_needs_one(here: People) -> None:
    """A publisher cannot remove it; a reader can; an administrator resets it for whoever lost it."""
    key = await _with_key(here)
    user = await here.store.user("ada")
    assert user
    with pytest.raises(NotAllowed):
        await here.accounts.second.drop_key(user, key.id)
    await here.accounts.people.change_role("ada", Role.READER)
    reader = await here.store.user("ada")
    assert reader
    await here.accounts.second.drop_key(reader, key.id)
    assert not await here.accounts.second.keys(user.name)
    await here.accounts.second.reset(user.name, by="root")
    assert any(record.by == "root" for record in await here.store.records("ada"))


async def test_an_authenticator_can_be_replaced(here: People) -> None:
    """With a key in hand the authenticator goes, and a new one can be set up; the old one's codes serve no more."""
    user = await here.add(role=Role.PUBLISHER)
    secret, _ = await here.enrol()
    _, half = await here.enter()
    with pytest.raises(NotAllowed):
        await here.accounts.second.begin_totp(half)
    with pytest.raises(NotAllowed):
        await here.accounts.second.drop_totp(user)
    who = await here.who((await here.accounts.second.prove_code(half, here.code(secret), HERE)).secret)
    key = Authenticator()
    options = await here.accounts.second.begin_adding(who, RELYING)
    await here.accounts.second.finish_adding(who, key.make(options), "key", RELYING, HERE)
    await here.accounts.second.drop_totp(who.user)
    fresh, _ = await here.accounts.second.begin_totp(who)
    assert fresh != secret
