"""Accounts over a database in a folder, with a clock and a service of stolen passwords that tests command."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyotp

from pratique.accounts.accounts import Accounts, accounts_over
from pratique.accounts.breached import Breached
from pratique.accounts.entrance import Entered, SignedIn
from pratique.accounts.hashing import HashCost, Hashes
from pratique.accounts.model import User
from pratique.accounts.parts import Parts, Visit
from pratique.accounts.principal import Role
from pratique.errors import UpstreamError
from pratique.storage.accounts import SqlAccounts, open_accounts
from tests.fakes.memory import FakeClock

CHEAP = HashCost(passes=1, memory_kib=8, lanes=1)
PASSWORD = "thistle gravel opera ninety"
OTHER = "mango lantern orbit fresco"
HERE = Visit(address="192.0.2.7", user_agent="browser")


@dataclass
class Stolen:
    """A service of stolen passwords."""

    passwords: set[str] = field(default_factory=set)
    down: bool = False

    async def range(self, prefix: str) -> Mapping[str, int]:
        """The stolen ones of a range."""
        if self.down:
            raise UpstreamError("It cannot be reached.")
        digests = (hashlib.sha1(one.encode()).hexdigest().upper() for one in self.passwords)
        return {digest[5:]: 7 for digest in digests if digest.startswith(prefix)}


@dataclass
class People:
    """Accounts and what surrounds them."""

    accounts: Accounts
    store: SqlAccounts
    clock: FakeClock
    stolen: Stolen

    async def add(self, name: str = "ada", role: Role = Role.READER, password: str = PASSWORD) -> User:
        """A user with a password."""
        await self.accounts.people.add(name, role=role)
        secret = await self.accounts.people.password_link(name)
        return await self.accounts.people.set_password(secret, password)

    async def enter(self, name: str = "ada", password: str = PASSWORD) -> tuple[Entered, SignedIn]:
        """Log in with the password alone."""
        entered = await self.accounts.entrance.log_in(name, password, HERE)
        return entered, await self.who(entered.secret)

    async def who(self, secret: str) -> SignedIn:
        """Whoever sends this cookie, which is somebody."""
        found = await self.accounts.entrance.present(secret)
        assert found is not None
        return found

    async def enrol(self, name: str = "ada") -> tuple[str, tuple[str, ...]]:
        """Set an authenticator up; its secret, and recovery codes."""
        _, who = await self.enter(name)
        secret, _ = await self.accounts.second.begin_totp(who)
        _, codes = await self.accounts.second.confirm_totp(who, self.code(secret), HERE)
        self.clock.pass_by(60)
        return secret, codes

    def code(self, secret: str) -> str:
        """The one-time password of this moment."""
        return pyotp.TOTP(secret).at(self.clock.now())


@asynccontextmanager
async def people(folder: Path, url: str = "") -> AsyncIterator[People]:
    """An empty set of accounts, in a database of its own or in this one."""
    store = await open_accounts(url or f"sqlite:///{folder / 'accounts.db'}")
    clock, stolen = FakeClock(), Stolen()
    parts = Parts(store=store, clock=clock, hashes=Hashes(CHEAP), breached=Breached(service=stolen))
    try:
        yield People(accounts=accounts_over(parts), store=store, clock=clock, stolen=stolen)
    finally:
        await store.close()
