"""What is kept of upstreams' files, in a SQL database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, exists, func, insert, or_, select, update

from pratique.cache import Arrival, Shelved, Stock
from pratique.names import ProjectName, Sha256
from pratique.storage.cache_schema import cache_arrivals, cache_blobs
from pratique.storage.database import engine_for
from pratique.storage.dialects.statements import upsert
from pratique.storage.releases_schema import own_files
from pratique.storage.schema import files
from pratique.storage.transactions import Transactions

_T = TypeVar("_T")
_MANY = 500
"""Values in one statement."""
_NEW = timedelta(days=1)
"""A blob that nobody knows may be an upload on its way; after this time it is what a killed process left."""


class SqlShelf:
    """`pratique.cache.Shelf` and `Pins`; made by `open_shelf`."""

    def __init__(self, url: str) -> None:
        self._transactions = Transactions(engine_for(url), name="cache")

    async def prepare(self) -> None:
        """Create the tables that are missing; raises `StorageError`."""
        await self._transactions.prepare()

    async def close(self) -> None:
        """Let the database go."""
        await self._transactions.close()

    async def arrived(self, arrival: Arrival) -> None:
        """A file was fetched and is kept; what was pinned before stays so."""

        def change(connection: Connection) -> None:
            connection.execute(upsert(cache_arrivals, self._transactions.dialect), _arrival_row(arrival))
            again = update(cache_blobs).where(cache_blobs.c.sha256 == arrival.sha256)
            if not connection.execute(again.values(used=arrival.at)).rowcount:
                row = {"sha256": arrival.sha256, "size": arrival.size, "used": arrival.at, "pinned": ""}
                connection.execute(insert(cache_blobs), row)

        await self._transactions.change(change)

    async def used(self, uses: Mapping[Sha256, datetime]) -> None:
        """When blobs were used last."""
        statement = (
            update(cache_blobs).where(cache_blobs.c.sha256 == bindparam("blob")).values(used=bindparam("moment"))
        )
        rows = [{"blob": sha256, "moment": moment} for sha256, moment in sorted(uses.items())]

        def change(connection: Connection) -> None:
            for some in _batches(rows):
                connection.execute(statement, list(some))

        await self._transactions.change(change)

    async def stock(self) -> Stock:
        """Sums over all rows."""
        query = select(
            func.count().label("files"),
            func.coalesce(func.sum(cache_blobs.c.size), 0).label("size"),
            func.count().filter(cache_blobs.c.pinned != "").label("pinned"),
        ).select_from(cache_blobs)
        row = (await self._transactions.read(lambda connection: connection.execute(query).all()))[0]
        return Stock(files=row.files, size=int(row.size), pinned=row.pinned)

    async def oldest(self, *, before: datetime, limit: int, skip: int = 0) -> Sequence[Shelved]:
        """The team's own bytes are left out, even where an upstream has them as well."""
        query = (
            select(cache_blobs)
            .where(cache_blobs.c.used < before, cache_blobs.c.pinned == "", ~_is_own())
            .order_by(cache_blobs.c.used, cache_blobs.c.sha256)
            .limit(limit)
            .offset(skip)
        )
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return [_shelved(row) for row in rows]

    async def forget(self, blobs: Collection[Sha256]) -> None:
        """These are not kept any more."""

        def change(connection: Connection) -> None:
            for some in _batches(sorted(blobs)):
                connection.execute(delete(cache_blobs).where(cache_blobs.c.sha256.in_(some)))

        await self._transactions.change(change)

    async def arrivals(self, sha256: Sha256) -> Sequence[Arrival]:
        """As which files these bytes were fetched, the last first."""
        return (await self._transactions.read(lambda connection: _arrivals(connection, [sha256]))).get(sha256, [])

    async def adopt(self, found: Iterable[Shelved], *, now: datetime) -> None:
        """What is on the disk and on no row, and what is on a row and not on the disk."""
        there = {one.sha256: one for one in found}

        def change(connection: Connection) -> None:
            rows = {row.sha256 for row in connection.execute(select(cache_blobs.c.sha256))}
            for some in _batches(sorted(rows - there.keys())):
                connection.execute(delete(cache_blobs).where(cache_blobs.c.sha256.in_(some)))
            own, fetched = _own(connection), {row.sha256 for row in connection.execute(select(files.c.sha256))}
            new = [one for sha256, one in there.items() if sha256 not in rows and sha256 not in own]
            ours = [one for one in new if one.sha256 in fetched or one.used < now - _NEW]
            for batch in _batches(ours):
                connection.execute(insert(cache_blobs), [asdict(one) for one in batch])
            connection.execute(update(cache_blobs).where(cache_blobs.c.used > now).values(used=now))

        await self._transactions.change(change)

    async def find(self, target: str) -> Sequence[tuple[Shelved, Sequence[Arrival]]]:
        """By a file's name, or by the beginning of a digest."""
        named = select(cache_arrivals.c.sha256).where(cache_arrivals.c.filename == target)
        return await self._with_arrivals(
            or_(cache_blobs.c.sha256.in_(named), cache_blobs.c.sha256.startswith(target, autoescape=True))
        )

    async def pinned(self) -> Sequence[tuple[Shelved, Sequence[Arrival]]]:
        """All that has to stay."""
        return await self._with_arrivals(cache_blobs.c.pinned != "")

    async def pin(self, sha256: Sha256, reason: str) -> None:
        """Keep these bytes, or let them go."""
        statement = update(cache_blobs).where(cache_blobs.c.sha256 == sha256).values(pinned=reason)
        await self._transactions.change(lambda connection: connection.execute(statement))

    async def _with_arrivals(self, which: ColumnElement[bool]) -> Sequence[tuple[Shelved, Sequence[Arrival]]]:
        def read(connection: Connection) -> Sequence[tuple[Shelved, Sequence[Arrival]]]:
            rows = connection.execute(select(cache_blobs).where(which).order_by(cache_blobs.c.sha256)).all()
            known = _arrivals(connection, [row.sha256 for row in rows])
            return [(_shelved(row), known.get(row.sha256, [])) for row in rows]

        return await self._transactions.read(read)


async def open_shelf(url: str) -> SqlShelf:
    """What is kept of upstreams' files in a database by its URL; raises `StorageError`."""
    shelf = SqlShelf(url)
    try:
        await shelf.prepare()
    except BaseException:
        await shelf.close()
        raise
    return shelf


def _batches(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (values[start : start + _MANY] for start in range(0, len(values), _MANY))


def _is_own() -> ColumnElement[bool]:
    """Whether a row's bytes are also those of an upload, or lie beside one."""
    beside = (own_files.c.sha256, own_files.c.metadata, own_files.c.provenance)
    return or_(*(exists().where(column == cache_blobs.c.sha256) for column in beside))


def _own(connection: Connection) -> set[str]:
    query = select(own_files.c.sha256, own_files.c.metadata, own_files.c.provenance)
    return {digest for row in connection.execute(query) for digest in row if digest}


def _arrivals(connection: Connection, blobs: Sequence[str]) -> dict[str, list[Arrival]]:
    found: dict[str, list[Arrival]] = {}
    for some in _batches(blobs):
        query = select(cache_arrivals).where(cache_arrivals.c.sha256.in_(some)).order_by(cache_arrivals.c.at.desc())
        for row in connection.execute(query):
            found.setdefault(row.sha256, []).append(_arrival(row))
    return found


def _arrival_row(arrival: Arrival) -> dict[str, object]:
    return {
        "sha256": arrival.sha256,
        "project": arrival.project,
        "filename": arrival.filename,
        "upstream": arrival.upstream,
        "size": arrival.size,
        "at": arrival.at,
    }


def _arrival(row: Row[Any]) -> Arrival:
    return Arrival(
        sha256=Sha256(row.sha256),
        size=row.size,
        project=ProjectName(row.project),
        filename=row.filename,
        upstream=row.upstream,
        at=row.at,
    )


def _shelved(row: Row[Any]) -> Shelved:
    return Shelved(sha256=Sha256(row.sha256), size=row.size, used=row.used, pinned=row.pinned)
