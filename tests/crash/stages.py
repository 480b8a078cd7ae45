"""A server that stops for ever at one stage of a file's way, so that a test can kill it there.

``python -m tests.crash.stages STAGE FOLDER UPSTREAM``; it says on which port it listens, and when it is at the stage.
The store, the blobs and the way to the upstream are real; what inspects is a fake.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from aiohttp import web

from pratique.gateway.caching import BoundedCache, Bounds
from pratique.gateway.gateway import Gateway, Ports, Rules
from pratique.index.parse import parse_page
from pratique.ports import BlobWriter, Event, EventKind, KnownFile, Priority, Store, StoredBlob, Ticket
from pratique.storage.cache import open_shelf
from pratique.storage.database import SqlStore, open_store
from pratique.storage.disk import DiskBlobs
from pratique.upstream import HttpUpstream
from pratique.verdict import Report
from pratique.web.app import application
from pratique.web.console import templates
from pratique.web.keys import Site
from tests.fakes.memory import FakeClock, FakeInspector
from tests.gateway.world import judge

STAGES = ("spooling", "hashed", "kept", "listed", "inspecting", "judged", "verdict", "answering", "answered")


@dataclass
class Stop:
    """The stage at which everything ends."""

    stage: str

    async def at(self, stage: str) -> None:
        """Say so and wait for ever, where this is the stage."""
        if stage == self.stage:
            say(f"at {stage}")
            await asyncio.Event().wait()


def say(text: str) -> None:
    """A line that the test reads at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@dataclass
class _Writer:
    inner: BlobWriter
    stop: Stop

    async def write(self, chunk: bytes) -> None:
        await self.inner.write(chunk)
        await self.stop.at("spooling")

    async def commit(self, *, expected: str | None = None) -> StoredBlob:
        await self.stop.at("hashed")
        blob = await self.inner.commit(expected=expected)
        await self.stop.at("kept")
        return blob


class _Blobs(DiskBlobs):
    def __init__(self, folder: Path, stop: Stop) -> None:
        super().__init__(folder)
        self._stop = stop

    @asynccontextmanager
    async def spool(self) -> AsyncIterator[BlobWriter]:
        async with super().spool() as writer:
            yield _Writer(writer, self._stop)


@dataclass
class _Store:
    """The real one, which stops before or after it writes."""

    inner: SqlStore
    stop: Stop

    async def save_file(self, file: KnownFile) -> None:
        await self.inner.save_file(file)
        await self.stop.at("listed")

    async def record(self, events: Iterable[Event]) -> None:
        events = list(events)
        given = any(event.kind is EventKind.DOWNLOAD for event in events)
        await self.stop.at("answering" if given else "judged")
        await self.inner.record(events)
        await self.stop.at("answered" if given else "verdict")

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


@dataclass
class _Inspector(FakeInspector):
    stop: Stop = field(default_factory=lambda: Stop(""))

    async def inspect(self, ticket: Ticket, *, priority: Priority) -> Report:
        await self.stop.at("inspecting")
        return await super().inspect(ticket, priority=priority)


async def serve(stage: str, folder: Path, upstream: str) -> None:
    """Until it is killed."""
    stop, url = Stop(stage), f"sqlite:///{folder / 'pratique.db'}"
    store, blobs, clock, shelf = (
        await open_store(url),
        _Blobs(folder / "blobs", stop),
        FakeClock(),
        await open_shelf(url),
    )
    async with HttpUpstream(upstream, parse=parse_page, pause=0) as up:
        ports = Ports(
            store=cast("Store", _Store(store, stop)),
            blobs=blobs,
            upstream=up,
            inspector=_Inspector(judge=judge, stop=stop),
            clock=clock,
            cache=BoundedCache(shelf=shelf, blobs=blobs, clock=clock, bounds=Bounds()),
        )
        gateway = Gateway(ports, Rules())
        site = Site(
            gateway=gateway, store=store, templates=templates(), hosts=frozenset({"127.0.0.1"}), instance="instance"
        )
        runner = web.AppRunner(application(site), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        say(f"port {runner.addresses[0][1]}")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
