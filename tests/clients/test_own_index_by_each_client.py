"""Each publishing client against the server as its users run it: a real token, the real engine, a real install."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest

from pratique.accounts.model import Totp, UserName
from pratique.cli import main
from pratique.storage.accounts import open_accounts
from tests.clients.test_own_index import DEAD
from tests.clients.test_publishing import CLIENTS, laid, run
from tests.support.clients import publish_command
from tests.support.server import Server, environment, serving


@dataclass(frozen=True, slots=True, kw_only=True)
class _Published:
    """A running server, and the token of somebody who may publish there."""

    server: Server
    token: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Published]:
    """One for all clients."""
    data = tmp_path_factory.mktemp("own") / "data"

    async def enrol() -> None:
        store = await open_accounts(f"sqlite:///{data / 'pratique.db'}")
        await store.save_totp(Totp(user=UserName("ada"), secret=pyotp.random_base32(), confirmed=True))
        await store.close()

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(["user", "add", "ada", "--role", "publisher", "--data", str(data)]) == 0
        asyncio.run(enrol())
        printed.seek(0)
        printed.truncate()
        assert main(["token", "create", "ada", "--scope", "publish", "--data", str(data)]) == 0
    with serving(data, DEAD) as server:
        yield _Published(server=server, token=printed.getvalue().strip())


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_client_publishes_and_pip_installs_from_the_same_server(
    client: str, place: _Published, tmp_path: Path
) -> None:
    """Wheel and sdist pass every check and the engine, and are there at once."""
    folder, home, version = tmp_path / "project", tmp_path / "home", f"1.{CLIENTS.index(client)}"
    for path in (folder / "dist", home):
        path.mkdir(parents=True)
    laid(folder, version)
    command = publish_command(client, f"http://127.0.0.1:{place.server.port}/legacy/", place.token, home)
    dist = sorted(str(path) for path in (folder / "dist").iterdir())
    arguments = [name for one in command.arguments for name in (dist if one == "dist/*" else [one])]
    status, printed = await run(arguments, folder, dict(command.environment))
    assert status == 0, printed
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", place.server.index]
    only = ["--only-binary", ":all:", "--target", str(site), f"demo-client=={version}"]
    status, printed = await run([*pip, *only], folder, environment())
    assert status == 0, printed
    assert "VALUE = 1" in (site / "demo_client" / "__init__.py").read_text()
    page = place.server.get("/simple/demo-client/").body or b""
    assert f"demo_client-{version}.tar.gz".encode() in page
