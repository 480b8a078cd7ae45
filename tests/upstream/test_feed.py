from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from pratique.errors import NotFound, UpstreamError
from pratique.upstream.feed import HttpFeed


@dataclass
class Export:
    """A server of advisories; ``seen`` holds the headers that it was asked with."""

    server: BaseTestServer
    seen: list[web.Request] = field(default_factory=list)

    def url(self, path: str) -> str:
        """An address, with credentials in it."""
        return str(self.server.make_url(path).with_user("user").with_password("hunter2"))


@pytest.fixture
async def export() -> AsyncIterator[Export]:
    """A collection with an etag, a way to it that is redirected, and errors."""
    seen: list[web.Request] = []

    async def collection(request: web.Request) -> web.Response:
        seen.append(request)
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(body=b"z" * 1000, headers={"ETag": '"1"'})

    async def moved(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response(status=302, headers={"Location": f"http://localhost:{request.url.port}/all.zip"})

    async def loop(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/loop"})

    async def broken(_: web.Request) -> web.Response:
        return web.Response(status=500)

    app = web.Application()
    app.add_routes([web.get("/all.zip", collection), web.get("/moved", moved), web.get("/loop", loop)])
    app.add_routes([web.get("/broken", broken)])
    async with TestServer(app) as server:
        yield Export(server=server, seen=seen)


@pytest.fixture
async def feed() -> AsyncIterator[HttpFeed]:
    """What is tried."""
    async with HttpFeed(collection_bytes=5000) as feed:
        yield feed


async def test_collection_is_fetched_once(export: Export, feed: HttpFeed, tmp_path: Path) -> None:
    """It lies in the folder, whole, with its etag; with that etag it is not sent again."""
    fetched = await feed.fetch(export.url("/all.zip"), etag="", into=tmp_path)
    assert fetched is not None
    assert (fetched.path.read_bytes(), fetched.etag) == (b"z" * 1000, '"1"')
    assert fetched.path.parent == tmp_path
    assert await feed.fetch(export.url("/all.zip"), etag='"1"', into=tmp_path) is None


async def test_credentials_stay_with_their_origin(export: Export, feed: HttpFeed) -> None:
    """They go to the host that they were given for, in a header, and are not carried to where it redirects."""
    assert len(await feed.read(export.url("/moved"), limit=1000)) == 1000
    asked, followed = export.seen
    assert asked.headers["Authorization"].startswith("Basic ")
    assert "Authorization" not in followed.headers


async def test_small_file_has_a_limit(export: Export, feed: HttpFeed, tmp_path: Path) -> None:
    """What is larger than it may be is not read to its end."""
    with pytest.raises(UpstreamError, match="larger than 999"):
        await feed.read(export.url("/all.zip"), limit=999)
    async with HttpFeed(collection_bytes=999) as small:
        with pytest.raises(UpstreamError, match="larger than 999"):
            await small.fetch(export.url("/all.zip"), etag="", into=tmp_path)


@pytest.mark.parametrize(
    ("path", "kind", "why"),
    [
        ("/missing", NotFound, "nothing at"),
        ("/broken", UpstreamError, "500"),
        ("/loop", UpstreamError, "redirects more"),
    ],
)
async def test_errors_hold_no_credentials(
    export: Export, feed: HttpFeed, path: str, kind: type[Exception], why: str
) -> None:
    """What went wrong is told with the address, and without what only its server may know."""
    with pytest.raises(kind, match=why) as caught:
        await feed.read(export.url(path), limit=10)
    assert "hunter2" not in str(caught.value)


async def test_nobody_listens(feed: HttpFeed) -> None:
    """A server that is away is told as such."""
    with pytest.raises(UpstreamError, match="cannot be reached"):
        await feed.read("http://127.0.0.1:9/all.zip", limit=10)
