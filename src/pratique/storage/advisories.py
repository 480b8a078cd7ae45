"""Advisories in the database: a row for each record, and an indexed one for each project that it speaks of.

Looking up lies in the way of every install, so it takes one hop to a thread of its own and one indexed read,
where the asynchronous driver would hop several times for each statement.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from typing import TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import make_url

from pratique.advisories.model import Advisory
from pratique.advisories.outside import Source, Totals
from pratique.advisories.record import Record
from pratique.names import ProjectName
from pratique.storage.advisory_rows import (
    claim_rows,
    is_news,
    latest_of,
    read_again,
    record_row,
    slices,
    state_of,
    states,
    write_all,
)
from pratique.storage.dialect import BUSY_SECONDS, FAILURES, begin, configure, create, upsert
from pratique.storage.documents import clean_text, decode
from pratique.storage.schema import advisories, advisory_aliases, advisory_claims, advisory_sources
from pratique.storage.writer import is_busy, storage_error

_T = TypeVar("_T")
_THREADS = 2
_TRIES = 5

_FIND = select(advisory_claims.c.id, advisory_claims.c.document).where(
    advisory_claims.c.project == bindparam("project")
)
_FORGET = tuple(delete(t).where(t.c.id == bindparam("gone")) for t in (advisory_claims, advisory_aliases))
_SEEN = (
    update(advisories)
    .where(advisories.c.id == bindparam("known"), advisories.c.source == bindparam("by"))
    .values(seen=bindparam("at"))
)


class SqlAdvisories:
    """`pratique.advisories.outside.AdvisoryStore` over a SQL database; made by `open_advisories`."""

    def __init__(self, engine: Engine, *, where: str) -> None:
        self._engine = engine
        self._writing = engine.execution_options(pratique_writes=True)
        self._where = where
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="pratique-advisories")
        self._find_by_project = str(_FIND.compile(dialect=engine.dialect))
        self._upsert_record = upsert(advisories, engine.dialect.name)
        self._upsert_source = upsert(advisory_sources, engine.dialect.name)

    async def close(self) -> None:
        """Finish what is under way and let the database go."""
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._engine.dispose)

    async def of(self, project: ProjectName) -> tuple[Advisory, ...]:
        """What is said of a project, withdrawn records apart."""
        return await self._run(lambda: self._find(project))

    def _find(self, project: ProjectName) -> tuple[Advisory, ...]:
        """One indexed read, by the driver itself: the layers above it would cost more than the read."""
        dialect = self._engine.dialect
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(self._find_by_project, (project,) if dialect.positional else {"project": project})
            rows = cursor.fetchall()
            cursor.close()
        finally:
            connection.close()
        return tuple(decode(bytes(document), Advisory) or self._reread(str(one), project) for one, document in rows)

    def _reread(self, identity: str, project: ProjectName) -> Advisory:
        with self._engine.connect() as connection:
            return read_again(connection, identity, project)

    async def documents(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Whole records (JSON in one line) by id, withdrawn ones too; unknown ids are left out."""
        query = select(advisories.c.id, advisories.c.document)
        return await self._read(
            lambda connection: {
                row.id: zlib.decompress(row.document)
                for some in slices(ids)
                for row in connection.execute(query.where(advisories.c.id.in_(some)))
            }
        )

    async def named(self, alias: str) -> tuple[str, ...]:
        """Ids of the records that have this alias."""
        query = select(advisory_aliases.c.id).where(advisory_aliases.c.alias == clean_text(alias)).order_by("id")
        return await self._read(lambda connection: tuple(connection.execute(query).scalars()))

    async def moments(self, ids: Sequence[str]) -> dict[str, datetime]:
        """When each of these records was last modified; unknown ids are left out."""
        query = select(advisories.c.id, advisories.c.modified)
        return await self._read(
            lambda connection: {
                row.id: row.modified
                for some in slices(ids)
                for row in connection.execute(query.where(advisories.c.id.in_(some)))
            }
        )

    async def keep(self, records: Sequence[Record], *, source: str, seen: datetime) -> int:
        """Keep records, all or none of them; says how many were new or changed."""
        latest = latest_of(records)
        return await self._run(lambda: self._keep(latest, clean_text(source), seen))

    def _keep(self, latest: Mapping[str, Record], source: str, seen: datetime) -> int:
        """Compare first, since most of what is read again is the same; pack only what differs; then write."""
        with self._engine.connect() as connection:
            known = states(connection, list(latest))
        now = {identity: state_of(record) for identity, record in latest.items()}
        news = [record for identity, record in latest.items() if is_news(now[identity], known.get(identity))]
        changed = [record_row(record, source=source, seen=seen) for record in news]
        claims = [row for record in news for row in claim_rows(record)]
        aliases = [{"alias": alias, "id": record.id} for record in news for alias in record.aliases]
        same = [{"known": one, "by": source, "at": seen} for one, state in now.items() if known.get(one) == state]

        def write(connection: Connection) -> None:
            for statement in _FORGET:
                write_all(connection, statement, [{"gone": record.id} for record in news])
            write_all(connection, self._upsert_record, changed)
            write_all(connection, insert(advisory_claims), claims)
            write_all(connection, insert(advisory_aliases), aliases)
            write_all(connection, _SEEN, same)

        self._write(write)
        return len(news)

    async def retire(self, *, source: str, before: datetime) -> int:
        """Forget what the source had, but was not seen in since; says how many."""
        stale = (advisories.c.source == clean_text(source)) & (advisories.c.seen < before)
        ids = select(advisories.c.id).where(stale)

        def forget(connection: Connection) -> int:
            for table in (advisory_claims, advisory_aliases):
                connection.execute(delete(table).where(table.c.id.in_(ids)))
            return connection.execute(delete(advisories).where(stale)).rowcount

        return await self._run(lambda: self._write(forget))

    async def held(self, source: str) -> int:
        """How many records are kept that came from this source."""
        query = select(func.count()).select_from(advisories).where(advisories.c.source == clean_text(source))
        return await self._read(lambda connection: int(connection.execute(query).scalar_one()))

    async def totals(self) -> Totals:
        """How many records are kept."""
        query = select(advisories.c.withdrawn, advisories.c.malware, func.count().label("records")).group_by(
            advisories.c.withdrawn, advisories.c.malware
        )
        rows = await self._read(lambda connection: connection.execute(query).all())
        counted = {(bool(row.withdrawn), bool(row.malware)): int(row.records) for row in rows}
        return Totals(
            malware=counted.get((False, True), 0),
            vulnerabilities=counted.get((False, False), 0),
            withdrawn=counted.get((True, True), 0) + counted.get((True, False), 0),
        )

    async def sources(self) -> tuple[Source, ...]:
        """All sources that were ever tried, by name."""
        query = select(advisory_sources).order_by(advisory_sources.c.name)
        return await self._read(lambda connection: tuple(Source(**row) for row in connection.execute(query).mappings()))

    async def save_source(self, source: Source) -> None:
        """Remember how an attempt went."""
        row = {name: clean_text(item) if isinstance(item, str) else item for name, item in asdict(source).items()}
        await self._run(lambda: self._write(lambda connection: write_all(connection, self._upsert_source, [row])))

    async def _read(self, work: Callable[[Connection], _T]) -> _T:
        def read() -> _T:
            with self._engine.connect() as connection:
                return work(connection)

        return await self._run(read)

    def _write(self, work: Callable[[Connection], _T]) -> _T:
        """Run in one transaction; a busy database is asked again."""
        for attempt in range(_TRIES):
            try:
                with self._writing.begin() as connection:
                    return work(connection)
            except FAILURES as error:
                if not is_busy(error) or attempt == _TRIES - 1:
                    raise
                time.sleep(0.05 * 2**attempt)
        raise AssertionError  # pragma: no cover

    async def _run(self, work: Callable[[], _T]) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except FAILURES as error:
            raise storage_error(error, self._where) from error


async def open_advisories(url: str) -> SqlAdvisories:
    """Open a database by its URL, creating its tables; raises `StorageError`."""
    engine = _engine(url)
    store = SqlAdvisories(engine, where=engine.url.render_as_string(hide_password=True))
    try:
        await store._run(lambda: store._write(create))  # noqa: SLF001  (its own maker)
    except BaseException:
        await store.close()
        raise
    return store


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", begin)
    return engine
