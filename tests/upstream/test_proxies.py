"""The machine's proxies, and a certificate authority of one's own."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pratique.errors import UpstreamError
from pratique.index.parse import parse_page
from pratique.names import project_name
from pratique.upstream import HttpUpstream
from pratique.upstream.proxies import endpoints, proxy_for
from tests.support.certificate import certified

_PAGE = b"<!DOCTYPE html><html><body></body></html>"


async def test_a_proxy_is_asked_and_no_proxy_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy gets the whole address and its own credentials; a host in NO_PROXY is asked directly."""
    asked: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request)
        return web.Response(body=_PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as proxy:
        monkeypatch.setenv("http_proxy", str(proxy.make_url("/")).replace("http://", "http://us%40er:hunter2@"))
        monkeypatch.setenv("no_proxy", "direct.example.invalid")
        async with HttpUpstream("http://index.example.invalid/simple/", parse=parse_page, pause=0) as upstream:
            await upstream.page(project_name("demo"))
        async with HttpUpstream("http://direct.example.invalid/simple/", parse=parse_page, pause=0) as upstream:
            with pytest.raises(UpstreamError, match="cannot be reached") as caught:
                await upstream.page(project_name("demo"))
    assert [str(one.url) for one in asked] == ["http://index.example.invalid/simple/demo/"]
    assert asked[0].headers["Proxy-Authorization"] == "Basic dXNAZXI6aHVudGVyMg=="
    assert "hunter2" not in str(caught.value)


def test_which_proxy_is_whose(monkeypatch: pytest.MonkeyPatch) -> None:
    """By scheme, with or without one of its own; unreadable ones have no endpoint."""
    assert proxy_for("https://index.example.invalid/") is None
    monkeypatch.setenv("all_proxy", "proxy.example.invalid:3128")
    monkeypatch.setenv("https_proxy", "http://secure.example.invalid")
    assert proxy_for("http://index.example.invalid/") == "http://proxy.example.invalid:3128"
    assert proxy_for("https://index.example.invalid/") == "http://secure.example.invalid"
    monkeypatch.setenv("ftp_proxy", "http://[x")
    assert endpoints() == {("proxy.example.invalid", 3128), ("secure.example.invalid", 80)}


async def test_a_certificate_authority_of_ones_own_is_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With SSL_CERT_FILE the page is read; without it nobody is believed."""
    certificate, key = certified(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=_PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/simple/demo/", answer)
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=context)
    try:
        url = str(server.make_url("/simple/"))
        with pytest.raises(UpstreamError, match="not trusted"):
            async with HttpUpstream(url, parse=parse_page, pause=0) as upstream:
                await upstream.page(project_name("demo"))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with HttpUpstream(url, parse=parse_page, pause=0) as upstream:
            assert (await upstream.page(project_name("demo"))).files == ()
    finally:
        await server.close()
