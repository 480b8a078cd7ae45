"""Advisories in the database: a row for each record, and an indexed one for each project that it speaks of.

Looking up lies in the way of every install, so it takes one hop to a thread of its own and one indexed read,
where the asynchronous driver would hop several times for each statement.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

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
from pratique.storage.database import engine_for
from pratique.storage.dialects.statements import upsert
from pratique.storage.documents import clean_text, decode
from pratique.storage.schema import advisories, advisory_aliases, advisory_claims, advisory_sources
from pratique.storage.transactions import Transactions

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

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._find_by_project = str(_FIND.compile(dialect=transactions.engine.dialect))
        self._upsert_record = upsert(advisories, transactions.dialect)
        self._upsert_source = upsert(advisory_sources, transactions.dialect)

    async def close(self) -> None:
        """Finish what is under way and let the database go."""
        await self._transactions.close()

    async def of(self, project: ProjectName) -> tuple[Advisory, ...]:
        """What is said of a project, withdrawn records apart."""
        return await self._transactions.run(lambda: self._find(project))

    def _find(self, project: ProjectName) -> tuple[Advisory, ...]:
        """One indexed read, by the driver itself: the layers above it would cost more than the read."""
        dialect = self._transactions.engine.dialect
        connection = self._transactions.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(self._find_by_project, (project,) if dialect.positional else {"project": project})
            rows = cursor.fetchall()
            cursor.close()
        finally:
            connection.close()
        return tuple(decode(bytes(document), Advisory) or self._reread(str(one), project) for one, document in rows)

    def _reread(self, identity: str, project: ProjectName) -> Advisory:
        with self._transactions.engine.connect() as connection:
            return read_again(connection, identity, project)

    async def documents(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Whole records (JSON in one line) by id, withdrawn ones too; unknown ids are left out."""
        query = select(advisories.c.id, advisories.c.document)
        return await self._transactions.read(
            lambda connection: {
                row.id: zlib.decompress(row.document)
                for some in slices(ids)
                for row in connection.execute(query.where(advisories.c.id.in_(some)))
            }
        )

    async def named(self, alias: str) -> tuple[str, ...]:
        """Ids of the records that have this alias."""
        query = select(advisory_aliases.c.id).where(advisory_aliases.c.alias == clean_text(alias)).order_by("id")
        return await self._transactions.read(lambda connection: tuple(connection.execute(query).scalars()))

    async def moments(self, ids: Sequence[str]) -> dict[str, datetime]:
        """When each of these records was last modified; unknown ids are left out."""
        query = select(advisories.c.id, advisories.c.modified)
        return await self._transactions.read(
            lambda connection: {
                row.id: row.modified
                for some in slices(ids)
                for row in connection.execute(query.where(advisories.c.id.in_(some)))
            }
        )

    async def keep(self, records: Sequence[Record], *, source: str, seen: datetime) -> int:
        """Keep records, all or none of them; says how many were new or changed."""
        latest = latest_of(records)
        return await self._transactions.run(lambda: self._keep(latest, clean_text(source), seen))

    def _keep(self, latest: Mapping[str, Record], source: str, seen: datetime) -> int:
        """Compare first, since most of what is read again is the same; pack only what differs; then write."""
        with self._transactions.engine.connect() as connection:
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

        self._transactions.write(write)
        return len(news)

    async def retire(self, *, source: str, before: datetime) -> int:
        """Forget what the source had, but was not seen in since; says how many."""
        stale = (advisories.c.source == clean_text(source)) & (advisories.c.seen < before)
        ids = select(advisories.c.id).where(stale)

        def forget(connection: Connection) -> int:
            for table in (advisory_claims, advisory_aliases):
                connection.execute(delete(table).where(table.c.id.in_(ids)))
            return connection.execute(delete(advisories).where(stale)).rowcount

        return await self._transactions.change(forget)

    async def held(self, source: str) -> int:
        """How many records are kept that came from this source."""
        query = select(func.count()).select_from(advisories).where(advisories.c.source == clean_text(source))
        return await self._transactions.read(lambda connection: int(connection.execute(query).scalar_one()))

    async def totals(self) -> Totals:
        """How many records are kept."""
        query = select(advisories.c.withdrawn, advisories.c.malware, func.count().label("records")).group_by(
            advisories.c.withdrawn, advisories.c.malware
        )
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        counted = {(bool(row.withdrawn), bool(row.malware)): int(row.records) for row in rows}
        return Totals(
            malware=counted.get((False, True), 0),
            vulnerabilities=counted.get((False, False), 0),
            withdrawn=counted.get((True, True), 0) + counted.get((True, False), 0),
        )

    async def sources(self) -> tuple[Source, ...]:
        """All sources that were ever tried, by name."""
        query = select(advisory_sources).order_by(advisory_sources.c.name)
        return await self._transactions.read(
            lambda connection: tuple(Source(**row) for row in connection.execute(query).mappings())
        )

    async def save_source(self, source: Source) -> None:
        """Remember how an attempt went."""
        row = {name: clean_text(item) if isinstance(item, str) else item for name, item in asdict(source).items()}
        await self._transactions.change(lambda connection: write_all(connection, self._upsert_source, [row]))


async def open_advisories(url: str) -> SqlAdvisories:
    """Open a database by its URL, creating its tables; raises `StorageError`."""
    transactions = Transactions(engine_for(url), name="advisories")
    try:
        await transactions.prepare()
    except BaseException:
        await transactions.close()
        raise
    return SqlAdvisories(transactions)
