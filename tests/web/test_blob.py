from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from pratique.names import Sha256
from pratique.ports import StoredBlob
from pratique.web.blob import BlobResponse

_DIGEST = Sha256("ab" * 32)
_DATA = bytes(range(256)) * 1000
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """A site that has a large blob and an empty one."""

    async def answer(request: web.Request) -> web.StreamResponse:
        path = tmp_path / request.match_info["name"]
        path.write_bytes({"empty": b"", "large": _DATA * 40}.get(path.name, _DATA))
        blob = StoredBlob(sha256=_DIGEST, size=path.stat().st_size, path=path)
        return BlobResponse(blob, "application/octet-stream")

    app = web.Application()
    app.router.add_get("/{name}", answer)
    async with TestClient(TestServer(app)) as found:
        yield found


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=255990-", 255_990, 256_000),
        ("bytes=-5", 255_995, 256_000),
        ("bytes=5-999999999", 5, 256_000),
        ("bytes=-999999999", 0, 256_000),
    ],
)
async def test_a_range_is_those_bytes(client: Client, asked: str, first: int, end: int) -> None:
    """GET gives them, HEAD speaks of them, and both say of how many."""
    for method in ("GET", "HEAD"):
        answer = await client.request(method, "/blob", headers={"Range": asked})
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes {first}-{end - 1}/256000"
        assert int(answer.headers["Content-Length"]) == end - first
        assert await answer.read() == (_DATA[first:end] if method == "GET" else b"")


@pytest.mark.parametrize("asked", ["bytes=256000-", "bytes=0-1,5-6", "bytes=9-3", "lines=1-2"])
async def test_a_range_that_is_none_is_refused(client: Client, asked: str) -> None:
    """Past the end, several, or backwards: 416 with the true length, and the connection can be used again."""
    answer = await client.get("/blob", headers={"Range": asked})
    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */256000")
    assert await (await client.get("/blob")).read() == _DATA


async def test_conditions_go_by_the_digest(client: Client) -> None:
    """What a client has is not sent again; a part of other bytes is never joined to these."""
    whole = await client.get("/blob")
    assert (whole.headers["ETag"], whole.headers["Accept-Ranges"]) == (f'"{_DIGEST}"', "bytes")
    again = await client.get("/blob", headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    for given, status in ((whole.headers["ETag"], 206), ('"other"', 200), ("Thu, 01 Jan 2026 00:00:00 GMT", 200)):
        part = await client.get("/blob", headers={"Range": "bytes=0-9", "If-Range": given})
        assert part.status == status


async def test_an_empty_blob_has_no_bytes(client: Client) -> None:
    """Whole it is empty; no range of it can be satisfied."""
    answer = await client.get("/empty")
    assert (answer.status, answer.headers["Content-Length"], await answer.read()) == (200, "0", b"")
    assert (await client.get("/empty", headers={"Range": "bytes=0-"})).status == 416


async def test_what_the_socket_does_not_take_at_once_comes_behind(client: Client) -> None:
    """Ten megabytes, whole or in part, one answer after the other over one connection."""
    whole = _DATA * 40
    for _ in range(2):
        assert await (await client.get("/large")).read() == whole
        part = await client.get("/large", headers={"Range": "bytes=3-9999999"})
        assert await part.read() == whole[3:10_000_000]
