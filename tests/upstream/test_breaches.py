from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pratique.accounts.breached import Breached
from pratique.errors import BadSetting, UpstreamError
from pratique.upstream.breaches import HttpBreaches

_DIGEST = hashlib.sha1(b"stolen").hexdigest().upper()
_ASKED: web.AppKey[list[str]] = web.AppKey("asked", list)
_STATUS: web.AppKey[list[int]] = web.AppKey("status", list)


async def _answer(request: web.Request) -> web.Response:
    request.app[_ASKED].append(request.path)
    if status := request.app[_STATUS]:
        return web.Response(status=status[0], headers={"Location": "/range/00000"})
    return web.Response(text=f"{'0' * 35}:0\r\n{_DIGEST[5:]}:12\r\n")


@pytest.fixture
async def service() -> AsyncIterator[TestServer]:
    """A service of stolen passwords on loopback."""
    app = web.Application()
    app[_ASKED], app[_STATUS] = [], []
    app.add_routes([web.get("/range/{prefix}", _answer)])
    server = TestServer(app)
    async with server:
        yield server


async def test_five_digits_are_asked_and_the_rest_is_compared_here(service: TestServer) -> None:
    """The service sees a prefix; padding counts for nothing."""
    breached = Breached(service=HttpBreaches(str(service.make_url("/range"))))
    assert await breached.times("stolen") == 12
    assert await breached.times("not stolen") == 0
    assert service.app[_ASKED][0] == f"/range/{_DIGEST[:5]}"
    assert all(len(path) == len("/range/") + 5 for path in service.app[_ASKED])


@pytest.mark.parametrize("status", [302, 404, 429, 500])
async def test_any_other_answer_is_an_error(service: TestServer, status: int) -> None:
    """Nothing but an answer is an answer; redirects are not followed."""
    service.app[_STATUS].append(status)
    with pytest.raises(UpstreamError):
        await HttpBreaches(str(service.make_url("/range"))).range("00000")


async def test_a_service_that_is_not_there_is_an_error(service: TestServer) -> None:
    """So is a prefix that would reveal more, or lead elsewhere."""
    url = str(service.make_url("/range"))
    await service.close()
    for prefix in ("00000", "000000", "../..", ""):
        with pytest.raises(UpstreamError):
            await HttpBreaches(url).range(prefix)


@pytest.mark.parametrize(
    "url", ["http://stolen.example.invalid/range", "http://127.0.0.1.example.invalid/", "http://[", "ftp://x", ""]
)
def test_the_service_is_reached_over_tls(url: str) -> None:
    """A range tells little, but nobody else needs it."""
    with pytest.raises(BadSetting):
        HttpBreaches(url)
