"""The database: durable when it says so, and clear when it cannot be used."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from pratique.errors import StorageError
from pratique.storage.database import SqlStore, open_store
from tests.fakes.values import DEMO, NOON, a_page, a_report, an_event
from tests.storage.processes import child


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database lies."""
    return tmp_path / "p.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqlStore]:
    """An empty database."""
    store = await open_store(f"sqlite:///{path}")
    yield store
    await store.close()


def requests(path: Path) -> set[str]:
    """What a stranger's connection sees of the events."""
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT request FROM events")}


async def _open_and_close(path: Path) -> None:
    await (await open_store(f"sqlite:///{path}")).close()


async def test_record_returns_after_its_commit(store: SqlStore, path: Path) -> None:
    """Of many callers at once, each finds its own event in the file when it is answered."""

    async def one(number: int) -> bool:
        await store.record([an_event(number)])
        return an_event(number).request in await asyncio.to_thread(requests, path)

    assert all(await asyncio.gather(*(one(number) for number in range(200))))


async def test_callers_share_a_transaction(store: SqlStore) -> None:
    """Callers that wait together are committed together: far fewer transactions than callers."""
    begun = 0

    @event.listens_for(store._engine, "before_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal begun
        begun += statement == "BEGIN IMMEDIATE"

    await asyncio.gather(*(store.record([an_event(number)]) for number in range(300)))
    assert 1 <= begun <= 3


async def test_a_bad_row_harms_only_its_caller(store: SqlStore) -> None:
    """A write that the database refuses fails alone; those that shared its transaction are kept."""
    naive = replace(an_event(2), at=datetime(2026, 1, 1))  # noqa: DTZ001  (the point of it)
    good, bad, also = await asyncio.gather(
        *(store.record([event]) for event in (an_event(1), naive, an_event(3))), return_exceptions=True
    )
    assert (good, also) == (None, None)
    assert isinstance(bad, StorageError)
    assert {event.request for event in await store.events()} == {"r1", "r3"}


async def test_closing_writes_what_waits(path: Path) -> None:
    """What was handed over before the database is closed is in it; afterwards it says that it is closed."""
    store = await open_store(f"sqlite:///{path}")
    waiting = [asyncio.create_task(store.record([an_event(number)])) for number in range(10)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*waiting)
    assert len(requests(path)) == 10
    with pytest.raises(StorageError, match="closed"):
        await store.record([an_event(11)])


@pytest.mark.parametrize("answers", [1, 17, 150, 400])
async def test_killed_writer_loses_nothing_it_answered(tmp_path: Path, path: Path, answers: int) -> None:
    """After `kill -9` in the middle of writing, everything that was reported as recorded is there."""
    async with child("record", tmp_path) as process:
        assert process.stdout is not None
        said = [await process.stdout.readline() for _ in range(answers)]
        process.kill()
        said += (await process.stdout.read()).splitlines(keepends=True)
    answered = {line.decode().strip() for line in said if line.endswith(b"\n")}
    store = await open_store(f"sqlite:///{path}")
    kept = {event.request for event in await store.events(limit=1_000_000)}
    await store.close()
    assert len(answered) >= answers
    assert answered <= kept


async def test_two_processes_write_at_once(tmp_path: Path, store: SqlStore) -> None:
    """A second process's writes make nobody fail: each waits for its turn."""
    async with child("record", tmp_path) as process:
        assert process.stdout is not None
        await process.stdout.readline()
        for number in range(100):
            await store.record([replace(an_event(number), request=f"ours {number}")])
    ours = [event for event in await store.events(limit=1_000_000) if event.request.startswith("ours")]
    assert len(ours) == 100


async def test_text_that_no_database_takes(store: SqlStore) -> None:
    """Lone surrogates and NUL, which hostile headers and members carry, are kept in escaped form."""
    await store.record([an_event(1, user_agent="pip\udcff\0")])
    await store.save_report(a_report(message="see \ud800"), engine="1")
    (report,) = await store.judged(DEMO, engine="1")
    assert (await store.events())[0].user_agent == "pip\\udcff\\x00"
    assert report.findings[0].message == "see \\ud800"


async def test_document_of_another_shape_is_unknown(store: SqlStore, path: Path) -> None:
    """A remembered page that this version cannot read is as though it had never been fetched."""
    await store.save_page(a_page("1"), fetched=NOON)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE pages SET document = ?", (b'{"shape": "other"}',))
        connection.commit()
    assert await store.page(DEMO) is None


async def test_newer_schema_is_refused(store: SqlStore, path: Path) -> None:
    """A database from a newer program is left alone, with the remedy."""
    await store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
        connection.commit()
    with pytest.raises(StorageError, match=r"schema 99.*newer version of the program"):
        await open_store(f"sqlite:///{path}")


async def test_reopened_database_is_as_it_was(store: SqlStore, path: Path) -> None:
    """Opening again neither fails nor empties it."""
    await store.record([an_event(1)])
    again = await open_store(f"sqlite:///{path}")
    assert await again.events() == [an_event(1)]
    await again.close()


def test_damaged_file(path: Path) -> None:
    """A file that is no database is said to be damaged, and is not overwritten."""
    path.write_bytes(b"not a database, surely" * 100)
    with pytest.raises(StorageError, match="backup"):
        asyncio.run(_open_and_close(path))
    assert path.read_bytes().startswith(b"not a database")


async def test_missing_folder(tmp_path: Path) -> None:
    """A folder that does not exist is named, with the remedy."""
    with pytest.raises(StorageError, match="folder exists"):
        await open_store(f"sqlite:///{tmp_path / 'missing' / 'p.db'}")


@pytest.mark.parametrize("url", ["nonsense", "://"])
async def test_unreadable_url(url: str) -> None:
    """What is no URL is refused with an example of one."""
    with pytest.raises(StorageError, match="sqlite:///"):
        await open_store(url)


async def test_lock_that_is_not_given_back(store: SqlStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that keeps the write lock gives an error that says so; reading goes on."""
    monkeypatch.setattr("pratique.storage.writer._TRIES", 2)
    await store.record([an_event(1)])
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=10")
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another process"):
            await store.record([an_event(2)])
        assert await store.events() == [an_event(1)]
    await store.record([an_event(3)])
