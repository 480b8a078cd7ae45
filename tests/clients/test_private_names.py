"""Dependency confusion against real clients: a private name never comes from the upstream, whatever that offers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pratique.cli import main
from tests.support.distributions import make_wheel
from tests.support.server import Server, environment, serving
from tests.support.upstream_server import LocalIndex

_UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A server whose index keeps ``initech-`` private, before an upstream that offers such names in high versions."""

    server: Server
    behind: LocalIndex
    folder: Path

    def install(self, client: str, requirement: str) -> tuple[int, str]:
        """Run a client; its exit status and all it printed."""
        target = ["--target", str(self.folder / "site"), requirement]
        url = self.server.index
        command = {
            "pip": [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", url, *target],
            "uv": [_UV, "pip", "install", "--no-cache", "--no-config", "--default-index", url, *target],
        }[client]
        done = subprocess.run(
            command, env=environment(), cwd=self.folder, capture_output=True, text=True, timeout=180, check=False
        )
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    @property
    def asked(self) -> set[str]:
        """Of which projects the upstream was asked for anything."""
        return {path for path in self.behind.counts if "initech" in path.lower()}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """The upstream also has a project that requires a private name, and one beside it."""
    behind, data = LocalIndex(), tmp_path / "data"
    behind.add(make_wheel("initech-billing", "99.0", {"initech_billing/__init__.py": "x = 1\n"}))
    behind.add(make_wheel("initechbilling", "1.0", {"initechbilling/__init__.py": "x = 1\n"}))
    needs = ["Requires-Dist: initech-billing"]
    behind.add(make_wheel("honest-demo", "1.0", {"honest_demo/__init__.py": "x = 1\n"}, fields=needs))
    with behind.serving_in_thread() as url:
        with serving(data, url):
            pass  # makes the database
        assert main(["project", "private", "initech-", "--reason", "ours", "--data", str(data)]) == 0
        with serving(data, url) as server:
            yield Shop(server=server, behind=behind, folder=tmp_path)


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_a_reserved_prefix_never_comes_from_the_upstream(shop: Shop, client: str) -> None:
    """Neither by its name, however it is written, nor as a dependency, though the upstream has a version 99.

    Whoever names a version is told as well: pip shows the one that there is.
    """
    pinned = "0+private.name.not.published.here" if client == "pip" else "publish it here first"
    for requirement, told in (
        ("initech-billing", "publish it here first"),
        ("Initech.Billing>=99.0", pinned),
        ("honest-demo", "publish it here first"),
    ):
        status, printed = shop.install(client, requirement)
        assert (status != 0, told in printed) == (True, True), printed
    assert shop.asked == set()
    assert not list((shop.folder).glob("site/initech*"))


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_a_name_beside_a_reserved_prefix_is_held_and_the_client_says_why(shop: Shop, client: str) -> None:
    """The person reads for whom the name could be taken, and nothing of the file was fetched."""
    status, printed = shop.install(client, "initechbilling")
    assert status != 0
    assert "quarantined: the name initechbilling could be taken for initech-, as private names here begin" in printed
    assert not [path for path in shop.asked if path.endswith(".whl")]
