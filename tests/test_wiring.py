"""Starting a server."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from pratique.errors import BadSetting
from pratique.upstream import Source
from pratique.wiring import ServerSettings, UpstreamSettings, default_engine, serve


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly, whatever the machine is set to."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def _only(url: str) -> UpstreamSettings:
    return UpstreamSettings(sources=(Source(url=url),))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def test_a_server_does_not_start_in_front_of_itself(tmp_path: Path) -> None:
    """It would ask itself for ever; the message says what to change and holds no credentials."""
    port = _free_port()
    upstream = f"http://user:hunter2@localhost:{port}/simple/"
    settings = ServerSettings(port=port, data=tmp_path, upstreams=_only(upstream))
    with pytest.raises(BadSetting, match=r"this server itself.*--upstream URL") as caught:
        await serve(settings, default_engine())
    assert "hunter2" not in str(caught.value)


async def test_a_server_recognises_itself_behind_another_address(tmp_path: Path) -> None:
    """An address that leads back, here through a proxy, is known by what it answers."""
    port = _free_port()

    async def forward(request: web.Request) -> web.Response:
        async with ClientSession() as session, session.head(f"http://127.0.0.1:{port}{request.path}") as answer:
            instance = answer.headers["X-Pratique-Instance"]
            return web.Response(status=answer.status, headers={"X-Pratique-Instance": instance})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", forward)
    async with TestServer(app) as proxy:
        settings = ServerSettings(port=port, data=tmp_path, upstreams=_only(str(proxy.make_url("/simple/"))))
        with pytest.raises(BadSetting, match="this server itself"):
            await serve(settings, default_engine())
