"""The load client counts what came, whole, and says what did not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from load import load

_BODY = b"x" * 300_000


async def _sized(_: web.Request) -> web.Response:
    return web.Response(body=_BODY)


async def _chunked(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(_BODY)
    await response.write_eof()
    return response


async def _closing(_: web.Request) -> web.Response:
    response = web.Response(body=_BODY)
    response.force_close()
    return response


async def _failing(_: web.Request) -> web.Response:
    return web.Response(status=503)


def _application() -> web.Application:
    app = web.Application()
    for name, handler in (("sized", _sized), ("chunked", _chunked), ("closing", _closing), ("failing", _failing)):
        app.router.add_get(f"/{name}", handler)
    return app


def _request(name: str) -> bytes:
    return f"GET /{name} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


@pytest.mark.parametrize("name", ["sized", "chunked", "closing"])
async def test_whole_answers_are_counted(name: str) -> None:
    """However a body says where it ends, each answer is counted once, with all its bytes."""
    async with TestServer(_application()) as server:
        found = await load("127.0.0.1", server.port or 0, _request(name), seconds=0.2, connections=3)
    assert found.failures == []
    assert len(found.latencies) >= 3
    assert len(_BODY) * len(found.latencies) <= found.received <= (len(_BODY) + 100) * len(found.latencies)
    assert found.summary().rate > 0


async def test_refusals_are_no_answers() -> None:
    """A connection ends at its first failure, which is told."""
    async with TestServer(_application()) as server:
        found = await load("127.0.0.1", server.port or 0, _request("failing"), seconds=5, connections=3)
    assert found.latencies == []
    assert len(found.failures) == 3
    assert "503" in found.failures[0]
