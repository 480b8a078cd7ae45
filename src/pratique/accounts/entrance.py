"""Logging in: the same answer and the same work for whoever does not exist, and a new session at each step up."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta

from pratique.accounts.model import Level, Session, User, UserName
from pratique.accounts.parts import Parts, Visit
from pratique.accounts.principal import NotAllowed, NotAuthenticated
from pratique.accounts.strength import LONGEST, normal
from pratique.accounts.throttle import GLOBAL, PER_ADDRESS, PER_USER, Throttle
from pratique.accounts.tokens import digest, new_id, new_secret
from pratique.errors import StorageError, UpstreamError

IDLE = timedelta(hours=8)
LONGEST_SESSION = timedelta(days=7)
_UNFINISHED = timedelta(minutes=15)
"""How long the second factor may be owed."""
_SEEN = timedelta(minutes=1)
"""How exactly it is known when a session was last used."""
_STOLEN = "It was found among stolen passwords"
_ALL = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Whoever sends a cookie."""

    user: User
    session: Session

    @property
    def full(self) -> bool:
        """Whether everything that the role needs was proved."""
        return self.session.level is Level.FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session that has just begun; the secret is the cookie, and is kept nowhere."""

    secret: str
    session: Session


class Entrance:
    """Begins, finds and ends sessions."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._users, self._addresses, self._everybody = Throttle(PER_USER), Throttle(PER_ADDRESS), Throttle(GLOBAL)

    async def log_in(self, name: str, password: str, visit: Visit) -> Entered:
        """A session for whoever knows the password.

        Raises `NotAuthenticated`, always the same, where name and password do not belong together; `Throttled`;
        and `NotAllowed` where they do, but the account or the password no longer serves.
        """
        user = await self.check(name, password, visit)
        if user.stopped:
            raise NotAllowed(
                f"This account is stopped: {user.stopped}.",
                remedy=f"Ask an administrator; whoever runs the server opens it by `pratique user enable {user.name}`.",
            )
        if user.password_void:
            raise NotAllowed(
                f"This password no longer serves: {user.password_void}.",
                remedy="Ask an administrator for a link to set a new one.",
            )
        await self._still_good(user, password)
        return await self.begin(user.name, await self._level(user), visit)

    async def check(self, name: str, password: str, visit: Visit) -> User:
        """Whose password it is; each attempt counts before it is looked at, so that many at once gain nothing."""
        now, who = self._parts.clock.now(), name.strip().lower()[:40]
        counted = ((self._users, who), (self._addresses, visit.address), (self._everybody, _ALL))
        for throttle, key in counted:
            throttle.check(key, now)
        for throttle, key in counted:
            throttle.fail(key, now)
        user = await self._parts.store.user(who)
        fits = await self._parts.hashes.fits(user.password if user else "", normal(password[: LONGEST + 1]))
        if user is None or not fits:
            raise NotAuthenticated("Name and password do not belong together.", remedy="Check both, and try again.")
        self._users.forget(who)
        self._addresses.undo(visit.address)
        self._everybody.undo(_ALL)
        return user

    async def begin(self, user: UserName, level: Level, visit: Visit, *, instead: Session | None = None) -> Entered:
        """A new session under a new secret; the one that it takes the place of is gone."""
        now, secret = self._parts.clock.now(), new_secret()
        session = Session(
            id=new_id(),
            digest=digest(secret),
            user=user,
            level=level,
            created=now,
            seen=now,
            address=visit.address,
            user_agent=visit.user_agent,
        )
        await self._parts.store.forget_sessions(before=now - LONGEST_SESSION)
        if instead is not None:
            await self._parts.store.drop_session(instead.digest)
        await self._parts.store.add_session(session)
        if level is Level.FULL:
            await self._parts.note(user, "Logged in.", address=visit.address)
        return Entered(secret=secret, session=session)

    async def present(self, secret: str) -> SignedIn | None:
        """Who sends this cookie; nobody where it is unknown, too old, or of an account that is stopped."""
        session = await self._parts.store.session(digest(secret)) if secret else None
        if session is None:
            return None
        now = self._parts.clock.now()
        user = await self._parts.store.user(session.user)
        if user is None or user.stopped or self._is_over(session) or await self._proved_too_little(user, session):
            await self._parts.store.drop_session(session.digest)
            return None
        if now - session.seen >= _SEEN:
            await self._parts.store.see_session(session.digest, now)
        return SignedIn(user=user, session=session)

    async def log_out(self, session: Session) -> None:
        """End a session."""
        await self._parts.store.drop_session(session.digest)

    async def end(self, user: UserName, session_id: str) -> None:
        """End one of a user's sessions by its id; raises `NotAllowed` where it is none of theirs."""
        for session in await self._parts.store.sessions(user):
            if session.id == session_id:
                return await self.log_out(session)
        raise NotAllowed("There is no such session.", remedy="See the list; it may have ended already.")

    def _is_over(self, session: Session) -> bool:
        now = self._parts.clock.now()
        if session.level is not Level.FULL and now - session.created > _UNFINISHED:
            return True
        return now - session.seen > IDLE or now - session.created > LONGEST_SESSION

    async def _proved_too_little(self, user: User, session: Session) -> bool:
        """Whether it began before the role needed a second factor: a log-in may cross another role on its way."""
        asked = session.level is Level.FULL and user.role.needs_second_factor
        return asked and not await self._parts.has_factor(user.name)

    async def _level(self, user: User) -> Level:
        if await self._parts.has_factor(user.name):
            return Level.HALF
        return Level.ENROL if user.role.needs_second_factor else Level.FULL

    async def _still_good(self, user: User, password: str) -> None:
        """Void a password that was stolen since; raise the cost of its hash where the setting has risen."""
        said, store = normal(password), self._parts.store
        try:
            stolen = await self._parts.breached.times(said)
        except (UpstreamError, StorageError):
            stolen = 0  # whoever is known already is not locked out; it is asked again next time
        if stolen:
            await store.save_password(user.name, user.password, at=None, void=_STOLEN)
            await store.drop_sessions(user.name)
            await self._parts.note(user.name, f"The password was disabled: {_STOLEN.lower()}.")
            raise NotAllowed(
                f"This password no longer serves: {_STOLEN.lower()}.",
                remedy="Ask an administrator for a link to set a new one, and use this one nowhere any more.",
            )
        if self._parts.hashes.outdated(user.password):
            await store.save_password(user.name, await self._parts.hashes.make(said), at=None)


def form_secret(cookie: str) -> str:
    """What a form must bring along (synchronizer token): derived from the cookie, from which no other site can read."""
    return digest(f"form:{cookie}")


def is_form_secret(given: str, cookie: str) -> bool:
    """Whether a form was made for this cookie."""
    return bool(cookie) and hmac.compare_digest(given.encode("utf-8", "replace"), form_secret(cookie).encode())
