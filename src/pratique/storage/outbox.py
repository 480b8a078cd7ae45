"""Notices in the database, beside what they are about: none is lost between a record and its telling."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, update

from pratique.notices import PEOPLE, Addressed, Backlog, Delivery, Gather, Notice
from pratique.storage.database import engine_for
from pratique.storage.dialects.statements import insert_new, upsert
from pratique.storage.documents import clean_text, decode, encode
from pratique.storage.outbox_circle import SqlCircle
from pratique.storage.outbox_journals import ends, entries_between, happened_between, is_behind, read_so_far
from pratique.storage.outbox_schema import outbox, outbox_identity, outbox_read
from pratique.storage.transactions import Transactions

_PENDING, _DELIVERED, _DEAD = "pending", "delivered", "dead"
_SOME = 2_000
"""Rows of a journal that are read at once."""
_SECRET_FREE = 500
"""Characters of an error that are kept."""


class SqlOutbox:
    """`pratique.notices.Outbox` over a SQL database; made by `open_outbox`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._read = upsert(outbox_read, transactions.dialect)
        self._put = insert_new(outbox, transactions.dialect, "target", "key")

    async def close(self) -> None:
        """Finish what is under way and let the database go."""
        await self._transactions.close()

    async def identity(self) -> str:
        """A random name of this database, the same for ever."""

        def work(connection: Connection) -> str:
            known = connection.execute(select(outbox_identity.c.name)).scalar()
            name = str(known or secrets.token_hex(6))
            if known is None:
                connection.execute(insert(outbox_identity).values(id=1, name=name))
            return name

        return await self._transactions.change(work)

    async def gather(self, gather: Gather, *, at: datetime) -> int:
        """Put up what is to be told of everything since the last time, each thing once; says how many."""
        if not await self._transactions.read(is_behind):
            return 0

        def work(connection: Connection) -> int:
            read, last = read_so_far(connection), ends(connection)
            last = {name: min(end, read[name] + _SOME) if name in read else end for name, end in last.items()}
            happened = happened_between(connection, read.get("events", last["events"]), last["events"])
            entries = entries_between(connection, read.get("audit", last["audit"]), last["audit"])
            put = self._insert(connection, gather(happened, entries, SqlCircle(connection)), at)
            connection.execute(self._read, [{"journal": name, "number": end} for name, end in last.items()])
            return put

        return await self._transactions.change(work)

    async def put(self, addressed: Sequence[Addressed], *, at: datetime) -> int:
        """Put these up, each thing once; says how many were new."""
        return await self._transactions.change(lambda connection: self._insert(connection, addressed, at))

    def _insert(self, connection: Connection, addressed: Sequence[Addressed], at: datetime) -> int:
        rows = [
            {
                "target": clean_text(one.target),
                "key": clean_text(one.notice.key),
                "state": _PENDING,
                "due": at,
                "tries": 0,
                "error": "",
                "document": encode(one.notice),
            }
            for one in addressed
        ]
        return sum(connection.execute(self._put, row).rowcount for row in rows)

    async def claim(self, targets: Sequence[str], *, at: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Those that are due, the oldest first; nobody else gets them before the lease is over."""
        due = (outbox.c.state == _PENDING) & outbox.c.target.in_(targets) & (outbox.c.due <= at)
        query = select(outbox).where(due).order_by(outbox.c.id).limit(limit)
        if not await self._transactions.read(lambda connection: connection.execute(query).first()):
            return ()

        def work(connection: Connection) -> list[Delivery]:
            rows = connection.execute(query.with_for_update(skip_locked=True)).all()
            if rows:
                taken = outbox.c.id.in_([row.id for row in rows])
                connection.execute(update(outbox).where(taken).values(due=at + lease))
            read = [(row, decode(bytes(row.document), Notice)) for row in rows]
            return [
                Delivery(id=row.id, target=row.target, notice=notice, tries=row.tries)
                for row, notice in read
                if notice is not None
            ]

        return await self._transactions.change(work)

    async def delivered(self, delivery: Delivery, *, at: datetime) -> None:
        """It arrived."""
        values = {"state": _DELIVERED, "due": at, "tries": delivery.tries + 1, "error": ""}
        await self._transactions.change(
            lambda connection: (
                connection.execute(update(outbox).where(outbox.c.id == delivery.id).values(values)).rowcount
            )
        )

    async def failed(self, delivery: Delivery, *, error: str, at: datetime, again: datetime | None) -> None:
        """It did not; try again then, or give it up."""
        values = {
            "state": _PENDING if again else _DEAD,
            "due": again or at,
            "tries": delivery.tries + 1,
            "error": clean_text(error)[:_SECRET_FREE],
        }
        await self._transactions.change(
            lambda connection: (
                connection.execute(update(outbox).where(outbox.c.id == delivery.id).values(values)).rowcount
            )
        )

    async def backlog(self) -> Sequence[Backlog]:
        """How it stands, by target."""

        def count(state: str) -> ColumnElement[int]:
            return func.sum(case((outbox.c.state == state, 1), else_=0)).label(state)

        query = (
            select(
                outbox.c.target,
                count(_PENDING),
                count(_DELIVERED),
                count(_DEAD),
                func.max(outbox.c.error).label("error"),
            )
            .group_by(outbox.c.target)
            .order_by(outbox.c.target)
        )
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return [
            Backlog(target=row.target, pending=row.pending, delivered=row.delivered, dead=row.dead, error=row.error)
            for row in rows
        ]

    async def revive(self, targets: Sequence[str], *, at: datetime) -> int:
        """Let what was given up be tried again; says how many."""
        dead = (outbox.c.state == _DEAD) & outbox.c.target.in_(targets)
        statement = update(outbox).where(dead).values(state=_PENDING, due=at, tries=0)
        return await self._transactions.change(lambda connection: connection.execute(statement).rowcount)

    async def told(self, user: str, *, limit: int = 30) -> Sequence[Notice]:
        """What a user was told and is still remembered, the newest first."""
        theirs = (outbox.c.target == PEOPLE) & outbox.c.key.startswith(f"{user} ", autoescape=True)
        query = select(outbox.c.document).where(theirs).order_by(outbox.c.id.desc()).limit(limit)
        rows = await self._transactions.read(lambda connection: list(connection.execute(query).scalars()))
        return [notice for row in rows if (notice := decode(bytes(row), Notice)) is not None]

    async def forget(self, *, before: datetime) -> int:
        """Drop what was delivered or given up before; says how many."""
        old = (outbox.c.state != _PENDING) & (outbox.c.due < before)
        if not await self._transactions.read(lambda c: c.execute(select(outbox.c.id).where(old).limit(1)).first()):
            return 0
        return await self._transactions.change(
            lambda connection: connection.execute(delete(outbox).where(old)).rowcount
        )


async def open_outbox(url: str) -> SqlOutbox:
    """Open a database by its URL, creating its tables; raises `StorageError`."""
    transactions = Transactions(engine_for(url), name="outbox")
    try:
        await transactions.prepare()
    except BaseException:
        await transactions.close()
        raise
    return SqlOutbox(transactions)
