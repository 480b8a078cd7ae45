"""Users: made, changed, stopped; passwords set by link or changed by their owner."""

from __future__ import annotations

from datetime import timedelta

from pratique.accounts.entrance import Entrance
from pratique.accounts.model import Link, LinkKind, Session, User, email_address, full_name, user_name
from pratique.accounts.parts import Parts, Visit
from pratique.accounts.principal import NotAllowed, Role
from pratique.accounts.tokens import digest, new_secret
from pratique.audit import Act

FIRST = timedelta(hours=1)
INVITATION = timedelta(days=2)


class People:
    """What administrators do with users, and what users do with their own passwords."""

    def __init__(self, parts: Parts, entrance: Entrance) -> None:
        self._parts = parts
        self._entrance = entrance

    async def has_administrator(self) -> bool:
        """Whether anybody can administer: somebody who has the role, a password, and is not stopped."""
        return any(
            user.role is Role.ADMINISTRATOR and user.password and not user.stopped
            for user in await self._parts.store.users()
        )

    async def add(self, name: str, *, role: Role, email: str = "", called: str = "", by: str = "") -> User:
        """A new user without a password; raises `BadName`, or `NotAllowed` where the name is taken."""
        user = User(
            name=user_name(name),
            role=role,
            created=self._parts.clock.now(),
            email=email_address(email),
            full_name=full_name(called),
        )
        record = self._parts.told(Act.ACCOUNT, user.name, f"The account was made, as {role}.", by=by)
        if not await self._parts.store.add_user(user, record=record):
            raise NotAllowed(f"There is a user {user.name} already.", remedy="Choose another name.")
        return user

    async def change_role(self, name: str, role: Role, *, by: str = "") -> None:
        """Another role; sessions end, so that what it needs is proved. Raises `NotAllowed`."""
        user = await self._parts.known(name)
        record = self._parts.told(Act.ACCOUNT, user.name, f"The role is now {role}.", by=by)
        changed = await self._parts.store.mark_user(
            user.name, role=role, keep_administrator=role is not Role.ADMINISTRATOR, record=record
        )
        _keep_one(user, done=changed)
        await self._parts.store.drop_sessions(user.name)

    async def change_address(self, name: str, email: str, *, by: str = "") -> None:
        """Another e-mail address, or none; raises `BadName`. Letters go there, and nothing that lets anybody in."""
        user, address = await self._parts.known(name), email_address(email.strip())
        what = f"The e-mail address is now {address}." if address else "The e-mail address was removed."
        record = self._parts.told(Act.ACCOUNT, user.name, what, by=by)
        await self._parts.store.mark_user(user.name, email=address, record=record)

    async def disable(self, name: str, reason: str, *, by: str = "") -> None:
        """Close an account: its sessions end, its tokens stop."""
        user = await self._parts.known(name)
        why = reason.strip()[:200] or "disabled"
        record = self._parts.told(Act.ACCOUNT, user.name, f"The account was disabled: {why}", by=by)
        changed = await self._parts.store.mark_user(user.name, disabled=why, keep_administrator=True, record=record)
        _keep_one(user, done=changed)
        await self._parts.store.drop_sessions(user.name)

    async def enable(self, name: str, *, by: str = "") -> None:
        """Open an account again that was disabled or frozen."""
        user = await self._parts.known(name)
        record = self._parts.told(Act.ACCOUNT, user.name, "The account was opened again.", by=by)
        await self._parts.store.mark_user(user.name, disabled="", frozen="", record=record)

    async def first_link(self) -> str:
        """The secret of a link that makes the first administrator; raises `NotAllowed` where there is one."""
        if await self.has_administrator():
            raise NotAllowed("There is an administrator already.", remedy="Ask them, or use `pratique user link NAME`.")
        return await self._link(LinkKind.ADMINISTRATOR, "", FIRST)

    async def password_link(self, name: str, *, by: str = "") -> str:
        """The secret of a link that sets a user's password."""
        user = await self._parts.known(name)
        await self._parts.store.record(
            self._parts.told(Act.ACCOUNT, user.name, "A link to set the password was made.", by=by)
        )
        return await self._link(LinkKind.PASSWORD, user.name, INVITATION)

    async def link(self, secret: str) -> Link:
        """What a link is for; raises `NotAllowed` where it is unknown, used or expired."""
        link = await self._parts.store.link(digest(secret))
        if link is None or self._parts.clock.now() >= link.expires:
            raise NotAllowed("This link was used, or is too old.", remedy="Ask for a new one.")
        return link

    async def make_administrator(self, secret: str, *, name: str, email: str, called: str, password: str) -> User:
        """Take the first link; raises `PasswordRefused`, `BadName`, `NotAllowed`, and leaves the link then."""
        link = await self.link(secret)
        if link.kind is not LinkKind.ADMINISTRATOR or await self.has_administrator():
            raise NotAllowed("This link serves no more.", remedy="There is an administrator already.")
        now = self._parts.clock.now()
        user = User(
            name=user_name(name),
            role=Role.ADMINISTRATOR,
            created=now,
            email=email_address(email),
            full_name=full_name(called),
        )
        kept = await self._parts.rules.keep(password, hints=await self._parts.hints(user))
        if await self._parts.store.user(user.name):
            raise NotAllowed(f"There is a user {user.name} already.", remedy="Choose another name.")
        await self._take(link)
        record = self._parts.told(Act.ACCOUNT, user.name, "The account was made, as the first administrator.")
        if not await self._parts.store.add_user(user, record=record):  # made meanwhile: its password is not ours to set
            raise NotAllowed(
                f"There is a user {user.name} already.", remedy="Ask for a new link, and choose another name."
            )
        await self._parts.store.save_password(user.name, kept, at=now)
        return user

    async def set_password(self, secret: str, password: str) -> User:
        """Take a password link; raises `PasswordRefused` or `NotAllowed`, and leaves the link then."""
        link = await self.link(secret)
        if link.kind is not LinkKind.PASSWORD:
            raise NotAllowed("This link is for something else.", remedy="Ask for a new one.")
        user = await self._parts.known(link.user)
        kept = await self._kept(user, password)
        await self._take(link)
        await self._save(user, kept, "The password was set by a link.")
        return user

    async def change_password(self, user: User, present: str, new: str, *, session: Session, visit: Visit) -> None:
        """A new password for whoever knows the present one; all other sessions end, and links that nobody used.

        Raises `NotAuthenticated`, `Throttled` or `PasswordRefused`.
        """
        await self._entrance.check(user.name, present, visit)
        await self._save(user, await self._kept(user, new), "The password was changed.", but=session.digest)

    async def _kept(self, user: User, password: str) -> str:
        old = await self._parts.store.old_passwords(user.name)
        return await self._parts.rules.keep(password, hints=await self._parts.hints(user), old=old)

    async def _save(self, user: User, kept: str, what: str, *, but: str = "") -> None:
        await self._parts.store.save_password(user.name, kept, at=self._parts.clock.now())
        await self._parts.store.drop_sessions(user.name, but=but)
        await self._parts.store.drop_links(user.name)  # whoever has one still would undo this
        await self._parts.note(user.name, what)

    async def _link(self, kind: LinkKind, user: str, lasts: timedelta) -> str:
        secret = new_secret()
        expires = self._parts.clock.now() + lasts
        await self._parts.store.save_link(Link(digest=digest(secret), kind=kind, user=user, expires=expires))
        return secret

    async def _take(self, link: Link) -> None:
        if not await self._parts.store.use_link(link.digest):
            raise NotAllowed("This link was used, or is too old.", remedy="Ask for a new one.")


def _keep_one(user: User, *, done: bool) -> None:
    """Say that nobody is locked out together with everybody else."""
    if not done:
        raise NotAllowed(f"{user.name} is the last administrator.", remedy="Make somebody else one first.")
