"""Tokens: made, known again, revoked; who works on which project; accounts that are stopped by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from pratique.accounts.model import Member, Token, User, UserName
from pratique.accounts.parts import Parts
from pratique.accounts.principal import NotAllowed, NotAuthenticated, Principal, ProjectRole, Scope
from pratique.accounts.throttle import PER_ADDRESS_TOKENS, Throttle
from pratique.accounts.tokens import digest, is_token, new_id, new_token
from pratique.audit import FROZEN, REVOKED, SCANNER, Act
from pratique.names import ProjectName

TOKEN_USER = "__token__"  # noqa: S105  (the user name that publishing tools send)
LONGEST_LIFE = timedelta(days=365)
_USED = timedelta(minutes=1)
_LABEL = 80
_SERVER = "server"
"""Who did what no person did."""


class Access:
    """`pratique.accounts.principal.Authenticator`, and all that is done with tokens."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._addresses = Throttle(PER_ADDRESS_TOKENS)

    async def principal(self, *, username: str, secret: str, address: str) -> Principal:
        """Who that is; raises `NotAuthenticated`, or `Throttled` for an address that has failed too often."""
        now = self._parts.clock.now()
        token = await self._parts.store.token(digest(secret)) if is_token(secret) else None
        if token is None or username.strip().lower() not in {TOKEN_USER, token.user} or not token.serves(now):
            self._addresses.check(address, now)
            self._addresses.fail(address, now)
            raise _unknown(token, now)
        return await self._known(token, now)

    async def _known(self, token: Token, now: datetime) -> Principal:
        user = await self._parts.store.user(token.user)
        if user is None or user.stopped:
            why = user.stopped if user else "it is gone"
            raise NotAuthenticated(f"The token's account is stopped: {why}.", remedy="Ask an administrator.")
        await self._second_factor(user, token.scopes)
        if token.used is None or now - token.used >= _USED:
            await self._parts.store.see_token(token.digest, now)
        return Principal(
            user=user.name, role=user.role, scopes=token.scopes, projects=token.projects, token_id=token.id
        )

    async def create(
        self,
        name: str,
        *,
        label: str,
        scopes: Iterable[Scope],
        projects: Iterable[ProjectName] | None = None,
        lasts: timedelta = timedelta(days=90),
        by: str = "",
    ) -> tuple[str, Token]:
        """A new token, which is shown this once; raises `NotAllowed` for what its owner may not give away."""
        user, wanted = await self._parts.known(name), frozenset(scopes)
        only = None if projects is None else frozenset(projects)
        self._may_have(user, wanted, only, lasts)
        await self._second_factor(user, wanted)
        secret, now = new_token(), self._parts.clock.now()
        token = Token(
            id=new_id(),
            digest=digest(secret),
            user=user.name,
            label=" ".join(label.split())[:_LABEL] or "token",
            scopes=wanted,
            projects=only,
            created=now,
            expires=now + lasts,
        )
        what = f"The token “{token.label}” ({token.id}) was made: {', '.join(sorted(wanted))}."
        await self._parts.store.add_token(token, record=self._parts.told(Act.TOKEN, user.name, what, by=by))
        return secret, token

    async def tokens(self, user: UserName | None = None) -> tuple[Token, ...]:
        """A user's tokens, or all."""
        return await self._parts.store.tokens(user)

    async def revoke(self, token_id: str, *, user: UserName | None, reason: str = "revoked", by: str = "") -> Token:
        """Stop a token for good; raises `NotAllowed` where it is none of the user's (of nobody's, without one)."""
        for token in await self._parts.store.tokens(user):
            if token.id == token_id:
                return await self._revoke(token, reason, by=by)
        raise NotAllowed("There is no such token.", remedy="See the list of tokens.")

    async def leaked(self, secret: str, *, where: str) -> bool:
        """Stop a token that somebody found, and tell its owner; whether it was one that served."""
        token = await self._parts.store.token(digest(secret)) if is_token(secret) else None
        if token is None or not token.serves(self._parts.clock.now()):
            return False
        await self._revoke(token, f"found in public: {where[:200]}" if where else "found in public", by=SCANNER)
        return True

    async def freeze(self, user: str, reason: str) -> None:
        """Stop all tokens and sessions of an account until an administrator lets it go; again does nothing."""
        known = await self._parts.store.user(user)
        if known is None or known.frozen:
            return
        what = f"{FROZEN}{reason[:200]}"
        record = self._parts.told(Act.ACCOUNT, known.name, what, by=_SERVER)
        await self._parts.store.mark_user(known.name, frozen=reason[:200] or "frozen", record=record)
        await self._parts.store.drop_sessions(known.name)

    async def roles_in(self, project: ProjectName) -> dict[str, ProjectRole]:
        """Who works on a project, by user name."""
        return {member.user: member.role for member in await self._parts.store.members(project)}

    async def claim(self, project: ProjectName, user: str) -> bool:
        """Make a user the owner of what nobody owns; whether they may publish it now."""
        known = await self._parts.store.user(user)
        if known is None or known.stopped:
            return False
        record = self._parts.told(Act.MEMBER, known.name, f"Is now owner of {project}, which nobody owned.")
        await self._parts.store.claim(Member(project=project, user=known.name, role=ProjectRole.OWNER), record=record)
        return known.name in await self.roles_in(project)

    async def _revoke(self, token: Token, reason: str, *, by: str = "") -> Token:
        gone = replace(token, revoked=token.revoked or reason)
        what = f"The token “{token.label}” ({token.id}){REVOKED}{reason}"
        await self._parts.store.revoke_token(
            token.digest, reason, record=self._parts.told(Act.TOKEN, token.user, what, by=by)
        )
        return gone

    def _may_have(
        self, user: User, scopes: frozenset[Scope], projects: frozenset[ProjectName] | None, lasts: timedelta
    ) -> None:
        beyond = sorted(scope for scope in scopes if not user.role.covers(scope.role))
        if not scopes or beyond:
            raise NotAllowed(
                f"{user.role.one.capitalize()} may not {' or '.join(beyond)}."
                if beyond
                else "A token without a scope does nothing.",
                remedy="Choose scopes that the role covers.",
            )
        if projects is not None and Scope.PUBLISH not in scopes:
            raise NotAllowed("Projects bound what is published.", remedy="Add the scope publish, or name no projects.")
        if not timedelta() < lasts <= LONGEST_LIFE:
            raise NotAllowed("A token lasts from a moment to a year.", remedy="Choose 1 to 365 days.")

    async def _second_factor(self, user: User, scopes: frozenset[Scope]) -> None:
        if scopes - {Scope.READ} and not await self._parts.has_factor(user.name):
            raise NotAuthenticated(
                f"{user.name} has no second factor, which whoever publishes or reviews needs.",
                remedy="Log in and set one up.",
            )


def _unknown(token: Token | None, now: datetime) -> NotAuthenticated:
    """Whoever holds the whole token may know what became of it; all others learn nothing."""
    if token is not None and token.revoked:
        return NotAuthenticated(f"This token was revoked: {token.revoked}.", remedy="Make a new one.")
    if token is not None and now >= token.expires:
        return NotAuthenticated(f"This token expired on {token.expires:%Y-%m-%d}.", remedy="Make a new one.")
    return NotAuthenticated(
        "Nobody is known by this token.",
        remedy=f"Give the user name {TOKEN_USER}, and as the password a token that serves.",
    )
