"""Changes that are put on record: the change and its entry in the audit log are in one transaction, both or neither."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection, insert, select

from pratique.audit import NOTHING, Draft, Entry, linked
from pratique.storage.dialects.lines import stand_in_line
from pratique.storage.documents import clean_text
from pratique.storage.review_head import HeadFiles
from pratique.storage.review_schema import audit_log
from pratique.storage.transactions import Transactions

_T = TypeVar("_T")


class OnRecord:
    """Changes of a store, each with what the audit log says of it."""

    def __init__(self, transactions: Transactions, heads: HeadFiles) -> None:
        self._transactions = transactions
        self._heads = heads

    async def change(self, work: Callable[[Connection], _T], draft: Draft | None = None) -> _T:
        """What ``work`` answers, once its changes are durable; raises `StorageError`.

        What changed nothing, and says so by an answer that is false, is not on record.
        """

        def changed(connection: Connection) -> tuple[_T, Entry | None]:
            done = work(connection)
            return done, append(connection, _clean(draft)) if draft is not None and done else None

        done, entry = await self._transactions.change(changed)
        if entry is not None:
            await asyncio.to_thread(self._heads.add, entry)
        return done


def append(connection: Connection, draft: Draft) -> Entry:
    """Put an entry behind the newest one, which nobody else can add to meanwhile."""
    stand_in_line(connection, "audit log")
    last = connection.execute(
        select(audit_log.c.number, audit_log.c.digest).order_by(audit_log.c.number.desc()).limit(1)
    ).first()
    number, previous = (last.number, last.digest) if last else (0, NOTHING)
    entry = linked(draft, number=number + 1, previous=previous)
    names = ("number", "at", "actor", "act", "subject", "detail", "previous", "digest")
    connection.execute(insert(audit_log), [{name: getattr(entry, name) for name in names}])
    return entry


def _clean(draft: Draft) -> Draft:
    """As the database will give it back."""
    return replace(draft, actor=clean_text(draft.actor), subject=clean_text(draft.subject))
