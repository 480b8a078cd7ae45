"""Reviews and the audit log, in the same database as the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, func, insert, select

from pratique.audit import Draft, Entry, Key, about
from pratique.errors import StorageError
from pratique.names import Sha256
from pratique.policy import Review
from pratique.storage.database import engine_for
from pratique.storage.documents import clean_text, decode, encode
from pratique.storage.on_record import append
from pratique.storage.review_head import HeadFiles
from pratique.storage.review_schema import audit_log, policies, reviews
from pratique.storage.transactions import Transactions


class SqlBook:
    """`pratique.audit.Book` over a SQL database; made by `open_book`."""

    def __init__(self, transactions: Transactions, heads: HeadFiles) -> None:
        self._transactions = transactions
        self._heads = heads
        self._newest: int | None = None
        self._current: Mapping[Key, Review] | None = None

    async def close(self) -> None:
        """Finish what is under way and let the database go."""
        await self._transactions.close()

    def mark(self) -> object:
        """Another value after each entry of the log."""
        return self._heads.mark()

    async def current(self) -> Mapping[Key, Review]:
        """The newest decision about each file; the same object as long as nobody decides."""
        newest = select(func.max(reviews.c.entry))
        number = await self._transactions.read(lambda connection: connection.execute(newest).scalar())
        if self._current is None or number != self._newest:
            decided = await self.decided()
            self._current = {(review.sha256, review.filename): review for _, review in decided}
            self._newest = decided[-1][0] if decided else None
        return self._current

    async def decide(self, review: Review) -> Entry:
        """Keep a decision and put it on record in one transaction."""
        clean = _cleaned(review)

        def work(connection: Connection) -> Entry:
            entry = append(connection, about(clean))
            values = {
                "entry": entry.number,
                "sha256": clean.sha256,
                "filename": clean.filename,
                "document": encode(clean),
            }
            connection.execute(insert(reviews), [values])
            return entry

        return await self._recorded(await self._transactions.change(work))

    async def note(self, draft: Draft) -> Entry:
        """Put something on record."""
        return await self._recorded(await self._transactions.change(lambda connection: append(connection, draft)))

    async def entries(self, *, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """What is on record behind an entry, the oldest first."""
        query = select(audit_log).where(audit_log.c.number > after).order_by(audit_log.c.number).limit(limit)
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return [Entry(**row._mapping) for row in rows]  # noqa: SLF001  (its public name)

    async def decided(self) -> Sequence[tuple[int, Review]]:
        """Every decision, with the number of its entry; raises `StorageError` for one that cannot be read."""
        query = select(reviews.c.entry, reviews.c.document).order_by(reviews.c.entry)
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return [(row.entry, _review(row.entry, row.document)) for row in rows]

    async def keep_policy(self, draft: Draft, policy: str) -> Entry:
        """Keep a policy that comes into force, and put that on record."""

        def work(connection: Connection) -> Entry:
            entry = append(connection, draft)
            values = {"entry": entry.number, "sha256": draft.subject, "text": policy}
            connection.execute(insert(policies), [values])
            return entry

        return await self._recorded(await self._transactions.change(work))

    async def policies(self) -> Mapping[int, str]:
        """The text of each policy that ever came into force, by the number of its entry."""
        query = select(policies.c.entry, policies.c.text)
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return {row.entry: row.text for row in rows}

    async def policy(self) -> tuple[str, str] | None:
        """Digest and text of the policy that came into force last; nothing where none ever did."""
        query = select(policies.c.sha256, policies.c.text).order_by(policies.c.entry.desc()).limit(1)
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return (rows[0].sha256, rows[0].text) if rows else None

    async def _recorded(self, entry: Entry) -> Entry:
        await asyncio.to_thread(self._heads.add, entry)
        return entry


async def open_book(url: str, heads: HeadFiles) -> SqlBook:
    """Open a database by its URL, creating what is missing; raises `StorageError`."""
    transactions = Transactions(engine_for(url), name="book")
    try:
        await transactions.prepare()
    except BaseException:
        await transactions.close()
        raise
    return SqlBook(transactions, heads)


def _review(entry: int, document: bytes) -> Review:
    found = decode(bytes(document), Review)
    if found is None:
        raise StorageError(
            f"The decision of entry {entry} of the audit log cannot be read.",
            remedy="Restore the database from a backup; `pratique audit-log verify` tells what else is wrong.",
        )
    return found


def _cleaned(review: Review) -> Review:
    """As the database will give it back, so that the record speaks of the same."""
    reason, actor = clean_text(review.reason), clean_text(review.actor)
    return replace(review, sha256=Sha256(review.sha256), reason=reason, actor=actor)
