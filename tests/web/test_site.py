from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tests.gateway.world import BAD, wheel, world

GOOD = wheel("1.0")
EVIL = wheel("2.0")
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """The site, over a project with an honest and a bad release."""
    async with (
        world(tmp_path, {GOOD: b"honest code", EVIL: BAD}) as made,
        TestClient(TestServer(made.site())) as found,
    ):
        yield found


async def test_file_head_and_range_agree(client: Client) -> None:
    """GET, HEAD and Range speak of the same bytes."""
    whole = await client.get(f"/files/demo/{GOOD}")
    assert await whole.read() == b"honest code"
    head = await client.head(f"/files/demo/{GOOD}")
    assert (head.status, head.headers["Content-Length"]) == (200, "11")
    part = await client.get(f"/files/demo/{GOOD}", headers={"Range": "bytes=7-10"})
    assert (part.status, await part.read()) == (206, b"code")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-3"}, {"If-None-Match": "*"}])
async def test_refusal_is_the_same_by_any_method(client: Client, method: str, headers: dict[str, str]) -> None:
    """A bad file is 403 with the reason in the reason phrase, and no byte of it leaves."""
    answer = await client.request(method, f"/files/demo/{EVIL}", headers=headers)
    assert answer.status == 403
    assert "dropper in setup.py:3" in (answer.reason or "")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert BAD not in await answer.read()


async def test_report_page_shows_rule_place_and_who_asked(client: Client) -> None:
    """The page that a refusal links to names rule, file and line, and lists who asked."""
    refusal = await (await client.get(f"/files/demo/{EVIL}")).json(content_type=None)
    page = await (await client.get(refusal["type"].partition("/report")[2].join(["/report", ""]))).text()
    assert "dropper" in page
    assert "setup.py:3" in page
    assert "127.0.0.1" in page


async def test_foreign_host_is_refused(client: Client) -> None:
    """A page of another site cannot reach us under a name of its own (DNS rebinding)."""
    assert (await client.get("/", headers={"Host": "evil.example.invalid"})).status == 421


async def test_every_answer_carries_id_and_instance(client: Client) -> None:
    """Each answer can be found in the record, and a gateway can recognise itself."""
    answer = await client.get("/no/such/place")
    assert answer.status == 404
    assert len(answer.headers["X-Request-Id"]) == 16
    assert answer.headers["X-Pratique-Instance"] == "instance"


async def test_start_page_has_no_inline_code_and_escapes(client: Client) -> None:
    """The start page says how to point clients here, under a policy that forbids scripts."""
    await client.get(f"/files/demo/{EVIL}", headers={"User-Agent": "<script>"})
    answer = await client.get("/")
    page = await answer.text()
    assert "/simple/" in page
    assert "<script" not in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_page_redirects_and_answers_conditionally(client: Client) -> None:
    """A name that is not normalised is redirected; a page that has not changed is 304."""
    moved = await client.get("/simple/DeMo/", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (301, "/simple/demo/")
    page = await client.get("/simple/demo/")
    assert "upstream.invalid" not in await page.text()
    assert "Accept" in page.headers["Vary"]
    again = await client.get("/simple/demo/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status == 304
