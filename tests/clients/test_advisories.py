"""The real server, real clients, and advisories that come while it runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.advisories.records import osv, write_folder
from tests.support.distributions import make_wheel
from tests.support.server import Server, environment, serving
from tests.support.upstream_server import LocalIndex

_UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
_MALWARE = osv("MAL-2026-1", project="honest-demo", events=[{"introduced": "2.0"}])
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A gateway that looks into a folder for advisories, and a folder for what a client does."""

    server: Server
    records: Path
    folder: Path

    def run(self, *command: str) -> tuple[int, str]:
        """Run something that can reach nothing but the gateway; its exit status and all it printed."""
        done = subprocess.run(
            command, env=environment(), cwd=self.folder, capture_output=True, text=True, timeout=180, check=False
        )
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    def install(self, client: str, requirement: str) -> tuple[int, str]:
        """Run a client."""
        index, target = self.server.index, ["--target", str(self.folder / "site"), requirement]
        if client == "pip":
            return self.run(sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", index, *target)
        return self.run(_UV, "pip", "install", "--no-cache", "--no-config", "--default-index", index, *target)

    def import_advisories(self) -> None:
        """Bring them in from another process."""
        command = (sys.executable, "-m", "pratique", "advisories", "import", str(self.records))
        status, printed = self.run(*command, "--data", str(self.server.data))
        assert status == 0, printed

    def await_advisories(self) -> None:
        """Return once the server has looked into the folder."""
        end = time.monotonic() + _PATIENCE
        while b"last success 20" not in (self.server.get("/readyz").body or b""):
            assert time.monotonic() < end, self.server.said


def _path(version: str) -> str:
    return f"/files/honest-demo/honest_demo-{version}-py3-none-any.whl"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Two releases of an honest project; nothing is published about them yet."""
    behind = LocalIndex()
    for version in ("1.0", "2.0"):
        behind.add(make_wheel("honest-demo", version, {"honest_demo/__init__.py": "x = 1\n"}))
    records = write_folder(tmp_path / "records", [osv("PYSEC-2026-1", project="other", versions=["1"])])
    with (
        behind.serving_in_thread() as url,
        serving(tmp_path / "data", url, "--advisories", str(records)) as server,
    ):
        yield Shop(server=server, records=records, folder=tmp_path)


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_known_malware_is_told_in_the_clients_own_tool(shop: Shop, client: str) -> None:
    """Who pins it reads the advisory's id; who does not gets the release before it."""
    write_folder(shop.records, [_MALWARE])
    shop.import_advisories()
    status, printed = shop.install(client, "honest-demo==2.0")
    assert status != 0
    assert "MAL-2026-1" in printed
    status, printed = shop.install(client, "honest-demo")
    assert status == 0, printed
    assert (shop.folder / "site" / "honest_demo-1.0.dist-info").is_dir()


def test_advisory_from_another_process_holds_soon(shop: Shop) -> None:
    """A file that was served a moment ago is refused once the import has ended, and what the server keeps is old."""
    assert shop.server.get(_path("2.0")).status == 200
    write_folder(shop.records, [_MALWARE])
    shop.import_advisories()
    end = time.monotonic() + _PATIENCE
    while (answer := shop.server.get(_path("2.0"))).status == 200:
        assert time.monotonic() < end
    assert answer.status == 403
    assert b"MAL-2026-1" in (answer.body or b"")
    assert shop.server.get(_path("1.0")).status == 200


def test_server_looks_for_advisories_by_itself(shop: Shop) -> None:
    """What lies in the folder when it starts is in force soon after, and its last success is told."""
    shop.await_advisories()
    answer = shop.server.get("/osv/v1/vulns/PYSEC-2026-1")
    assert answer.status == 200
