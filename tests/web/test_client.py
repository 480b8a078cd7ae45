"""Whose request it is, before and behind proxies."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from pratique.web.client import TRUSTED, client_of

_PROXIES = ("127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32")


async def _client(headers: list[tuple[str, str]], *trusted: str) -> str:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=client_of(request))

    app = web.Application()
    app[TRUSTED] = tuple(ip_network(one) for one in trusted)
    app.router.add_get("/", answer)
    async with TestClient(TestServer(app)) as client, client.get("/", headers=headers) as response:
        return await response.text()


@pytest.mark.parametrize("trusted", [(), ("10.0.0.0/8",)])
async def test_the_header_is_nobodys_word_without_a_trusted_proxy(trusted: tuple[str, ...]) -> None:
    """Neither where none is configured, nor where the connection is not from one."""
    assert await _client([("X-Forwarded-For", "192.0.2.1")], *trusted) == "127.0.0.1"


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("203.0.113.9, 192.0.2.1", "192.0.2.1"),
        ("203.0.113.9, 192.0.2.1, 10.0.0.3", "192.0.2.1"),
        ("10.9.9.9, 192.0.2.1, 10.0.0.3,10.0.0.4", "192.0.2.1"),
        ("10.0.0.5, 10.0.0.4", "10.0.0.5"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("[2001:db9::7]:4711", "2001:db9::7"),
        ("192.0.2.1, 2001:db8::1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1, unknown", "127.0.0.1"),
        ("192.0.2.1, unknown, 10.0.0.3", "10.0.0.3"),
        ("", "127.0.0.1"),
        (",".join(["10.0.0.1"] * 500), "10.0.0.1"),
    ],
)
async def test_it_is_read_from_its_end(said: str, client: str) -> None:
    """As far as those who wrote it are trusted: what the client wrote before them counts for nothing."""
    assert await _client([("X-Forwarded-For", said)], *_PROXIES) == client


async def test_several_headers_are_one_list() -> None:
    """In their order."""
    headers = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "192.0.2.1")]
    assert await _client(headers, *_PROXIES) == "192.0.2.1"
