"""Backups: one moment of a whole database, in either kind of database, and nothing from a file that is damaged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from pratique.errors import StorageError
from pratique.storage.backup import Which, back_up
from pratique.storage.database import engine_for, open_store
from pratique.storage.releases import open_releases
from pratique.storage.restoring import check, restore
from pratique.storage.schema import events
from tests.fakes.values import NOON, a_page, a_report, an_event
from tests.storage.test_releases import PROJECT, a_file


async def fill(url: str) -> None:
    """Something of most kinds of column."""
    store = await open_store(url)
    await store.record([an_event(number, user_agent="pip\0é") for number in range(3)])
    await store.save_report(a_report(), engine="1")
    await store.save_page(a_page("1"), fetched=NOON)
    await store.close()
    releases = await open_releases(url)
    await releases.add(a_file(), PROJECT)
    await releases.close()


def saved(url: str, target: Path, blobs: dict[str, Path] | None = None, *, which: Which = "own") -> Path:
    """A backup of a database."""
    engine = engine_for(url)
    try:
        back_up(engine, target, program="test", blobs=blobs or {}, which=which, files=[])
    finally:
        engine.dispose()
    return target


def restored(url: str, source: Path, *, force: bool = False) -> None:
    """Restore into a database."""
    engine = engine_for(url)
    try:
        restore(engine, source, force=force)
    finally:
        engine.dispose()


async def contents(url: str) -> object:
    """What a database says."""
    store, releases = await open_store(url), await open_releases(url)
    try:
        return await store.events(), await store.projects(), await releases.files(PROJECT.name)
    finally:
        await store.close()
        await releases.close()


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
async def test_a_database_is_made_again_in_either_kind(
    source: str, target: str, url_of: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """All that is asked for returns as it was, and what is added gets the next number."""
    old = url_of(source)
    await fill(old)
    if target == "postgresql":
        server = request.getfixturevalue("postgres")
        with server.database() as new:
            await _same(old, new, tmp_path)
    else:
        await _same(old, f"sqlite:///{tmp_path / 'new.db'}", tmp_path)


async def _same(old: str, new: str, folder: Path) -> None:
    file = await asyncio.to_thread(saved, old, folder / "b")
    await asyncio.to_thread(restored, new, file)
    assert await contents(new) == await contents(old)
    store = await open_store(new)
    await store.record([an_event(9)])
    assert (await store.events(limit=1)) == [an_event(9)]
    await store.close()


async def test_a_backup_is_of_one_moment(database_url: str, tmp_path: Path) -> None:
    """What is written while a backup is made is in it whole or not at all: a report never without its event."""
    store = await open_store(database_url)
    await store.record([an_event(0)])
    backups = asyncio.create_task(asyncio.to_thread(saved, database_url, tmp_path / "b"))
    number = 0
    while not backups.done():
        number += 1
        await store.record([an_event(number), an_event(number)])
    await store.close()
    engine = engine_for(f"sqlite:///{tmp_path / 'new.db'}")
    restore(engine, await backups)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(events)).scalar_one() % 2 == 1
    engine.dispose()


async def test_what_holds_something_is_replaced_by_force_alone(database_url: str, tmp_path: Path) -> None:
    """Without it the refusal says what to do and nothing is changed; with it the log that only grows goes, too."""
    await fill(database_url)
    file = await asyncio.to_thread(saved, database_url, tmp_path / "b")
    store = await open_store(database_url)
    await store.record([an_event(7)])
    await store.close()
    with pytest.raises(StorageError, match="--force"):
        await asyncio.to_thread(restored, database_url, file)
    store = await open_store(database_url)
    assert len(await store.events()) == 4
    await store.close()
    await asyncio.to_thread(restored, database_url, file, force=True)
    store = await open_store(database_url)
    assert len(await store.events()) == 3
    await store.close()


async def test_every_changed_byte_is_found_and_nothing_is_lost(database_url: str, tmp_path: Path) -> None:
    """A backup that is cut off or changed anywhere is refused before the database is touched."""
    await fill(database_url)
    whole = await asyncio.to_thread(saved, database_url, tmp_path / "b")
    before = await contents(database_url)
    data = whole.read_bytes()
    bad = tmp_path / "bad"
    for at in [*range(0, len(data), 211), len(data) - 1]:
        bad.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            assert check(bad) == check(whole)  # a byte that says nothing: a time, a flag
        except StorageError:
            with pytest.raises(StorageError):
                await asyncio.to_thread(restored, database_url, bad, force=True)
    bad.write_bytes(data[: len(data) // 2])
    with pytest.raises(StorageError, match="damaged, or is no backup"):
        await asyncio.to_thread(restored, database_url, bad, force=True)
    assert await contents(database_url) == before


async def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """A database that is empty or not there is refused, and no file is left beside."""
    (tmp_path / "to").mkdir()
    with pytest.raises(StorageError, match="empty"):
        await asyncio.to_thread(saved, f"sqlite:///{tmp_path / 'p.db'}", tmp_path / "to" / "b")
    assert list((tmp_path / "to").iterdir()) == []


async def test_files_of_the_team_are_in_it(tmp_path: Path) -> None:
    """Of the blobs only those that nobody else has, unless all are wanted; nobody else may read the backup."""
    url = f"sqlite:///{tmp_path / 'p.db'}"
    await fill(url)
    blobs: dict[str, Path] = {a_file().sha256: tmp_path / "own", "f" * 64: tmp_path / "other"}
    for path in blobs.values():
        path.write_bytes(b"x")
    own = check(await asyncio.to_thread(saved, url, tmp_path / "1", blobs))
    both = check(await asyncio.to_thread(saved, url, tmp_path / "2", blobs, which="all"))
    assert [name for name in own.digests if name.startswith("blobs/")] == [f"blobs/{a_file().sha256}"]
    assert len([name for name in both.digests if name.startswith("blobs/")]) == len(own.blobs) == 2
    assert (tmp_path / "1").stat().st_mode & 0o077 == 0


async def test_another_programs_database_is_left_alone(database_url: str, tmp_path: Path) -> None:
    """A table that is not ours is neither used nor dropped, even by force."""
    source = f"sqlite:///{tmp_path / 'ours.db'}"
    await fill(source)
    file = await asyncio.to_thread(saved, source, tmp_path / "b")
    engine = engine_for(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE users (theirs INTEGER)"))
    engine.dispose()
    for work in (lambda: restored(database_url, file, force=True), lambda: asyncio.run(fill(database_url))):
        with pytest.raises(StorageError, match="not this program's"):
            await asyncio.to_thread(work)
