from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from pratique.ports import EventKind
from pratique.storage.database import SqlStore
from tests.gateway.world import BAD, DEMO, wheel, wheel_bytes, world
from tests.support.server import environment

GOOD, EVIL = wheel("1.0"), wheel("2.0")
UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"


@dataclass
class Shop:
    """A served index, and a folder for what a client does."""

    index: str
    store: SqlStore
    folder: Path

    async def install(self, client: str, requirement: str) -> tuple[int, str]:
        """Run a real client that can reach nothing but the gateway; its exit status and all it printed."""
        target = ["--target", str(self.folder / "site"), requirement]
        command = {
            "pip": [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", self.index, *target],
            "uv": [UV, "pip", "install", "--no-cache", "--no-config", "--default-index", self.index, *target],
        }[client]
        process = await asyncio.create_subprocess_exec(
            *command, env=environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        printed, _ = await process.communicate()
        return process.returncode or 0, " ".join(printed.decode().split())


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """An honest project whose newest release is bad."""
    async with (
        world(tmp_path, {GOOD: wheel_bytes("1.0"), EVIL: wheel_bytes("2.0", b"# " + BAD)}) as made,
        TestServer(made.site()) as server,
    ):
        yield Shop(index=str(server.make_url("/simple/")), store=made.store, folder=tmp_path)


@pytest.mark.parametrize("client", ["pip", "uv"])
async def test_exact_pin_prints_rule_place_and_report(shop: Shop, client: str) -> None:
    """Who pins the bad release reads rule, file, line and the report's address in their own tool."""
    status, printed = await shop.install(client, "demo==2.0")
    assert status != 0
    assert "dropper in setup.py:3" in printed
    assert "/report/" in printed


@pytest.mark.parametrize("client", ["pip", "uv"])
async def test_unpinned_is_refused_once_then_installs_the_older(shop: Shop, client: str) -> None:
    """The first run meets the unjudged release and is told why; the second takes the older one by itself."""
    status, printed = await shop.install(client, "demo")
    assert (status != 0, "dropper" in printed) == (True, True)
    status, printed = await shop.install(client, "demo")
    assert status == 0, printed
    assert (shop.folder / "site" / "demo-1.0.dist-info").is_dir()
    given = [event for event in await shop.store.events(project=DEMO) if event.kind is EventKind.DOWNLOAD]
    assert {event.filename for event in given} == {GOOD}
    assert all(event.sha256 for event in given)
