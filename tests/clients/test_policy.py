"""The real server and real clients under a policy that changes while it runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.distributions import make_wheel
from tests.support.server import Server, environment, events, serving
from tests.support.upstream_server import LocalIndex

_UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
_PATIENCE = 60.0
_DENY = '[[deny]]\nproject = "honest-demo"\nversions = ">=2"\nreason = "wait for the review"\n'
_STRICT = '[indexes.strict]\n[[indexes.strict.deny]]\nproject = "honest-demo"\nversions = ">=2"\nreason = "not yet"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A gateway with a policy, and a folder for what a client does."""

    server: Server
    policy: Path
    folder: Path
    behind: LocalIndex

    def say(self, text: str, *, until: Callable[[], bool], at_once: bool = False) -> None:
        """Write another policy, as an editor does, and wait until it shows."""
        new = self.policy.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.replace(self.policy)
        if at_once:
            os.kill(self.server.process.pid, signal.SIGHUP)
        end = time.monotonic() + _PATIENCE
        while not until():
            assert time.monotonic() < end, self.server.said

    def install(self, client: str, requirement: str, index: str = "") -> tuple[int, str]:
        """Run a client; its exit status and all it printed."""
        url = self.server.index.replace("/simple/", f"/{index}/simple/") if index else self.server.index
        target = ["--target", str(self.folder / f"site{index}"), requirement]
        command = {
            "pip": [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", url, *target],
            "uv": [_UV, "pip", "install", "--no-cache", "--no-config", "--default-index", url, *target],
        }[client]
        done = subprocess.run(
            command, env=environment(), cwd=self.folder, capture_output=True, text=True, timeout=180, check=False
        )
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    def status(self, version: str, index: str = "") -> int:
        """What a request for a wheel is answered with."""
        before = f"/{index}" if index else ""
        return self.server.get(f"{before}/files/honest-demo/honest_demo-{version}-py3-none-any.whl").status


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Two releases of an honest project; the policy says that nothing is to be observed but kept."""
    behind, policy = LocalIndex(), tmp_path / "policy.toml"
    for version in ("1.0", "2.0"):
        behind.add(make_wheel("honest-demo", version, {"honest_demo/__init__.py": "x = 1\n"}))
    policy.write_text(_STRICT, encoding="utf-8")
    with (
        behind.serving_in_thread() as url,
        serving(tmp_path / "data", url, "--policy", str(policy)) as server,
    ):
        yield Shop(server=server, policy=policy, folder=tmp_path, behind=behind)


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_a_further_index_refuses_what_the_main_one_serves(shop: Shop, client: str) -> None:
    """The person who pins it reads the policy's reason; who does not is given the older release."""
    status, printed = shop.install(client, "honest-demo==2.0", "strict")
    assert status != 0
    assert "honest-demo 2.0 is not wanted here: not yet" in printed
    status, printed = shop.install(client, "honest-demo", "strict")
    assert status == 0, printed
    assert (shop.folder / "sitestrict" / "honest_demo-1.0.dist-info").is_dir()
    status, printed = shop.install(client, "honest-demo")
    assert status == 0, printed
    assert (shop.folder / "site" / "honest_demo-2.0.dist-info").is_dir()
    assert shop.server.get("/other/simple/honest-demo/").status == 404
    assert shop.server.get("/strict/simple/honest-demo/").status == 200


def test_another_policy_comes_into_force_while_the_server_runs(shop: Shop) -> None:
    """By itself and on SIGHUP; a broken file changes nothing and is told; all of it is on record."""
    assert shop.status("2.0") == 200
    shop.say(_DENY, until=lambda: shop.status("2.0") == 403)
    assert shop.server.get("/strict/simple/honest-demo/").status == 404
    shop.say("deny = 7\n", until=lambda: any("line 1, column 1" in line for line in shop.server.said))
    assert shop.status("2.0") == 403
    assert any("stays in force" in line for line in shop.server.said)
    shop.say("", until=lambda: shop.status("2.0") == 200, at_once=True)
    reasons = events(shop.server.data, "reason", "kind = 'refusal'")
    assert set(reasons) == {"blocked: honest-demo 2.0 is not wanted here: wait for the review"}


def test_the_upstream_never_hears_of_a_private_name(shop: Shop) -> None:
    """Neither page nor file nor metadata, however it is written."""
    policy = '[private]\nprefixes = ["acme-"]\nnames = ["billing"]\n'
    shop.say(policy, until=lambda: "private" in str(shop.server.get("/simple/billing/").body))
    before = dict(shop.behind.counts)
    for path in (
        "/simple/acme-x/",
        "/simple/billing/",
        "/files/acme-x/acme_x-1.0.tar.gz",
        "/files/Acme_X/acme_x-1.0.tar.gz.metadata",
    ):
        answer = shop.server.get(path)
        assert answer.status in {403, 404}
        assert b"private name" in (answer.body or b"")
    assert dict(shop.behind.counts) == before
    status, _ = shop.install("pip", "Acme.X")
    assert status != 0
    assert dict(shop.behind.counts) == before


def test_a_policy_that_is_wrong_stops_the_start(tmp_path: Path) -> None:
    """With every error and its place; nothing is served under another policy than the one that was meant."""
    policy = tmp_path / "policy.toml"
    policy.write_text('mode = "obsreve"\n[age]\nminimum = 3\n', encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pratique",
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--upstream",
        "http://127.0.0.1:9/",
    ]
    done = subprocess.run(
        [*command, "--data", str(tmp_path / "data"), "--policy", str(policy)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "line 1, column 1: mode is 'obsreve'; did you mean observe?" in done.stderr
    assert "line 3, column 1: minimum is a number" in done.stderr
