"""Clients and upstreams that mean ill."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from pratique.gateway.gateway import Rules
from pratique.gateway.patience import Patience
from pratique.index.negotiate import JSON
from pratique.ports import EventKind
from pratique.web.app import application
from pratique.web.keys import SITE
from tests.gateway.world import BAD, DEMO, World, judge, metadata, wheel, wheel_bytes, world

GOOD, EVIL = wheel("1.0"), wheel("2.0")
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[World]:
    """A project with an honest and a bad release; nobody is held."""
    rules = Rules(patience=Patience(hold=0, hold_uv=0))
    async with world(tmp_path, {GOOD: wheel_bytes("1.0"), EVIL: BAD}, rules) as made:
        yield made


@pytest.fixture
async def client(behind: World) -> AsyncIterator[Client]:
    """The site before it."""
    async with TestClient(TestServer(behind.site())) as found:
        yield found


@pytest.mark.parametrize(
    "path",
    [
        "/files/demo/../../etc/passwd",
        "/files/demo/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/files/demo/..%5c..%5cpasswd",
        f"/files/demo/%2F{GOOD}",
        f"/files/demo/{GOOD}%00.whl",
        f"/files/demo/{GOOD}%0d%0aSet-Cookie:%20a=b",
        f"/files/demo/{GOOD}.metadata.metadata",
        f"/files/demo/{GOOD}.provenance.metadata",
        f"/files/demo/x/{GOOD}",
        f"/files/%2e%2e/{GOOD}",
        "/files/demo/.metadata",
        "/files/demo/.provenance",
        "/static/../keys.py",
        "/static/%2e%2e/keys.py",
        "/report/../../etc/passwd",
        f"/report/{'0' * 64}/%2e%2e%2fpasswd",
        "/simple/%2e%2e/",
        "/simple/de%0d%0amo/",
        "/simple/demo%2F..%2Fother/",
    ],
)
async def test_paths_lead_nowhere_but_to_listed_files(client: Client, path: str) -> None:
    """However a path is written, only what a project's page lists is there; no header is made from it."""
    answer = await client.get(URL(path, encoded=True), allow_redirects=False)
    assert answer.status in {400, 404}
    assert "Set-Cookie" not in answer.headers
    assert b"root:" not in await answer.read()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "headers", [{}, {"Range": "bytes=0-"}, {"Range": "bytes=-4"}, {"If-None-Match": "*"}, {"If-Range": '"x"'}]
)
async def test_nothing_is_told_of_a_file_before_its_verdict(
    client: Client, behind: World, method: str, headers: dict[str, str]
) -> None:
    """While it is inspected there is neither a byte nor a length nor a range, whichever way one asks."""
    behind.inspector.hold = asyncio.Event()
    answer = await client.request(method, f"/files/demo/{EVIL}", headers=headers)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert not {"Content-Range", "Accept-Ranges", "ETag", "Last-Modified"} & set(answer.headers)
    assert BAD not in await answer.read()


@pytest.mark.parametrize("host", ["evil@127.0.0.1", "127.0.0.1#x", "127.0.0.1/x", "127.0.0.1 x", "[::1", "192.0.2.1"])
async def test_a_host_that_is_no_name_of_ours_is_refused(client: Client, host: str) -> None:
    """What stands in links comes from that header."""
    assert (await client.get("/simple/demo/", headers={"Host": host})).status in {400, 421}


async def test_where_all_addresses_are_listened_on_any_address_will_do(behind: World) -> None:
    """In numbers: another site's name could be bound to ours, an address cannot."""
    site = replace(behind.site()[SITE], any_address=True)
    async with TestClient(TestServer(application(site))) as client:
        assert (await client.get("/healthz", headers={"Host": "192.0.2.1:8470"})).status == 200
        assert (await client.get("/healthz", headers={"Host": "[2001:db8::1]"})).status == 200
        assert (await client.get("/healthz", headers={"Host": "evil.example.invalid"})).status == 421


async def test_texts_of_an_upstream_stay_texts(client: Client, behind: World) -> None:
    """Reasons and versions that hold markup or line ends make neither elements nor headers."""
    hostile = '"><script>x</script>\r\nX-Evil: 1'
    behind.upstream.changes[GOOD] = {"yanked": hostile, "requires_python": hostile}
    page = await client.get("/simple/demo/")
    assert "X-Evil" not in page.headers
    assert "<script" not in await page.text()
    listed = await (await client.get("/simple/demo/", headers={"Accept": JSON})).json(content_type=None)
    entry = next(file for file in listed["files"] if file["filename"] == GOOD)
    assert (entry["yanked"], entry["requires-python"]) == (hostile, hostile)


async def test_requirements_of_an_upstream_make_no_header(client: Client, behind: World) -> None:
    """A refusal quotes metadata: in the reason phrase they are one printable line."""
    behind.upstream.metadata[GOOD] = metadata("1.0", "x @ https://example.invalid/\x0b\x85é\r\n X-Evil: 1")
    answer = await client.get(f"/files/demo/{GOOD}.metadata")
    assert answer.status == 403
    assert "X-Evil" not in answer.headers
    assert (answer.reason or "").isascii()
    assert (answer.reason or "").isprintable()


async def test_bytes_that_change_under_one_address_are_noticed(client: Client, behind: World) -> None:
    """What was promised and fetched stays; new bytes under a new promise are judged anew, under the old one refused."""
    assert (await client.get(f"/files/demo/{GOOD}")).status == 503
    await behind.gateway.settle()
    assert (await client.get(f"/files/demo/{GOOD}")).status == 200
    behind.upstream.files[GOOD] = b"new " + BAD
    assert await (await client.get(f"/files/demo/{GOOD}")).read() == wheel_bytes("1.0")
    behind.clock.pass_by(60)
    assert (await client.get(f"/files/demo/{GOOD}")).status == 503
    await behind.gateway.settle()
    assert (await client.get(f"/files/demo/{GOOD}")).status == 403


async def test_one_address_for_two_files_is_no_short_cut(client: Client, behind: World) -> None:
    """Two entries with one URL and different promises do not share what was fetched for either."""
    behind.upstream.changes[EVIL] = {"url": f"http://upstream.invalid/{GOOD}"}
    await client.get(f"/files/demo/{GOOD}")
    await client.get(f"/files/demo/{EVIL}")
    await behind.gateway.settle()
    assert (await client.get(f"/files/demo/{GOOD}")).status == 200
    assert (await client.get(f"/files/demo/{EVIL}")).status in {502, 503}
    downloads = [event for event in await behind.store.events(project=DEMO) if event.kind is EventKind.DOWNLOAD]
    assert {event.filename for event in downloads} == {GOOD}


@pytest.mark.parametrize("hashes", [(), (("md5", "0" * 32),), (("sha1", "0" * 40),)])
async def test_a_file_without_a_strong_promise_is_judged_by_its_bytes(
    client: Client, behind: World, hashes: tuple[tuple[str, str], ...]
) -> None:
    """No hash, or one that can be forged: verdict and record go by the SHA-256 of what came."""
    behind.upstream.changes[EVIL] = {"hashes": hashes}
    await client.get(f"/files/demo/{EVIL}")
    await behind.gateway.settle()
    assert (await client.get(f"/files/demo/{EVIL}")).status == 403
    digest = hashlib.sha256(BAD).hexdigest()
    assert {event.sha256 for event in await behind.store.events(sha256=digest)} == {digest}
    page = await (await client.get("/simple/demo/")).text()
    assert "dropper" in page


async def test_a_body_that_does_not_end_is_cut_off(client: Client, behind: World) -> None:
    """What is longer than its page says is not kept, however long it goes on."""
    behind.upstream.changes[GOOD] = {"size": 10}
    answers = [await client.get(f"/files/demo/{GOOD}") for _ in range(2)]
    await behind.gateway.settle()
    assert {answer.status for answer in answers} <= {502, 503}
    digest = hashlib.sha256(wheel_bytes("1.0")).hexdigest()
    assert not [event for event in await behind.store.events(sha256=digest) if event.kind is EventKind.DOWNLOAD]


async def test_new_bytes_under_a_weak_promise_are_fetched_anew(client: Client, behind: World) -> None:
    """Without a SHA-256 a file is known by its URL and whatever else is promised there."""
    behind.upstream.changes[GOOD] = {"hashes": (("md5", "0" * 32),)}
    await client.get(f"/files/demo/{GOOD}")
    await behind.gateway.settle()
    assert await (await client.get(f"/files/demo/{GOOD}")).read() == wheel_bytes("1.0")
    behind.upstream.files[GOOD] = wheel_bytes("1.0", b"y = 2\n")
    behind.upstream.changes[GOOD] = {"hashes": (("md5", "1" * 32),)}
    behind.clock.pass_by(60)
    await client.get(f"/files/demo/{GOOD}")
    await behind.gateway.settle()
    assert await (await client.get(f"/files/demo/{GOOD}")).read() == wheel_bytes("1.0", b"y = 2\n")


async def test_a_cache_between_asks_again(client: Client, behind: World) -> None:
    """Whoever keeps a file must ask before giving it, and then meets a verdict that came later."""
    await client.get(f"/files/demo/{GOOD}")
    await behind.gateway.settle()
    answer = await client.get(f"/files/demo/{GOOD}")
    assert answer.headers["Cache-Control"] == "no-cache"
    kept = {"If-None-Match": answer.headers["ETag"]}
    assert (await client.get(f"/files/demo/{GOOD}", headers=kept)).status == 304
    behind.inspector.engine = "2"
    behind.inspector.judge = lambda ticket, data: judge(ticket, data + BAD)
    await client.get(f"/files/demo/{GOOD}", headers=kept)
    await behind.gateway.settle()
    assert (await client.get(f"/files/demo/{GOOD}", headers=kept)).status == 403
