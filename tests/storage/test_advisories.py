from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.advisories.record import read_record
from pratique.errors import StorageError
from pratique.names import project_name
from pratique.storage.advisories import open_advisories
from pratique.storage.database import open_store
from tests.advisories.records import osv, raw
from tests.fakes.values import an_event

DEMO = project_name("demo")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MALWARE = read_record(raw(osv("MAL-1", versions=["1.0"])))


async def test_claim_of_another_shape_is_read_from_its_record(tmp_path: Path) -> None:
    """What a version before or after this one kept does not let malware pass: the record itself is asked."""
    path = tmp_path / "p.db"
    store = await open_advisories(f"sqlite:///{path}")
    await store.keep([MALWARE], source="a", seen=NOON)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE advisory_claims SET document = ?", (b'{"shape": "other"}',))
        connection.commit()
    assert await store.of(DEMO) == (MALWARE.claims[0][1],)
    await store.close()


async def test_shares_a_database_with_the_store(tmp_path: Path) -> None:
    """Record and advisories lie in one file, whoever opens it first; each sees what another process wrote."""
    url = f"sqlite:///{tmp_path / 'p.db'}"
    store, first, second = await open_store(url), await open_advisories(url), await open_advisories(url)
    await store.record([an_event(1)])
    assert await second.of(DEMO) == ()
    await first.keep([MALWARE], source="a", seen=NOON)
    assert [advisory.id for advisory in await second.of(DEMO)] == ["MAL-1"]
    assert await store.events() == [an_event(1)]
    for one in (store, first, second):
        await one.close()


async def test_damaged_database_is_told(tmp_path: Path) -> None:
    """A file that is no database gives the error that says what to do, and no thread is left behind."""
    (tmp_path / "p.db").write_bytes(b"no database at all, surely" * 100)
    with pytest.raises(StorageError, match="backup"):
        await open_advisories(f"sqlite:///{tmp_path / 'p.db'}")


async def test_lock_that_is_not_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that keeps the write lock gives an error that says so; looking up goes on."""
    monkeypatch.setattr("pratique.storage.transactions._TRIES", 1)
    monkeypatch.setattr("pratique.storage.dialects.engines.BUSY_SECONDS", 0.01)
    path = tmp_path / "p.db"
    store = await open_advisories(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another process"):
            await store.keep([MALWARE], source="a", seen=NOON)
        assert await store.of(DEMO) == ()
    assert await store.keep([MALWARE], source="a", seen=NOON) == 1
    await store.close()
