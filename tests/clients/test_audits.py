from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from pratique.advisories.record import read_record
from pratique.storage.advisories import open_advisories
from pratique.web.app import application
from pratique.web.console import templates
from pratique.web.keys import Site
from tests.advisories.records import osv, raw
from tests.gateway.world import wheel, wheel_bytes, world
from tests.support.server import environment

BIN = Path(sys.executable).parent
NOON = datetime(2026, 1, 1, tzinfo=UTC)
ODD = {"type": "WEB", "url": "nowhere"}
RECORDS = [
    osv("PYSEC-2026-1", events=[{"introduced": "0"}, {"fixed": "2.0"}], aliases=["CVE-2026-1"]),
    osv("GHSA-1", events=[{"introduced": "1.0", "fixed": "3.0"}], aliases=None, references=[ODD]),
    osv("PYSEC-2026-2", versions=["1.0"], withdrawn="2026-01-02T00:00:00Z"),
    osv("MAL-2026-1", versions=["3.0"]),
]
PROJECT = """\
[project]
name = "ours"
version = "1"
requires-python = ">=3.11"
dependencies = ["demo=={version}"]
"""


@dataclass
class Desk:
    """A served site, and a folder to work in."""

    url: str
    folder: Path

    async def run(self, *command: str) -> tuple[int, str]:
        """Run a real client that can reach nothing but the site; its exit status and all it printed."""
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self.folder,
            env={**environment(), "UV_PYTHON": sys.executable, "HOME": str(self.folder)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        return process.returncode or 0, printed.decode()

    async def uv_audit(self, version: str) -> tuple[int, str]:
        """Lock a project on one release through the gateway, and audit it here."""
        (self.folder / "pyproject.toml").write_text(PROJECT.replace("{version}", version))
        index = ("--default-index", f"{self.url}simple/")
        uv = shutil.which("uv", path=str(BIN)) or "uv"
        return await self.run(uv, "audit", "--no-cache", *index, "--service-url", f"{self.url}osv/")

    async def pip_audit(self, version: str) -> tuple[int, str]:
        """Audit a file of requirements here."""
        (self.folder / "requirements.txt").write_text(f"demo=={version}\n")
        options = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--cache-dir", str(self.folder / "cache"))
        service = ("-s", "osv", "--osv-url", f"{self.url}osv/v1/query", "--aliases", "on")
        return await self.run(str(BIN / "pip-audit"), "-r", "requirements.txt", *options, *service)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A project with three releases, and what is published about them."""
    store = await open_advisories(f"sqlite:///{tmp_path / 'advisories.db'}")
    await store.keep([read_record(raw(record)) for record in RECORDS], source="test", seen=NOON)
    files = {wheel(version): wheel_bytes(version) for version in ("1.0", "2.5", "3.0", "4.0")}
    async with world(tmp_path, files) as behind:
        site = Site(
            gateway=behind.gateway,
            store=behind.store,
            templates=templates(),
            hosts=frozenset({"127.0.0.1"}),
            instance="instance",
            advisories=store,
        )
        folder = tmp_path / "work"
        folder.mkdir()
        async with TestServer(application(site)) as server:
            yield Desk(url=str(server.make_url("/")), folder=folder)
    await store.close()


async def test_uv_audit_tells_what_is_known(desk: Desk) -> None:
    """It finds what affects the locked release, records that are oddly shaped included, and nothing withdrawn."""
    status, printed = await desk.uv_audit("1.0")
    assert status == 1, printed
    assert "PYSEC-2026-1" in printed
    assert "GHSA-1" in printed
    assert "Fixed in: 2.0" in printed
    assert "PYSEC-2026-2" not in printed


async def test_uv_audit_of_a_release_that_nothing_is_known_of(desk: Desk) -> None:
    """It is content."""
    status, printed = await desk.uv_audit("4.0")
    assert status == 0, printed


async def test_pip_audit_tells_what_is_known(desk: Desk) -> None:
    """It finds the same, with aliases and the release that mends it."""
    status, printed = await desk.pip_audit("1.0")
    assert status == 1, printed
    assert "PYSEC-2026-1" in printed
    assert "CVE-2026-1" in printed
    assert "GHSA-1" in printed
    assert "PYSEC-2026-2" not in printed
    assert "Found 2 known vulnerabilities" in printed


async def test_pip_audit_of_malware_and_of_what_nothing_is_known_of(desk: Desk) -> None:
    """Malware is told like any other record; nothing known is nothing told."""
    status, printed = await desk.pip_audit("3.0")
    assert status == 1, printed
    assert "MAL-2026-1" in printed
    status, printed = await desk.pip_audit("4.0")
    assert status == 0, printed
    assert "No known vulnerabilities found" in printed
