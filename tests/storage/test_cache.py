"""What is remembered of upstreams' files, in each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from pratique.cache import Arrival, Shelved, Stock
from pratique.names import project_name
from pratique.ports import KnownFile
from pratique.storage.cache import SqlShelf, open_shelf
from pratique.storage.database import engine_for, open_store
from pratique.storage.releases import open_releases
from pratique.storage.releases_schema import own_files
from tests.fakes.values import digest

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_DEMO = project_name("demo")


@asynccontextmanager
async def _shelf(url: str) -> AsyncIterator[SqlShelf]:
    shelf = await open_shelf(url)
    try:
        yield shelf
    finally:
        await shelf.close()


def _arrival(name: str, hours: int, *, size: int = 10, upstream: str = "mirror") -> Arrival:
    filename = f"{name}-1.0.tar.gz"
    return Arrival(
        sha256=digest(name),
        size=size,
        project=_DEMO,
        filename=filename,
        upstream=upstream,
        at=_NOW + hours * _HOUR,
    )


async def _oldest(shelf: SqlShelf, *, hours: int = 100) -> list[str]:
    return [one.sha256 for one in await shelf.oldest(before=_NOW + hours * _HOUR, limit=10)]


async def test_the_longest_unused_come_first(database_url: str) -> None:
    """By the last use; what was used since the moment asked for is left out, what is unknown passed over."""
    async with _shelf(database_url) as shelf:
        for number, name in enumerate("abc"):
            await shelf.arrived(_arrival(name, number))
        await shelf.used({digest("a"): _NOW + 5 * _HOUR, digest("unknown"): _NOW})
        assert await _oldest(shelf) == [digest("b"), digest("c"), digest("a")]
        assert await _oldest(shelf, hours=2) == [digest("b")]
        assert await shelf.stock() == Stock(files=3, size=30)


async def test_what_left_comes_back_as_it_was_known(database_url: str) -> None:
    """Where bytes came from outlasts them, under each of their names; fetched again they are there once."""
    async with _shelf(database_url) as shelf:
        first, again = _arrival("a", 0), _arrival("a", 9, upstream="other")
        await shelf.arrived(first)
        await shelf.forget([digest("a")])
        assert await shelf.stock() == Stock()
        assert list(await shelf.arrivals(digest("a"))) == [first]
        await shelf.arrived(again)
        await shelf.arrived(again)
        assert list(await shelf.arrivals(digest("a"))) == [again]
        assert await shelf.stock() == Stock(files=1, size=10)


async def test_a_pin_stays_when_bytes_come_again(database_url: str) -> None:
    """It is found by file name or digest, kept out of what may go, and taken off by an empty reason."""
    async with _shelf(database_url) as shelf:
        await shelf.arrived(_arrival("a", 0))
        await shelf.pin(digest("a"), "the release of March")
        await shelf.arrived(_arrival("a", 1))
        assert await _oldest(shelf) == []
        assert await shelf.stock() == Stock(files=1, size=10, pinned=1)
        for target in ("a-1.0.tar.gz", digest("a")[:8]):
            ((shelved, arrivals),) = await shelf.find(target)
            assert (shelved.pinned, arrivals[0].filename) == ("the release of March", "a-1.0.tar.gz")
        assert await shelf.find("%") == []
        await shelf.pin(digest("a"), "")
        assert await _oldest(shelf) == [digest("a")]
        assert await shelf.pinned() == []


async def test_uploads_never_give_way(database_url: str) -> None:
    """Not even where an upstream has the same bytes: neither the file, nor its metadata, nor its provenance."""
    await (await open_releases(database_url)).close()
    row: dict[str, object] = {column.name: "" for column in own_files.columns if column.name not in {"id", "size"}}
    row |= {"size": 1, "uploaded": _NOW, "about": b"", "filename": "own-1.0.tar.gz"}
    row |= {"sha256": digest("a"), "metadata": digest("b"), "provenance": digest("c")}
    engine = engine_for(database_url)
    with engine.begin() as connection:
        connection.execute(insert(own_files), row)
    engine.dispose()
    async with _shelf(database_url) as shelf:
        for number, name in enumerate("abcd"):
            await shelf.arrived(_arrival(name, number))
        assert await _oldest(shelf) == [digest("d")]
        await shelf.forget([digest(name) for name in "abcd"])
        found = [Shelved(sha256=digest(name), size=1, used=_NOW - 48 * _HOUR) for name in "abcd"]
        await shelf.adopt(found, now=_NOW)
        assert await shelf.stock() == Stock(files=1, size=1)


async def test_the_record_follows_the_disk_after_a_kill(database_url: str) -> None:
    """Rows without bytes go; bytes without a row are adopted, but for new ones that nobody knows: uploads under way."""
    store = await open_store(database_url)
    await store.save_file(KnownFile(project=_DEMO, filename="f", url="u", sha256=digest("fetched")))
    await store.close()
    async with _shelf(database_url) as shelf:
        await shelf.arrived(_arrival("gone", 0))
        await shelf.arrived(_arrival("future", 500))
        found = [
            Shelved(sha256=digest("future"), size=10, used=_NOW),
            Shelved(sha256=digest("fetched"), size=10, used=_NOW - _HOUR),
            Shelved(sha256=digest("new"), size=10, used=_NOW - _HOUR),
            Shelved(sha256=digest("left"), size=10, used=_NOW - 30 * _HOUR),
        ]
        await shelf.adopt(found, now=_NOW)
        assert await _oldest(shelf, hours=1) == [digest("left"), digest("fetched"), digest("future")]
