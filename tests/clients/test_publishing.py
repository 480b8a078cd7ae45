from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.gateway.world import BAD, judge
from tests.support.clients import clients_folder, publish_command
from tests.support.distributions import Built, make_sdist, make_wheel
from tests.support.server import environment
from tests.uploads.shop import Shop, shop

CLIENTS = ["twine", "uv", "flit", "hatch", "poetry", "pdm"]
_PROJECT = """\
[build-system]
requires = ["flit_core>=3.9"]
build-backend = "flit_core.buildapi"

[project]
name = "demo-client"
version = "{version}"
description = "A package of our own"
requires-python = ">=3.9"
dependencies = []
"""


@pytest.fixture(scope="module", autouse=True)
def _clients() -> None:
    """The clients are there before anything is timed by them."""
    clients_folder()


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[Shop]:
    """An empty index."""
    (tmp_path / "index").mkdir()
    async with shop(tmp_path / "index") as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a publisher works."""
    (tmp_path / "project" / "dist").mkdir(parents=True)
    (tmp_path / "home").mkdir()
    return tmp_path / "project"


def laid(folder: Path, version: str) -> None:
    """A project and what was built of it, by our own hand; flit builds it once more by itself."""
    text = '"""Demo."""\nVALUE = 1\n'
    (folder / "pyproject.toml").write_text(_PROJECT.format(version=version))
    (folder / "demo_client").mkdir(exist_ok=True)
    (folder / "demo_client" / "__init__.py").write_text(text)
    for make in (make_wheel, make_sdist):
        built = _built(make, version, {"demo_client/__init__.py": text})
        (folder / "dist" / built.filename).write_bytes(built.data)


def _built(make: Callable[..., Built], version: str, files: dict[str, str]) -> Built:
    return make("demo-client", version, files, fields=["Summary: A package of our own", "Requires-Python: >=3.9"])


async def publish(client: str, index: Shop, folder: Path, *, user: str = "ann") -> tuple[int, str]:
    """Run a real client; its exit status and all that it printed."""
    command = publish_command(client, f"{index.url}/legacy/", user[::-1], folder.parent / "home")
    dist = sorted(str(path) for path in (folder / "dist").iterdir())
    arguments = [name for one in command.arguments for name in (dist if one == "dist/*" else [one])]
    return await run(arguments, folder, dict(command.environment))


async def run(arguments: list[str], folder: Path, environ: dict[str, str]) -> tuple[int, str]:
    """A process in a folder; its exit status, and what it printed on one line."""
    process = await asyncio.create_subprocess_exec(
        *arguments,
        cwd=folder,
        env=environ,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    return process.returncode or 0, " ".join(printed.decode().split())


@pytest.mark.parametrize("client", CLIENTS)
async def test_what_a_client_publishes_pip_installs(client: str, index: Shop, folder: Path) -> None:
    """Each client uploads, wheel and sdist, and pip installs it from the same server."""
    laid(folder, "1.0")
    status, printed = await publish(client, index, folder)
    assert status == 0, printed
    assert {f.filetype for f in await index.releases.uploads()} == {"bdist_wheel", "sdist"}, printed
    site = folder.parent / "site"
    pip = [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", f"{index.url}/simple/"]
    status, printed = await run([*pip, "--target", str(site), "demo-client"], folder, environment())
    assert status == 0, printed
    assert "VALUE = 1" in (site / "demo_client" / "__init__.py").read_text()


@pytest.mark.parametrize("client", CLIENTS)
async def test_each_client_shows_why_it_was_refused(client: str, index: Shop, folder: Path) -> None:
    """Who uploads what is malicious reads rule, file, line and the report's address in their own tool."""
    laid(folder, "2.0")
    index.inspector.judge = lambda ticket, _: judge(ticket, BAD)
    status, printed = await publish(client, index, folder)
    assert status != 0
    assert "dropper in setup.py:3" in printed, printed
    assert "/report/" in printed


@pytest.mark.parametrize("client", CLIENTS)
async def test_each_client_shows_that_nobody_is_known(client: str, index: Shop, folder: Path) -> None:
    """A wrong token is told as that, not as a broken server."""
    laid(folder, "3.0")
    status, printed = await publish(client, index, folder, user="eve")
    assert status != 0
    assert "Nobody is known by this token" in printed, printed


@pytest.mark.parametrize("client", CLIENTS)
async def test_uploading_again_what_is_there_succeeds(client: str, index: Shop, folder: Path) -> None:
    """The very same files again are no error, so that a publishing job can simply be run once more."""
    laid(folder, "4.0")
    for _ in range(2):
        status, printed = await publish(client, index, folder)
        assert status == 0, printed
