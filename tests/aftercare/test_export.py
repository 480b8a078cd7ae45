"""An export over HTTP, the way from its address to the answer: real server, real client, real database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from pratique.aftercare.importing import Importer
from pratique.names import project_name
from pratique.storage.advisories import open_advisories
from pratique.upstream.feed import HttpFeed
from tests.advisories.records import osv, write_folder, write_zip
from tests.fakes.memory import FakeClock

NEW = "2026-03-01T00:00:00Z"


def publish(export: Path, *records: dict[str, Any]) -> None:
    """Lay records out as OSV lays out an ecosystem."""
    write_folder(export, records)
    write_zip(export / "all.zip", records)
    listed = sorted((f"{record['modified']},{record['id']}\n" for record in records), reverse=True)
    (export / "modified_id.csv").write_text("".join(listed))


async def test_from_address_to_answer(tmp_path: Path) -> None:
    """Everything is fetched once, then what changed; without a list the etag tells that nothing has."""
    export, work = tmp_path / "PyPI", tmp_path / "work"
    work.mkdir()
    publish(export, osv("MAL-1", versions=["1"]), osv("PYSEC-1", versions=["1"]))
    app = web.Application()
    app.router.add_static("/PyPI/", export)
    store = await open_advisories(f"sqlite:///{tmp_path / 'p.db'}")
    async with TestServer(app) as server, HttpFeed() as feed:
        clock = FakeClock(at=datetime(2026, 2, 1, tzinfo=UTC))
        importer = Importer(store=store, feed=feed, clock=clock, folder=work)
        address = str(server.make_url("/PyPI/"))
        first = await importer.refresh(address)
        publish(
            export,
            osv("MAL-1", versions=["1"], modified=NEW, withdrawn=NEW),
            osv("MAL:2", versions=["2"], modified=NEW),
        )
        second = await importer.refresh(address)
        (export / "modified_id.csv").unlink()
        third, fourth = [await importer.refresh(address) for _ in range(2)]
    assert (first.whole, first.changed) == (True, 2)
    assert (second.whole, second.changed) == (False, 2)
    assert (third.same, fourth.same) == (False, True)
    assert sorted(one.id for one in await store.of(project_name("demo"))) == ["MAL:2", "PYSEC-1"]
    assert list(work.iterdir()) == []
    await store.close()
