"""What is due to be judged again, as questions to the database: it follows from what is kept, so nothing is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from pratique.ports import EventKind
from pratique.storage.aftercare_schema import rejudgings
from pratique.storage.schema import events, reports
from pratique.verdict import Verdict

GIVEN = EventKind.DOWNLOAD.value
_SAME = and_(rejudgings.c.sha256 == reports.c.sha256, rejudgings.c.filename == reports.c.filename)


def outdated(engine: str, *, limit: int) -> Select[Any]:
    """What another engine judged, the most downloaded first, then the newest."""
    given = and_(events.c.sha256 == reports.c.sha256, events.c.filename == reports.c.filename, events.c.kind == GIVEN)
    times, last = func.count(events.c.id), func.coalesce(func.max(events.c.id), 0)
    return (
        select(reports.c.project, reports.c.filename, reports.c.sha256)
        .select_from(reports.outerjoin(events, given))
        .where(is_outdated(engine))
        .group_by(reports.c.project, reports.c.filename, reports.c.sha256)
        .order_by(times.desc(), last.desc(), reports.c.filename)
        .limit(limit)
    )


def failing(engine: str, *, before: datetime, most: int) -> Select[Any]:
    """What this engine may not have been able to inspect, with its report: that says whether it was.

    Not what was tried since ``before``, nor what was tried ``most`` times; the newest first.
    """
    said = (
        select(events.c.sha256, events.c.filename, func.max(events.c.at).label("at"))
        .where(events.c.kind == EventKind.VERDICT.value, events.c.verdict == Verdict.ERROR.value)
        .group_by(events.c.sha256, events.c.filename)
        .subquery()
    )
    tried = and_(_SAME, rejudgings.c.engine == engine, rejudgings.c.outcome != "judged")
    said_of = and_(said.c.sha256 == reports.c.sha256, said.c.filename == reports.c.filename)
    return (
        select(reports.c.project, reports.c.filename, reports.c.sha256, reports.c.document)
        .select_from(reports.join(said, said_of).outerjoin(rejudgings, tried))
        .where(
            reports.c.engine == engine,
            said.c.at < before,
            or_(rejudgings.c.sha256.is_(None), and_(rejudgings.c.last < before, rejudgings.c.tries < most)),
        )
        .order_by(said.c.at.desc())
    )


def is_outdated(engine: str) -> ColumnElement[bool]:
    """Judged by another engine, and not found gone since this one is there."""
    gone = select(rejudgings.c.sha256).where(_SAME, rejudgings.c.engine == engine, rejudgings.c.outcome == "gone")
    return and_(reports.c.engine != engine, ~gone.exists())
