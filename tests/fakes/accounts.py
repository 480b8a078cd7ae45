"""Accounts in memory: who has which secret, owns which project, and is stopped."""

from __future__ import annotations

from dataclasses import dataclass, field

from pratique.accounts.principal import NotAllowed, NotAuthenticated, Principal, ProjectRole, Role, Scope
from pratique.names import ProjectName


@dataclass
class FakeAccounts:
    """`pratique.accounts.principal.Authenticator`; a user's secret is their name turned round."""

    users: frozenset[str] = frozenset({"ann", "bob"})
    owners: dict[ProjectName, str] = field(default_factory=dict)
    frozen: dict[str, str] = field(default_factory=dict)
    reach: frozenset[ProjectName] | None = None
    """The only projects that tokens are for."""

    async def principal(self, *, username: str, secret: str, address: str) -> Principal:
        """The user of that secret, unless they are frozen."""
        del address
        user = secret[::-1]
        if username != "__token__" or user not in self.users:
            raise NotAuthenticated("Nobody is known by this token.", remedy="Make a new one.")
        if user in self.frozen:
            raise NotAllowed(f"The account {user} is frozen: {self.frozen[user]}")
        scopes = frozenset({Scope.PUBLISH})
        return Principal(user=user, role=Role.PUBLISHER, scopes=scopes, projects=self.reach, token_id="t")

    async def freeze(self, user: str, reason: str) -> None:
        """Until the end."""
        self.frozen[user] = reason

    async def roles_in(self, project: ProjectName) -> dict[str, ProjectRole]:
        """The owner, if there is one."""
        return {self.owners[project]: ProjectRole.OWNER} if project in self.owners else {}

    async def claim(self, project: ProjectName, user: str) -> bool:
        """The first one owns it."""
        return self.owners.setdefault(project, user) == user
