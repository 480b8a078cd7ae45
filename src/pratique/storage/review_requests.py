"""What was asked for, summed up from the recorded events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select

from pratique.names import ProjectName
from pratique.ports import EventKind
from pratique.received import Receipt, Requested
from pratique.storage.database import engine_for
from pratique.storage.documents import decode
from pratique.storage.schema import events, reports
from pratique.storage.transactions import Transactions
from pratique.verdict import Report

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
        """By file, index and answer, the last asked for first."""
        by = (
            events.c.project,
            events.c.filename,
            events.c.sha256,
            events.c.kind,
            events.c.action,
            events.c["index"].label("asked_of"),
        )
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
                index=row.asked_of,
            )
            for row in rows
        ]

    async def received(self, project: ProjectName) -> Sequence[Receipt]:
        """Who was given which file of a project, summed up by file and client, the last first."""
        by = (events.c.filename, events.c.sha256, events.c.client, events.c.user_agent)
        last = func.max(events.c.at)
        query = (
            select(*by, func.count().label("times"), func.min(events.c.at).label("first"), last.label("last"))
            .where(events.c.project == project, events.c.kind == EventKind.DOWNLOAD.value)
            .group_by(*by)
            .order_by(last.desc(), *by)
        )
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return [
            Receipt(
                filename=row.filename,
                sha256=row.sha256,
                address=row.client,
                user_agent=row.user_agent,
                times=row.times,
                first=row.first,
                last=row.last,
            )
            for row in rows
        ]

    async def reports(self, project: ProjectName) -> Sequence[Report]:
        """What is kept about the files of a project that somebody was given, whichever engine said it."""
        given = select(events.c.sha256).where(events.c.project == project, events.c.kind == EventKind.DOWNLOAD.value)
        query = select(reports.c.document).where(reports.c.sha256.in_(given))
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        found = (decode(row.document, Report) for row in rows)
        return [report for report in found if report is not None]
