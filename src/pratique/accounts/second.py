"""Second factors: set up, proved, and taken away again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from pratique.accounts.entrance import Entered, Entrance, SignedIn
from pratique.accounts.model import Level, SecurityKey, Session, Totp, User, UserName
from pratique.accounts.onetime import code_digest, matching_step, new_codes, new_totp_secret, secret_for, totp_address
from pratique.accounts.parts import Parts, Visit
from pratique.accounts.principal import NotAllowed, NotAuthenticated
from pratique.accounts.throttle import SECOND_FACTOR, Throttle
from pratique.accounts.webauthn_keys import Relying, begin_adding, begin_proving, finish_adding, finish_proving
from pratique.audit import Act

_ANSWERED = timedelta(minutes=5)
_NAME = 60
_KEYS = 20


class SecondFactors:
    """The second step of a log-in, and the page where factors are set up."""

    def __init__(self, parts: Parts, entrance: Entrance) -> None:
        self._parts = parts
        self._entrance = entrance
        self._throttle = Throttle(SECOND_FACTOR)

    async def prove_code(self, who: SignedIn, code: str, visit: Visit) -> Entered:
        """Finish a log-in with a one-time password or a recovery code; raises `NotAuthenticated`, `Throttled`."""
        self._count(who.user.name)
        if not await self._takes(who.user.name, code):
            raise NotAuthenticated("This code does not serve, or served before.", remedy="Wait for the next one.")
        return await self._proved(who, visit)

    async def begin_key(self, who: SignedIn, relying: Relying) -> str:
        """Options for the browser, to prove one's key."""
        ceremony = begin_proving(await self._parts.store.security_keys(who.user.name), relying)
        await self._ask(who.session, ceremony.challenge)
        return ceremony.options

    async def prove_key(self, who: SignedIn, answer: str, relying: Relying, visit: Visit) -> Entered:
        """Finish a log-in with a key; raises `NotAuthenticated`, `Throttled`."""
        self._count(who.user.name)
        keys = await self._parts.store.security_keys(who.user.name)
        challenge = await self._challenge(who.session)
        key = finish_proving(answer, challenge, relying, keys=keys, now=self._parts.clock.now())
        before = next(known.sign_count for known in keys if known.id == key.id)
        if not await self._parts.store.use_key(key, before=before):
            raise NotAuthenticated("This key proved itself elsewhere meanwhile.", remedy="Try again.")
        return await self._proved(who, visit)

    async def begin_totp(self, who: SignedIn) -> tuple[str, str]:
        """A new secret of this session and its address; it serves once a code of it was given. Raises `NotAllowed`."""
        name = who.user.name
        known = await self._parts.store.totp(name)
        if known and known.confirmed:
            raise NotAllowed("An authenticator is set up already.", remedy="Remove it first.")
        if known is None:
            known = Totp(user=name, secret=new_totp_secret(), confirmed=False)
            await self._parts.store.save_totp(known)
        secret = secret_for(known.secret, who.session.digest)
        return secret, totp_address(secret, name, self._parts.names[0])

    async def confirm_totp(self, who: SignedIn, code: str, visit: Visit) -> tuple[Entered | None, tuple[str, ...]]:
        """Take the authenticator; a new session where that completes the log-in, and codes where there were none."""
        name = who.user.name
        self._count(name)
        known = await self._parts.store.totp(name)
        secret = secret_for(known.secret, who.session.digest) if known else ""
        step = matching_step(secret, code, self._parts.clock.now()) if known else None
        if known is None or known.confirmed or step is None:
            raise NotAuthenticated(
                "This code does not belong to the authenticator.", remedy="Compare the clocks, and try the next code."
            )
        await self._parts.store.save_totp(replace(known, secret=secret, confirmed=True, step=step))
        self._throttle.forget(name)
        return await self._added(who, "An authenticator was set up.", visit)

    async def begin_adding(self, who: SignedIn, relying: Relying) -> str:
        """Options for the browser, to make a key."""
        ceremony = begin_adding(who.user.name, await self._parts.store.security_keys(who.user.name), relying)
        await self._ask(who.session, ceremony.challenge)
        return ceremony.options

    async def finish_adding(
        self, who: SignedIn, answer: str, name: str, relying: Relying, visit: Visit
    ) -> tuple[Entered | None, tuple[str, ...]]:
        """Take a key; answers as `confirm_totp` does."""
        keys = await self._parts.store.security_keys(who.user.name)
        if len(keys) >= _KEYS:
            raise NotAllowed(f"There are {_KEYS} keys already.", remedy="Remove one first.")
        called = " ".join(name.split())[:_NAME] or f"key {len(keys) + 1}"
        challenge = await self._challenge(who.session)
        now = self._parts.clock.now()
        key = finish_adding(answer, challenge, relying, user=who.user.name, name=called, now=now)
        if not await self._parts.store.add_key(key):
            raise NotAllowed("This key is set up already.", remedy="Use another one.")
        return await self._added(who, f"The key “{called}” was set up.", visit)

    async def drop_totp(self, user: User) -> None:
        """Remove the authenticator; raises `NotAllowed` where the role would be left without a factor."""
        await self._keep_one(user, left=bool(await self._parts.store.security_keys(user.name)))
        await self._parts.store.drop_totp(user.name)
        await self._parts.note(user.name, "The authenticator was removed.")

    async def drop_key(self, user: User, key: bytes) -> None:
        """Remove a key; raises `NotAllowed` likewise."""
        keys, totp = await self._parts.store.security_keys(user.name), await self._parts.store.totp(user.name)
        await self._keep_one(user, left=bool((totp and totp.confirmed) or [one for one in keys if one.id != key]))
        if await self._parts.store.drop_key(user.name, key):
            await self._parts.note(user.name, "A key was removed.")

    async def renew_codes(self, user: UserName) -> tuple[str, ...]:
        """New recovery codes in the place of all earlier ones."""
        codes = new_codes()
        await self._parts.store.save_codes(user, [code_digest(code) for code in codes])
        await self._parts.note(user, "New recovery codes were made.")
        return codes

    async def reset(self, user: UserName, *, by: str) -> None:
        """Take all factors away from somebody who lost them, and end their sessions."""
        store = self._parts.store
        await store.drop_totp(user)
        await store.save_codes(user, ())
        for key in await store.security_keys(user):
            await store.drop_key(user, key.id)
        await store.drop_sessions(user)
        await store.record(self._parts.told(Act.ACCOUNT, user, "All second factors were removed.", by=by))

    async def keys(self, user: UserName) -> tuple[SecurityKey, ...]:
        """The user's keys."""
        return await self._parts.store.security_keys(user)

    def _count(self, user: UserName) -> None:
        now = self._parts.clock.now()
        self._throttle.check(user, now)
        self._throttle.fail(user, now)

    async def _takes(self, user: UserName, code: str) -> bool:
        """Whether a code serves; it is taken by that, and never serves again."""
        totp = await self._parts.store.totp(user)
        if totp and totp.confirmed:
            step = matching_step(totp.secret, code, self._parts.clock.now())
            if step is not None:
                return await self._parts.store.use_step(user, step)
        if await self._parts.store.use_code(user, code_digest(code)):
            left = await self._parts.store.codes_left(user)
            await self._parts.note(user, f"A recovery code was used; {left} are left.")
            return True
        return False

    async def _proved(self, who: SignedIn, visit: Visit) -> Entered:
        if who.session.level is not Level.HALF:
            raise NotAllowed("The second factor is not asked for now.", remedy="Go to your account.")
        self._throttle.forget(who.user.name)
        return await self._entrance.begin(who.user.name, Level.FULL, visit, instead=who.session)

    async def _added(self, who: SignedIn, what: str, visit: Visit) -> tuple[Entered | None, tuple[str, ...]]:
        await self._parts.note(who.user.name, what, address=visit.address)
        codes = () if await self._parts.store.codes_left(who.user.name) else await self.renew_codes(who.user.name)
        if who.session.level is not Level.ENROL:
            return None, codes
        await self._parts.store.drop_sessions(who.user.name)  # whoever else has the password owes this factor now
        return await self._entrance.begin(who.user.name, Level.FULL, visit, instead=who.session), codes

    async def _ask(self, session: Session, challenge: bytes) -> None:
        await self._parts.store.ask(session.digest, challenge, self._parts.clock.now())

    async def _challenge(self, session: Session) -> bytes:
        """The question that was asked, once, and only for some minutes."""
        challenge, asked = await self._parts.store.take_challenge(session.digest)
        if not challenge or asked is None or _is_old(asked, self._parts.clock.now()):
            raise NotAuthenticated("The question to the key is too old.", remedy="Begin again.")
        return challenge

    async def _keep_one(self, user: User, *, left: bool) -> None:
        if user.role.needs_second_factor and not left:
            raise NotAllowed(
                f"{user.role.one.capitalize()} needs a second factor, and this is the last one.",
                remedy="Set up another one first.",
            )


def _is_old(asked: datetime, now: datetime) -> bool:
    return now - asked > _ANSWERED
