from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from pratique.index.negotiate import JSON
from tests.gateway.world import BAD, World, wheel, world

GOOD = wheel("1.0")
EVIL = wheel("2.0")
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[World]:
    """A project with an honest and a bad release."""
    async with world(tmp_path, {GOOD: b"honest code", EVIL: BAD}) as made:
        yield made


@pytest.fixture
async def client(behind: World) -> AsyncIterator[Client]:
    """The site before it."""
    async with TestClient(TestServer(behind.site())) as found:
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


async def test_a_page_is_packed_for_who_takes_it(client: Client, behind: World) -> None:
    """The packed and the plain page say the same, have a tag each, and either tag is answered with 304."""
    behind.upstream.files.update({wheel(f"1.{n}"): b"x" for n in range(1, 30)})
    plain = await client.get("/simple/demo/", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/simple/demo/", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    refused = await client.get("/simple/demo/", headers={"Accept-Encoding": "gzip;q=0"})
    assert (packed.headers.get("Content-Encoding"), plain.headers.get("Content-Encoding")) == ("gzip", None)
    assert refused.headers.get("Content-Encoding") is None
    assert await plain.read() == await packed.read()
    assert plain.headers["ETag"] != packed.headers["ETag"]
    for tag in (f'"other", {plain.headers["ETag"]}', packed.headers["ETag"], "*"):
        again = await client.get("/simple/demo/", headers={"If-None-Match": tag})
        assert (again.status, await again.read()) == (304, b"")


async def test_a_page_changes_with_a_verdict_and_with_the_upstream(client: Client, behind: World) -> None:
    """What is rendered once is given again, until a verdict or a new file changes it."""
    tags = [(await client.get("/simple/demo/")).headers["ETag"] for _ in range(2)]
    await client.get(f"/files/demo/{EVIL}")
    page = await client.get("/simple/demo/", headers={"If-None-Match": tags[0]})
    assert (tags[0] == tags[1], page.status, "dropper" in await page.text()) == (True, 200, True)
    behind.upstream.files[wheel("3.0")] = b"new"
    behind.clock.pass_by(60)
    assert wheel("3.0") in await (await client.get("/simple/demo/")).text()


async def test_the_list_of_projects_is_what_was_asked_for(client: Client) -> None:
    """The root lists the projects that went through here, as JSON or HTML."""
    await client.get("/simple/demo/")
    await client.get("/simple/unknown/")
    listed = await client.get("/simple/", headers={"Accept": JSON})
    assert (await listed.json(content_type=None))["projects"] == [{"name": "demo"}]
    assert '<a href="/simple/demo/">' in await (await client.get("/simple/")).text()
    moved = await client.get("/simple", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (301, "/simple/")
    assert (await client.get("/simple/", headers={"Accept": "image/png"})).status == 406


async def test_provenance_is_given_by_us(client: Client, behind: World) -> None:
    """PEP 740: the page's address is absolute and ours; the object behind it is the upstream's, if it has one."""
    behind.upstream.changes[GOOD] = {"provenance": "http://upstream.invalid/p/about"}
    behind.upstream.files["about"] = b'{"version": 1}'
    listed = await (await client.get("/simple/demo/", headers={"Accept": JSON})).json(content_type=None)
    entry = next(file for file in listed["files"] if file["filename"] == GOOD)
    assert entry["provenance"] == str(client.make_url(f"/files/demo/{GOOD}.provenance"))
    answer = await client.get(f"/files/demo/{GOOD}.provenance")
    assert (answer.status, await answer.read()) == (200, b'{"version": 1}')
    assert answer.headers["Content-Type"] == "application/vnd.pypi.integrity.v1+json"
    assert (await client.get(f"/files/demo/{EVIL}.provenance")).status == 404


async def test_an_old_page_says_how_old_it_is(client: Client, behind: World) -> None:
    """Where the upstream fails, the page that was seen last is given with its age; a fresh one has none."""
    fresh = await client.get("/simple/demo/")
    behind.upstream.down = True
    behind.clock.pass_by(3600)
    stale = await client.get("/simple/demo/")
    assert (stale.status, await stale.read(), stale.headers.get("Age")) == (200, await fresh.read(), "3600")
    assert "Age" not in fresh.headers
    again = await client.get("/simple/demo/", headers={"If-None-Match": fresh.headers["ETag"]})
    assert (again.status, again.headers.get("Age")) == (304, "3600")
    behind.upstream.down = False
    behind.clock.pass_by(60)
    assert "Age" not in (await client.get("/simple/demo/")).headers
