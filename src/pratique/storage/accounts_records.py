"""What happened to accounts: for their owners, and where others have to be able to look it up, on the audit log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, insert, select

from pratique.accounts.model import Record
from pratique.audit import Draft, deed
from pratique.storage.accounts_rows import record_of, record_row
from pratique.storage.accounts_schema import account_records
from pratique.storage.on_record import OnRecord
from pratique.storage.review_head import HeadFiles
from pratique.storage.transactions import Transactions

_T = TypeVar("_T")


class SqlRecords:
    """Changes with their records, both or neither."""

    def __init__(self, transactions: Transactions, heads: HeadFiles) -> None:
        self._reading = transactions
        self._on_record = OnRecord(transactions, heads)

    async def record(self, record: Record) -> None:
        """Note what happened to an account."""
        await self.recorded(lambda _: True, record)

    async def records(self, user: str, *, limit: int = 30) -> tuple[Record, ...]:
        """What happened to an account, the newest first."""
        query = select(account_records).where(account_records.c.user == user).order_by(account_records.c.id.desc())
        return await self._reading.read(
            lambda c: tuple(record_of(row) for row in c.execute(query.limit(limit)).mappings())
        )

    async def recorded(self, work: Callable[[Connection], _T], record: Record | None) -> _T:
        """What ``work`` answers, once its changes and the record of them are durable.

        What changed nothing, and says so by an answer that is false, leaves no record.
        """

        def changed(connection: Connection) -> _T:
            done = work(connection)
            if record is not None and done:
                connection.execute(insert(account_records), record_row(record))
            return done

        return await self._on_record.change(changed, _draft(record) if record is not None else None)


def _draft(record: Record) -> Draft | None:
    """Nothing for what concerns the owner alone."""
    if record.act is None:
        return None
    return deed(record.act, record.user, by=record.by or record.user, at=record.at, what=record.what)
