"""Sessions and single-use links in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from pratique.accounts.model import Link, Session, UserName
from pratique.storage.accounts_rows import link_of, row_of, session_of
from pratique.storage.accounts_schema import links, sessions
from pratique.storage.transactions import Transactions


class SqlSessions:
    """`pratique.accounts.ports.Sessions` over a SQL database."""

    def __init__(self, transactions: Transactions) -> None:
        self._sessions = transactions

    async def session(self, digest: str) -> Session | None:
        """The session of a cookie."""
        query = select(sessions).where(sessions.c.digest == digest)
        row = await self._sessions.read(lambda c: c.execute(query).mappings().first())
        return session_of(row) if row else None

    async def sessions(self, user: UserName) -> tuple[Session, ...]:
        """A user's sessions, the newest first."""
        query = select(sessions).where(sessions.c.user == user).order_by(sessions.c.created.desc())
        return await self._sessions.read(lambda c: tuple(session_of(row) for row in c.execute(query).mappings()))

    async def add_session(self, session: Session) -> None:
        """Keep a new session."""
        await self._sessions.change(lambda c: c.execute(insert(sessions), row_of(session)))

    async def see_session(self, digest: str, at: datetime) -> None:
        """Keep when a session was last used, if it is still there."""
        seen = update(sessions).where(sessions.c.digest == digest).values(seen=at)
        await self._sessions.change(lambda c: c.execute(seen))

    async def ask(self, digest: str, challenge: bytes, at: datetime) -> None:
        """Keep the challenge of a session, if that is still there."""
        asked = update(sessions).where(sessions.c.digest == digest).values(challenge=challenge, challenge_at=at)
        await self._sessions.change(lambda c: c.execute(asked))

    async def take_challenge(self, digest: str) -> tuple[bytes, datetime | None]:
        """The session's challenge and its moment, which are gone then; empty if there is none."""
        mine = sessions.c.digest == digest
        query = select(sessions.c.challenge, sessions.c.challenge_at).where(mine)

        def take(connection: Connection) -> tuple[bytes, datetime | None]:
            row = connection.execute(query).first()
            connection.execute(update(sessions).where(mine).values(challenge=b"", challenge_at=None))
            return (bytes(row.challenge), row.challenge_at) if row else (b"", None)

        return await self._sessions.change(take)

    async def drop_session(self, digest: str) -> bool:
        """Forget a session; whether there was one."""
        gone = delete(sessions).where(sessions.c.digest == digest)
        return await self._sessions.change(lambda c: bool(c.execute(gone).rowcount))

    async def drop_sessions(self, user: UserName, *, but: str = "") -> None:
        """Forget all of a user's sessions, except the one with this digest."""
        gone = delete(sessions).where(sessions.c.user == user, sessions.c.digest != but)
        await self._sessions.change(lambda c: c.execute(gone))

    async def forget_sessions(self, *, before: datetime) -> None:
        """Forget sessions that began before a moment, whoever's."""
        await self._sessions.change(lambda c: c.execute(delete(sessions).where(sessions.c.created < before)))

    async def save_link(self, link: Link) -> None:
        """Keep a link; an earlier one of that kind for that user is gone."""
        old = delete(links).where(links.c.kind == link.kind, links.c.user == link.user)
        await self._sessions.change(lambda c: (c.execute(old), c.execute(insert(links), row_of(link))))

    async def link(self, digest: str) -> Link | None:
        """A link that was not used yet."""
        query = select(links).where(links.c.digest == digest)
        row = await self._sessions.read(lambda c: c.execute(query).mappings().first())
        return link_of(row) if row else None

    async def use_link(self, digest: str) -> bool:
        """Take a link; not if it is unknown or was taken before."""
        gone = delete(links).where(links.c.digest == digest)
        return await self._sessions.change(lambda c: bool(c.execute(gone).rowcount))

    async def drop_links(self, user: UserName) -> None:
        """Forget all of a user's links."""
        await self._sessions.change(lambda c: c.execute(delete(links).where(links.c.user == user)))
