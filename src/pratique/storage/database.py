"""The database: SQLite in WAL mode or PostgreSQL, through SQL that both understand.

Each statement takes one hop to a thread of the store's own. An asynchronous driver hops for each step of it, which
came to several times the statement's own cost.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine, Row, Select, select

from pratique.names import ProjectName, Sha256
from pratique.ports import Event, EventKind, KnownFile, NoObserver, Observer, ProjectPage
from pratique.storage.appending import appending
from pratique.storage.dialects.engines import FAILURES, is_busy, new_engine, url_of, writing
from pratique.storage.dialects.lines import stand_in_line_for
from pratique.storage.dialects.statements import upsert
from pratique.storage.documents import clean_text, decode, encode
from pratique.storage.failures import storage_error
from pratique.storage.making import create
from pratique.storage.schema import events, files, pages, reports
from pratique.storage.writer import Writer
from pratique.verdict import Report

_OPEN_TRIES = 5
_READERS = 2


class SqlStore:
    """`pratique.ports.Store` over a SQL database; made by `open_store`."""

    def __init__(self, engine: Engine, *, where: str, observer: Observer | None = None) -> None:
        self._engine = engine
        self._observer = observer or NoObserver()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="pratique-reader")
        self._where = where
        self._insert_events, bundles = appending(events, engine.dialect.name)
        self._writer = Writer(writing(engine), bundles=bundles, begin=partial(stand_in_line_for, table=events))
        self._upsert_report = upsert(reports, engine.dialect.name)
        self._upsert_page = upsert(pages, engine.dialect.name)
        self._upsert_file = upsert(files, engine.dialect.name)

    async def close(self) -> None:
        """Finish what is being written and let the database go."""
        await self._writer.close()
        await asyncio.to_thread(self._readers.shutdown)
        await asyncio.to_thread(self._engine.dispose)

    async def record(self, events: Iterable[Event]) -> None:
        """Append events; they are durable when this returns."""
        new = list(events)
        if new:
            await self._writer.write(self._insert_events, [_row(event) for event in new])
            self._observer.recorded(new)

    async def events(
        self,
        *,
        project: str | None = None,
        sha256: str | None = None,
        kinds: Collection[EventKind] = (),
        limit: int = 1000,
        skip: int = 0,
    ) -> list[Event]:
        """The newest events first, after as many as ``skip`` says; of all kinds, or of some."""
        query = select(events).order_by(events.c.id.desc()).limit(limit).offset(skip)
        if kinds:
            query = query.where(events.c.kind.in_([kind.value for kind in kinds]))
        if project is not None:
            query = query.where(events.c.project == project)
        if sha256 is not None:
            query = query.where(events.c.sha256 == sha256)
        return [_event(row) for row in await self._all(query)]

    async def save_report(self, report: Report, *, engine: str) -> None:
        """Keep a report by the artifact's SHA-256 and file name, replacing one of an older engine."""
        artifact = report.artifact
        row = {
            "sha256": artifact.sha256,
            "filename": artifact.name.filename,
            "project": artifact.name.project,
            "engine": engine,
            "document": encode(report),
        }
        await self._writer.write(self._upsert_report, [row])

    async def report(self, sha256: Sha256, filename: str, *, engine: str) -> Report | None:
        """The report of this engine version for these bytes under this name."""
        query = select(reports.c.document).where(
            reports.c.sha256 == sha256, reports.c.filename == filename, reports.c.engine == engine
        )
        rows = await self._all(query)
        return decode(rows[0].document, Report) if rows else None

    async def judged(self, project: ProjectName, *, engine: str) -> list[Report]:
        """All reports of a project's files, by file name."""
        query = (
            select(reports.c.document)
            .where(reports.c.project == project, reports.c.engine == engine)
            .order_by(reports.c.filename, reports.c.sha256)
        )
        found = [decode(row.document, Report) for row in await self._all(query)]
        return [report for report in found if report is not None]

    async def save_page(self, page: ProjectPage, *, fetched: datetime) -> None:
        """Remember a project's page."""
        row = {"project": page.project, "fetched": fetched, "document": encode(page)}
        await self._writer.write(self._upsert_page, [row])

    async def page(self, project: ProjectName) -> tuple[ProjectPage, datetime] | None:
        """The remembered page and when it was fetched."""
        rows = await self._all(select(pages.c.document, pages.c.fetched).where(pages.c.project == project))
        page = decode(rows[0].document, ProjectPage) if rows else None
        return (page, rows[0].fetched) if page is not None else None

    async def projects(self) -> list[ProjectName]:
        """The projects whose pages are remembered, in order."""
        return [ProjectName(row.project) for row in await self._all(select(pages.c.project).order_by(pages.c.project))]

    async def save_file(self, file: KnownFile) -> None:
        """Remember which blob a listed file is."""
        await self._writer.write(self._upsert_file, [_row(file)])

    async def file(self, project: ProjectName, filename: str) -> KnownFile | None:
        """The blob of a listed file, if it was fetched before."""
        rows = await self._all(select(files).where(files.c.project == project, files.c.filename == filename))
        return KnownFile(**rows[0]._mapping) if rows else None  # noqa: SLF001  (its public name)

    async def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, query)
        except FAILURES as error:
            raise storage_error(error, self._where) from error

    def _read(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


async def open_store(url: str, *, observer: Observer | None = None) -> SqlStore:
    """Open a database by its URL (``sqlite:///path``, ``postgresql+psycopg://…``), making the tables that are missing.

    Raises `StorageError` for a database that cannot be opened, or that another version of the program made.
    """
    engine = engine_for(url)
    where = engine.url.render_as_string(hide_password=True)
    try:
        await asyncio.to_thread(_prepare, writing(engine))
    except BaseException as error:
        await asyncio.to_thread(engine.dispose)
        if isinstance(error, FAILURES):
            raise storage_error(error, where) from error
        raise
    return SqlStore(engine, where=where, observer=observer)


def engine_for(url: str) -> Engine:
    """An engine for a database by its URL, set up as this program uses it; raises `StorageError`."""
    return new_engine(url_of(url))


def _prepare(engine: Engine) -> None:
    for attempt in range(_OPEN_TRIES):
        try:
            with engine.begin() as connection:
                return create(connection)
        except FAILURES as error:
            if not is_busy(error) or attempt == _OPEN_TRIES - 1:
                raise
            time.sleep(0.05 * 2**attempt)
    raise AssertionError  # pragma: no cover


_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in (Event, KnownFile)}


def _row(value: Event | KnownFile) -> dict[str, object]:
    items = ((name, getattr(value, name)) for name in _FIELDS[type(value)])
    return {name: clean_text(item) if isinstance(item, str) else item for name, item in items}


def _event(row: Row[Any]) -> Event:
    values = {name: value for name, value in row._mapping.items() if name != "id"}  # noqa: SLF001  (its public name)
    return Event(**{**values, "kind": EventKind(row.kind)})
