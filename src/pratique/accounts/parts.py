"""What every use case of this room works with."""

from __future__ import annotations

from dataclasses import dataclass, field

from pratique.accounts.breached import Breached
from pratique.accounts.hashing import Hashes
from pratique.accounts.model import Record, User, UserName
from pratique.accounts.passwords import PasswordRules
from pratique.accounts.ports import AccountStore
from pratique.accounts.principal import NotAllowed
from pratique.audit import Act
from pratique.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Where a request comes from."""

    address: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Ports, and what is derived from the settings."""

    store: AccountStore
    clock: Clock
    hashes: Hashes
    breached: Breached = field(default_factory=Breached)
    names: tuple[str, ...] = ("pratique",)
    """Under which the site is known: the first stands in authenticators, all of them are hints to whoever guesses."""

    @property
    def rules(self) -> PasswordRules:
        """The rules for new passwords."""
        return PasswordRules(self.hashes, self.breached)

    async def note(self, user: str, what: str, *, by: str = "", address: str = "") -> None:
        """Write down what happened to an account; its owner reads it."""
        await self.store.record(Record(at=self.clock.now(), user=user, what=what, by=by, address=address))

    def told(self, act: Act, user: str, what: str, *, by: str = "") -> Record:
        """The record of a change that others have to be able to look up: it goes on the audit log as well."""
        return Record(at=self.clock.now(), user=user, what=what, by=by, act=act)

    async def known(self, name: str) -> User:
        """The user of that name; raises `NotAllowed` where there is none."""
        user = await self.store.user(name)
        if user is None:
            raise NotAllowed(f"There is no user {name[:40]}.", remedy="See the list of users.")
        return user

    async def hints(self, user: User) -> tuple[str, ...]:
        """What whoever guesses this user's password would try."""
        projects = [member.project for member in await self.store.projects_of(user.name)]
        return (user.name, user.email, user.full_name, *projects, *self.names)

    async def has_factor(self, user: UserName) -> bool:
        """Whether a second factor is set up."""
        totp = await self.store.totp(user)
        return bool((totp and totp.confirmed) or await self.store.security_keys(user))
