"""Two servers over one database: what may happen once happens once, and nothing that was answered is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pratique.accounts.model import Link, LinkKind, Member, Totp, User, UserName
from pratique.accounts.principal import ProjectRole, Role
from pratique.audit import NOTHING, Act, Draft
from pratique.names import project_name
from pratique.releases import Claim
from pratique.storage.accounts import SqlAccounts, open_accounts
from pratique.storage.database import open_store
from pratique.storage.releases import open_releases
from pratique.storage.review import open_book
from pratique.storage.review_head import HeadFiles, read_heads
from tests.fakes.values import NOON, a_page, an_event
from tests.storage.test_releases import PROJECT, a_file

ANN, DEMO = UserName("ann"), project_name("demo")
_TIMES = 20


@pytest.fixture
async def both(database_url: str) -> AsyncIterator[tuple[SqlAccounts, SqlAccounts]]:
    """The accounts of two servers, each with connections of its own."""
    async with AsyncExitStack() as stack:
        stores = [await open_accounts(database_url) for _ in range(2)]
        for store in stores:
            stack.push_async_callback(store.close)
        yield stores[0], stores[1]


async def winners(stores: tuple[SqlAccounts, SqlAccounts], attempt: Callable[[SqlAccounts], Awaitable[bool]]) -> int:
    """How many of several that try at once, at both servers, are told that they had it."""
    return sum(await asyncio.gather(*(attempt(store) for store in stores * 3)))


async def test_an_identity_token_serves_once(both: tuple[SqlAccounts, SqlAccounts]) -> None:
    """Of those that show one ``jti`` at the same time one is let in."""
    for number in range(_TIMES):
        key, until = f"jti {number}", NOON + timedelta(minutes=15)
        assert await winners(both, lambda store, k=key, u=until: store.use_once(k, now=NOON, until=u)) == 1  # type: ignore[misc]


async def test_links_steps_and_codes_serve_once(both: tuple[SqlAccounts, SqlAccounts]) -> None:
    """A link, a time step and a recovery code are taken by one alone."""
    one, _ = both
    await one.save_totp(Totp(user=ANN, secret="s", confirmed=True, step=0))
    for step in range(1, _TIMES):
        await one.save_link(Link(digest=f"l{step}", kind=LinkKind.PASSWORD, user=ANN, expires=NOON))
        await one.save_codes(ANN, [f"c{step}"])
        assert await winners(both, lambda store, s=step: store.use_link(f"l{s}")) == 1  # type: ignore[misc]
        assert await winners(both, lambda store, s=step: store.use_step(ANN, s)) == 1  # type: ignore[misc]
        assert await winners(both, lambda store, s=step: store.use_code(ANN, f"c{s}")) == 1  # type: ignore[misc]


async def test_names_are_given_once(both: tuple[SqlAccounts, SqlAccounts]) -> None:
    """A user's name and a project have one owner, and the others are told so instead of an error."""
    for number in range(_TIMES):
        name = UserName(f"u{number}")
        user = User(name=name, role=Role.READER, created=NOON)
        assert await winners(both, lambda store, u=user: store.add_user(u)) == 1  # type: ignore[misc]
        member = Member(project=project_name(f"p{number}"), user=name, role=ProjectRole.OWNER)
        assert await winners(both, lambda store, m=member: store.claim(m)) == 1  # type: ignore[misc]


async def test_an_administrator_is_left(both: tuple[SqlAccounts, SqlAccounts]) -> None:
    """Two administrators who stop each other at the same moment cannot both succeed."""
    one, other = both
    for number in range(_TIMES):
        names = [UserName(f"{letter}{number}") for letter in "ab"]
        for name in names:
            await one.add_user(User(name=name, role=Role.ADMINISTRATOR, created=NOON))
            await one.save_password(name, "hash", at=NOON)
        stopped = await asyncio.gather(
            one.mark_user(names[0], disabled="x", keep_administrator=True),
            other.mark_user(names[1], role=Role.READER, keep_administrator=True),
        )
        assert sorted(stopped) == [False, True]
        for name in names:
            await one.mark_user(name, disabled="done")


async def test_an_owner_is_left(both: tuple[SqlAccounts, SqlAccounts]) -> None:
    """Two owners who remove or demote each other at the same moment, at two servers, cannot both succeed."""
    one, other = both
    for number in range(_TIMES):
        project = project_name(f"owned{number}")
        ann, bob = (Member(project=project, user=UserName(name), role=ProjectRole.OWNER) for name in ("ann", "bob"))
        assert await one.save_member(ann)
        assert await one.save_member(bob)
        demoted = replace(ann, role=ProjectRole.MAINTAINER)
        done = await asyncio.gather(one.drop_member(project, bob.user), other.save_member(demoted))
        assert sorted(done) == [False, True]
        assert [member.role for member in await one.members(project)].count(ProjectRole.OWNER) == 1


async def test_a_file_name_is_used_once(database_url: str) -> None:
    """Of uploads of one name at two servers one is kept, and the others learn what was."""
    stores = [await open_releases(database_url) for _ in range(2)]
    for number in range(_TIMES):
        claims = await asyncio.gather(
            *(stores[n % 2].add(a_file(number, content=f"{number} {n}"), PROJECT) for n in range(6))
        )
        assert [claim for claim, _ in claims].count(Claim.KEPT) == 1
        assert [claim for claim, _ in claims].count(Claim.USED) == 5
        assert len({file.sha256 for _, file in claims}) == 1
    assert await stores[0].revision() >= _TIMES
    for store in stores:
        await store.close()


async def test_the_audit_log_stays_one_chain(database_url: str, tmp_path: Path) -> None:
    """Entries of two servers at once have numbers without gaps, each naming the one before; all are in the head."""
    head = tmp_path / "head"
    books = [await open_book(database_url, HeadFiles(head)) for _ in range(2)]
    drafts = [Draft(at=NOON, actor="ann", act=Act.POLICY, subject=str(n), detail="{}") for n in range(60)]
    await asyncio.gather(*(books[n % 2].note(draft) for n, draft in enumerate(drafts)))
    entries = await books[0].entries()
    assert [entry.number for entry in entries] == list(range(1, 61))
    assert [entry.previous for entry in entries] == [NOTHING, *(entry.digest for entry in entries[:-1])]
    assert {entry.subject for entry in entries} == {str(n) for n in range(60)}
    assert {(one.number, one.digest) for one in read_heads(head)} == {(one.number, one.digest) for one in entries}
    for book in books:
        await book.close()


async def test_events_and_pages_of_two_servers_are_all_kept(database_url: str) -> None:
    """Writers that meet on the same rows neither fail nor lose what they were told is kept."""
    stores = [await open_store(database_url) for _ in range(2)]
    names = [project_name(f"p{n}") for n in range(10)]

    async def client(number: int) -> None:
        store = stores[number % 2]
        for name in names if number % 4 < 2 else reversed(names):
            await store.record([an_event(number)])
            await store.save_page(a_page(str(number), project=name), fetched=NOON)

    await asyncio.gather(*(client(number) for number in range(16)))
    assert len(await stores[0].events()) == 160
    assert await stores[1].projects() == sorted(names)
    for store in stores:
        await store.close()


async def test_several_servers_start_at_once(database_url: str) -> None:
    """Tables are made once; nobody fails because another makes them at the same time."""
    stores = await asyncio.gather(*(open_store(database_url) for _ in range(6)))
    await stores[0].record([an_event(1)])
    assert await stores[5].events() == [an_event(1)]
    for store in stores:
        await store.close()
