"""What was asked for, summed up from the recorded events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select

from pratique.audit import Requested
from pratique.ports import EventKind
from pratique.storage.database import engine_for
from pratique.storage.schema import events, reports
from pratique.storage.transactions import Transactions

_ASKED = (EventKind.DOWNLOAD.value, EventKind.REFUSAL.value)


class SqlRequests:
    """`pratique.audit.Requests` over a SQL database that is there already."""

    def __init__(self, url: str) -> None:
        self._transactions = Transactions(engine_for(url), name="requests")

    async def close(self) -> None:
        """Let the database go."""
        await self._transactions.close()

    async def engine(self) -> str | None:
        """The engine that judged last: decisions rest on its reports. Nothing where none has."""
        query = (
            select(reports.c.engine)
            .join(events, and_(events.c.sha256 == reports.c.sha256, events.c.filename == reports.c.filename))
            .where(events.c.kind == EventKind.VERDICT.value)
            .order_by(events.c.id.desc())
            .limit(1)
        )
        return await self._transactions.read(lambda connection: connection.execute(query).scalar())

    async def requested(self, *, since: datetime | None = None) -> Sequence[Requested]:
        """By file and answer, the last asked for first."""
        by = (events.c.project, events.c.filename, events.c.sha256, events.c.kind, events.c.action)
        sums = select(
            *by,
            func.count().label("times"),
            func.count(events.c.client.distinct()).label("clients"),
            func.min(events.c.at).label("first"),
            func.max(events.c.at).label("last"),
            func.max(events.c.id).label("newest"),
        ).where(events.c.kind.in_(_ASKED), events.c.filename != "")
        if since is not None:
            sums = sums.where(events.c.at >= since)
        summed = sums.group_by(*by).subquery()
        query = (
            select(summed, events.c.reason)
            .join(events, events.c.id == summed.c.newest)
            .order_by(summed.c.newest.desc())
        )
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return [
            Requested(
                project=row.project,
                filename=row.filename,
                sha256=row.sha256,
                served=row.kind == EventKind.DOWNLOAD.value,
                action=row.action,
                times=row.times,
                clients=row.clients,
                first=row.first,
                last=row.last,
                reason=row.reason,
            )
            for row in rows
        ]
