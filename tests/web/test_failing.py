"""What a browser sees where something is refused or missing, and what tools go on seeing."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tests.gateway.world import BAD, wheel, world

EVIL = wheel("2.0")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
INSTALLERS = [
    {"Accept": "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"},
    {"Accept": "text/html"},
    {"Accept": "*/*"},
    {},
]
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """A site with one bad release behind it."""
    async with world(tmp_path, {EVIL: BAD}) as made, TestClient(TestServer(made.site())) as found:
        yield found


async def test_a_person_reads_a_refusal_as_a_page(client: Client) -> None:
    """The status and the reason phrase are as for tools; the page says why, and links to the report."""
    answer = await client.get(f"/files/demo/{EVIL}", headers=BROWSER)
    text = await answer.text()
    assert (answer.status, answer.content_type) == (403, "text/html")
    assert "dropper in setup.py:3" in (answer.reason or "")
    assert "ropper in setup.py:3" in text
    assert f'/report/demo/{hashlib.sha256(BAD).hexdigest()[:16]}">What was found' in text
    assert "(http" not in text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("headers", INSTALLERS)
async def test_tools_go_on_reading_problems(client: Client, headers: dict[str, str]) -> None:
    """No installer, old or new, is taken for a browser."""
    answer = await client.get(f"/files/demo/{EVIL}", headers=headers)
    assert (answer.status, answer.headers["Content-Type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("place", ["/no/such/place", "/report/00/x", "/simple/missing-project/"])
async def test_what_is_not_there_says_so_and_leads_back(client: Client, place: str) -> None:
    """Every address that leads nowhere has a page with the request's id and a way to the beginning."""
    answer = await client.get(place, headers=BROWSER)
    text = await answer.text()
    assert (answer.status, answer.content_type) == (404, "text/html")
    assert answer.headers["X-Request-Id"] in text
    assert '<a href="/">Where to begin</a>' in text


async def test_an_address_goes_into_no_markup(client: Client) -> None:
    """What somebody had put into a link is shown, never obeyed."""
    answer = await client.get("/%3Cscript%3Ealert(1)%3C/script%3E", headers=BROWSER)
    assert "<script" not in await answer.text()


async def test_a_method_that_is_not_known_says_which_are(client: Client) -> None:
    """405 keeps its ``Allow``."""
    answer = await client.delete("/", headers=BROWSER)
    assert (answer.status, "GET" in answer.headers["Allow"]) == (405, True)


async def test_events_are_paged_and_filtered(client: Client) -> None:
    """All events can be reached, newest first; refusals, downloads and verdicts can be seen alone."""
    for number in range(53):
        await client.get(f"/files/demo/{EVIL}", headers={"User-Agent": f"probe-{number}"})
    first = await (await client.get("/")).text()
    assert ("probe-52," in first or "probe-52<" in first, "probe-2<" in first) == (True, False)
    assert "page=2" in first
    second = await (await client.get("/?page=2")).text()
    assert ("probe-2<" in second, "probe-52<" in second) == (True, False)
    assert "Older" not in second
    refused = await (await client.get("/?kind=refusal")).text()
    assert "kind=refusal&amp;page=2" in refused
    verdicts = await (await client.get("/?kind=verdict")).text()
    assert ("probe-" in verdicts, EVIL in verdicts) == (False, True)
    assert "Nothing yet." in await (await client.get("/?kind=download")).text()


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=99999999999", "page=\u0662", "kind=%22"])
async def test_a_page_that_is_none_is_the_first(client: Client, query: str) -> None:
    """What somebody wrote into the address breaks nothing."""
    assert (await client.get(f"/?{query}")).status == 200
