"""What was judged again and what turned bad, in the database; a restart loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, insert, select

from pratique.afterwards import Kept, Progress
from pratique.names import ProjectName, Sha256
from pratique.ports import Event
from pratique.storage.aftercare_due import GIVEN, failing, is_outdated, outdated
from pratique.storage.aftercare_schema import late_verdicts, rejudgings
from pratique.storage.database import engine_for
from pratique.storage.dialects.statements import upsert
from pratique.storage.documents import clean_text, decode
from pratique.storage.removals import SqlRemovals
from pratique.storage.schema import advisories, events, reports
from pratique.storage.transactions import Transactions
from pratique.verdict import Report, Verdict


class SqlAftercare:
    """`pratique.afterwards.Aftercare` over a SQL database; made by `open_aftercare`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._upsert = upsert(rejudgings, transactions.dialect)

    def removals(self) -> SqlRemovals:
        """What the upstream removed, in the same database."""
        return SqlRemovals(self._transactions)

    async def close(self) -> None:
        """Finish what is under way and let the database go."""
        await self._transactions.close()

    async def outdated(self, engine: str, *, limit: int) -> Sequence[Kept]:
        """What another engine judged, the most downloaded first, then the newest."""
        return await self._kept(outdated(engine, limit=limit))

    async def failing(self, engine: str, *, before: datetime, most: int, limit: int) -> Sequence[Kept]:
        """What this engine could not inspect, was not tried since ``before`` and not more often than ``most``."""
        query = failing(engine, before=before, most=most)
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return [_kept(row) for row in rows if _failed(bytes(row.document))][:limit]

    async def judged(self, kept: Kept, *, engine: str, outcome: str, at: datetime) -> None:
        """Remember an attempt: ``judged``, ``gone`` or ``failing``."""

        def work(connection: Connection) -> None:
            before = connection.execute(
                select(rejudgings.c.tries, rejudgings.c.first).where(
                    rejudgings.c.sha256 == kept.sha256,
                    rejudgings.c.filename == kept.filename,
                    rejudgings.c.engine == engine,
                )
            ).first()
            row = {
                "sha256": kept.sha256,
                "filename": kept.filename,
                "engine": engine,
                "outcome": outcome,
                "tries": (before.tries if before else 0) + 1,
                "first": before.first if before else at,
                "last": at,
            }
            connection.execute(self._upsert, [row])

        await self._transactions.change(work)

    async def progress(self, engine: str) -> Progress:
        """How far it is."""
        sums = (
            select(rejudgings.c.outcome, func.count().label("files"), func.min(rejudgings.c.first).label("began"))
            .where(rejudgings.c.engine == engine)
            .group_by(rejudgings.c.outcome)
        )
        rest = select(func.count()).select_from(reports).where(is_outdated(engine))

        def work(connection: Connection) -> Progress:
            found = {row.outcome: row for row in connection.execute(sums)}
            number = {outcome: int(row.files) for outcome, row in found.items()}
            return Progress(
                engine=engine,
                began=min((row.began for row in found.values()), default=None),
                judged=number.get("judged", 0),
                gone=number.get("gone", 0),
                failing=number.get("failing", 0),
                left=int(connection.execute(rest).scalar_one()),
            )

        return await self._transactions.read(work)

    async def received(self) -> Sequence[Kept]:
        """What was given out while nothing stood against it, the most downloaded first."""
        by = (events.c.project, events.c.filename, events.c.sha256)
        query = (
            select(*by)
            .where(events.c.kind == GIVEN, events.c.action == "allow", events.c.sha256 != "")
            .group_by(*by)
            .order_by(func.count().desc(), func.max(events.c.id).desc())
        )
        return await self._kept(query)

    async def turned_bad(self, kept: Kept, event: Event) -> bool:
        """Put on record that it is bad, unless that is known; whether it was news."""
        given = (
            select(events.c.id)
            .where(
                events.c.sha256 == kept.sha256,
                events.c.filename == kept.filename,
                events.c.project == kept.project,
                events.c.kind == GIVEN,
                events.c.action == "allow",
            )
            .limit(1)
        )

        def work(connection: Connection) -> bool:
            known = connection.execute(select(late_verdicts.c.since).where(_is(kept))).first()
            if known or not connection.execute(given).first():
                return False
            connection.execute(insert(late_verdicts).values(**_values(kept), since=event.at))
            connection.execute(insert(events), [_row(event)])
            return True

        return await self._transactions.change(work)

    async def turned_good(self, kept: Kept) -> None:
        """It is not bad any more: should it turn bad again, that is news."""
        await self._transactions.change(
            lambda connection: connection.execute(delete(late_verdicts).where(_is(kept))).rowcount
        )

    async def bad(self) -> frozenset[Kept]:
        """What is known to be bad."""
        return frozenset(
            await self._kept(select(late_verdicts.c.project, late_verdicts.c.filename, late_verdicts.c.sha256))
        )

    async def advisories(self) -> object:
        """Another value whenever advisories have changed."""
        query = select(func.count(), func.max(advisories.c.modified), func.max(advisories.c.digest))
        return await self._transactions.read(lambda connection: tuple(connection.execute(query).one()))

    async def _kept(self, query: Select[Any]) -> Sequence[Kept]:
        return await self._transactions.read(lambda connection: [_kept(row) for row in connection.execute(query)])


async def open_aftercare(url: str) -> SqlAftercare:
    """Open a database by its URL, creating its tables; raises `StorageError`."""
    transactions = Transactions(engine_for(url), name="aftercare")
    try:
        await transactions.prepare()
    except BaseException:
        await transactions.close()
        raise
    return SqlAftercare(transactions)


def _failed(document: bytes) -> bool:
    report = decode(document, Report)
    return report is not None and report.verdict is Verdict.ERROR


def _kept(row: Row[Any]) -> Kept:
    return Kept(project=ProjectName(row.project), filename=row.filename, sha256=Sha256(row.sha256))


def _values(kept: Kept) -> dict[str, str]:
    return {"project": kept.project, "filename": kept.filename, "sha256": kept.sha256}


def _is(kept: Kept) -> ColumnElement[bool]:
    return and_(
        late_verdicts.c.project == kept.project,
        late_verdicts.c.filename == kept.filename,
        late_verdicts.c.sha256 == kept.sha256,
    )


def _row(event: Event) -> dict[str, object]:
    items = ((field.name, getattr(event, field.name)) for field in fields(event))
    return {name: clean_text(item) if isinstance(item, str) else item for name, item in items}
