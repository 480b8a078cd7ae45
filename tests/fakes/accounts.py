"""Accounts in memory: who has which secret, owns which project, and is stopped."""

from __future__ import annotations

from dataclasses import dataclass, field

from pratique.names import ProjectName
from pratique.uploads.refusal import UploadRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class FakePublisher:
    """`pratique.uploads.outside.Publisher`: may upload to what they own, and to what nobody owns."""

    user: str
    accounts: FakeAccounts

    def may_publish(self, project: ProjectName) -> bool:
        """As the fake's owners say now."""
        return self.accounts.owners.get(project, self.user) == self.user


@dataclass
class FakeAccounts:
    """`Authenticator` and `Owners` of `pratique.uploads.outside`; a user's secret is their name turned round."""

    users: frozenset[str] = frozenset({"ann", "bob"})
    owners: dict[ProjectName, str] = field(default_factory=dict)
    frozen: dict[str, str] = field(default_factory=dict)

    async def principal(self, *, username: str, secret: str, address: str) -> FakePublisher:
        """The user of that secret, unless they are frozen."""
        del address
        user = secret[::-1]
        if username != "__token__" or user not in self.users:
            raise UploadRefused("Nobody is known by this token.", remedy="Make a new one.", status=401)
        if user in self.frozen:
            raise UploadRefused(f"The account {user} is frozen: {self.frozen[user]}", status=403)
        return FakePublisher(user=user, accounts=self)

    async def claim(self, project: ProjectName, user: str) -> bool:
        """The first one owns it."""
        return self.owners.setdefault(project, user) == user

    async def freeze(self, user: str, reason: str) -> None:
        """Until the end."""
        self.frozen[user] = reason
