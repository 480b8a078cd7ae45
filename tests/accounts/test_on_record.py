from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pratique.accounts.accounts import Accounts, accounts_over
from pratique.accounts.breached import Breached
from pratique.accounts.hashing import Hashes
from pratique.accounts.parts import Parts
from pratique.accounts.principal import NotAllowed, ProjectRole, Role, Scope
from pratique.errors import StorageError
from pratique.names import project_name
from pratique.review.verifying import verify
from pratique.storage.accounts import open_accounts
from pratique.storage.review import SqlBook, open_book
from pratique.storage.review_head import HeadFiles, read_heads
from tests.accounts.world import CHEAP, PASSWORD, People, Stolen
from tests.fakes.memory import FakeClock

DEMO = project_name("demo")


@dataclass
class _Place:
    """Accounts, and the log of them."""

    here: People
    book: SqlBook
    heads: Path

    async def told(self) -> list[tuple[str, str, str, str]]:
        """Who did what to whom, and the rest."""
        return [(one.actor, one.act, one.subject, json.loads(one.detail)["what"]) for one in await self.book.entries()]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[_Place]:
    """Nobody yet."""
    url, heads, clock = f"sqlite:///{tmp_path / 'db'}", tmp_path / "audit-head", FakeClock()
    store, book = await open_accounts(url, HeadFiles(heads)), await open_book(url, HeadFiles(heads))
    stolen = Stolen()
    parts = Parts(store=store, clock=clock, hashes=Hashes(CHEAP), breached=Breached(service=stolen))
    yield _Place(People(accounts=accounts_over(parts), store=store, clock=clock, stolen=stolen), book, heads)
    await store.close()
    await book.close()


async def test_roles_accounts_and_links_are_in_the_chain_with_their_actor(place: _Place) -> None:
    """Whoever raises or stops an account is on record, and the log agrees with its head outside."""
    people = place.here.accounts.people
    await people.add("ada", role=Role.READER, by="root")
    await people.password_link("ada", by="root")
    await people.change_role("ada", Role.PUBLISHER, by="root")
    await people.disable("ada", "left", by="bob")
    await people.enable("ada", by="root")
    await place.here.accounts.access.freeze("ada", "uploaded x")
    await place.here.accounts.second.reset((await place.here.accounts.parts.known("ada")).name, by="root")
    assert await place.told() == [
        ("root", "account", "ada", "The account was made, as reader."),
        ("root", "account", "ada", "A link to set the password was made."),
        ("root", "account", "ada", "The role is now publisher."),
        ("bob", "account", "ada", "The account was disabled: left"),
        ("root", "account", "ada", "The account was opened again."),
        ("server", "account", "ada", "The account was frozen: uploaded x"),
        ("root", "account", "ada", "All second factors were removed."),
    ]
    outcome = verify(await place.book.entries(), read_heads(place.heads), await place.book.decided())
    assert (outcome.faults, outcome.unproven) == ((), 0)


async def test_tokens_and_owners_are_in_the_chain_without_the_secret(place: _Place) -> None:
    """Rights that are given or taken are on record by whom; nothing there lets anybody use them."""
    here, access, members = place.here, place.here.accounts.access, place.here.accounts.membership
    for name in ("ada", "bob"):
        await here.add(name, Role.PUBLISHER)
        await here.enrol(name)
    ada = await here.accounts.parts.known("ada")
    before = len(await place.book.entries())
    secret, token = await access.create("ada", label="ci", scopes=[Scope.PUBLISH], by="root")
    await access.revoke(token.id, user=None, reason="lost", by="root")
    await access.revoke(token.id, user=ada.name)
    await access.claim(DEMO, "ada")
    await access.claim(DEMO, "ada")
    await members.put(ada, DEMO, "bob", ProjectRole.MAINTAINER)
    await members.drop(ada, DEMO, "bob")
    assert (await place.told())[before:] == [
        ("root", "token", "ada", f"The token “ci” ({token.id}) was made: publish."),
        ("root", "token", "ada", f"The token “ci” ({token.id}) was revoked: lost"),
        ("ada", "member", "ada", "Is now owner of demo, which nobody owned."),
        ("ada", "member", "bob", "Is now maintainer of demo."),
        ("ada", "member", "bob", "Works on demo no more."),
    ]
    assert secret not in str(await place.book.entries())


async def test_what_is_its_owners_alone_is_not_in_the_chain(place: _Place) -> None:
    """Log-ins are read by whoever logged in, under their account; the audit log is about rights."""
    await place.here.add("ada")
    before = len(await place.book.entries())
    await place.here.enter("ada")
    assert (await place.here.store.records("ada"))[0].what == "Logged in."
    assert len(await place.book.entries()) == before


async def test_a_right_that_cannot_be_recorded_is_not_given(place: _Place) -> None:
    """Both or neither: where the log takes no entry, roles and tokens stay as they were."""
    await place.here.add("ada")
    await place.book._transactions.change(lambda c: c.exec_driver_sql("ALTER TABLE audit_log RENAME TO gone"))
    with pytest.raises(StorageError):
        await place.here.accounts.people.change_role("ada", Role.ADMINISTRATOR, by="eve")
    with pytest.raises(StorageError):
        await place.here.accounts.access.create("ada", label="x", scopes=[Scope.READ], by="eve")
    assert (await place.here.accounts.parts.known("ada")).role is Role.READER
    assert await place.here.accounts.access.tokens() == ()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_two_administrators_who_stop_each_other_leave_one(kind: str, url_of: Callable[[str], str]) -> None:
    """The last administrator stays, also where two processes ask at the same time."""
    url = url_of(kind)
    stores = [await open_accounts(url), await open_accounts(url)]

    def over(number: int) -> Accounts:
        parts = Parts(store=stores[number], clock=FakeClock(), hashes=Hashes(CHEAP))
        return accounts_over(parts)

    first, second = over(0), over(1)
    here = People(accounts=first, store=stores[0], clock=FakeClock(), stolen=Stolen())
    for name in ("ada", "bob"):
        await here.add(name, Role.ADMINISTRATOR, PASSWORD)
    for _ in range(5):
        outcomes = await asyncio.gather(
            first.people.change_role("ada", Role.READER, by="bob"),
            second.people.disable("bob", "left", by="ada"),
            return_exceptions=True,
        )
        refused = [one for one in outcomes if one is not None]
        assert [str(one).split(" is ")[1].split(".")[0] for one in refused] == ["the last administrator"]
        assert isinstance(refused[0], NotAllowed)
        assert await first.people.has_administrator()
        await stores[0].mark_user((await first.parts.known("ada")).name, role=Role.ADMINISTRATOR)
        await stores[0].mark_user((await first.parts.known("bob")).name, disabled="")
    for store in stores:
        await store.close()
