from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pratique.errors import UpstreamError
from pratique.upstream.issuers import HttpIssuerKeys

_BODY: web.AppKey[dict[str, object]] = web.AppKey("body", dict)


async def _about(request: web.Request) -> web.Response:
    found = request.app[_BODY].get("about", {"issuer": _url(request), "jwks_uri": f"{_url(request)}/keys"})
    return web.Response(text=found if isinstance(found, str) else json.dumps(found))


async def _keys(request: web.Request) -> web.Response:
    return web.Response(text=str(request.app[_BODY].get("keys", '{"keys": []}')))


def _url(request: web.Request) -> str:
    return str(request.url.origin())


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    """An issuer on loopback."""
    app = web.Application()
    app[_BODY] = {}
    app.add_routes([web.get("/.well-known/openid-configuration", _about), web.get("/keys", _keys)])
    made = TestServer(app)
    async with made:
        yield made


async def test_keys_are_found_by_discovery(server: TestServer) -> None:
    """The issuer says where its keys are."""
    url = str(server.make_url("")).rstrip("/")
    assert await HttpIssuerKeys().fetch(url) == {"keys": []}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("about", {"issuer": "https://evil.example.invalid", "jwks_uri": "http://127.0.0.1/keys"}),
        ("about", {"issuer": "", "jwks_uri": 3}),
        ("about", "[]"),
        ("about", "<html>"),
        ("keys", "[]"),
        ("keys", "rubbish"),
        ("keys", "[" * 100_000),
    ],
)
async def test_an_issuer_that_says_something_else_is_an_error(server: TestServer, part: str, said: object) -> None:
    """Another issuer's description, wrong shapes, no JSON."""
    server.app[_BODY][part] = said
    with pytest.raises(UpstreamError):
        await HttpIssuerKeys().fetch(str(server.make_url("")).rstrip("/"))


async def test_an_issuer_that_is_not_there_is_an_error(server: TestServer) -> None:
    """Down, or without such a page."""
    url = str(server.make_url("")).rstrip("/")
    with pytest.raises(UpstreamError):
        await HttpIssuerKeys().fetch(f"{url}/elsewhere")
    await server.close()
    with pytest.raises(UpstreamError):
        await HttpIssuerKeys().fetch(url)
