from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from pratique.gateway.parts import Rules
from pratique.index.negotiate import HTML, JSON
from pratique.policy import Policy, Private
from pratique.ports import EventKind
from tests.gateway.world import World, wheel, world

GOOD = wheel("1.0")
Client = TestClient[web.Request, web.Application]
LED = ("pip/26.3 {}", "pdm/2.29.4 CPython/3.11")
TOLD = ("uv/0.13.0 {}", "poetry/2.5.1 CPython/3.11")


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[World]:
    """An honest release, and names that are kept private."""
    policy = Policy(private=Private(prefixes=("acme-",), reason="see the handbook"))
    async with world(tmp_path, {GOOD: b"honest code"}, Rules(policy=policy)) as made:
        yield made


@pytest.fixture
async def client(behind: World) -> AsyncIterator[Client]:
    """The site before it."""
    async with TestClient(TestServer(behind.site())) as found:
        yield found


async def _page(client: Client, project: str, agent: str) -> tuple[int, Any]:
    answer = await client.get(f"/simple/{project}/", headers={"Accept": JSON, "User-Agent": agent})
    return answer.status, await answer.json(content_type=None)


@pytest.mark.parametrize("agent", LED)
async def test_an_installer_is_led_to_the_reason(client: Client, behind: World, agent: str) -> None:
    """The one entry of a private name is refused in words, without a question to the upstream, and on record."""
    status, page = await _page(client, "acme-billing", agent)
    assert (status, page["versions"]) == (200, ["0+private.name.not.published.here"])
    (entry,) = page["files"]
    answer = await client.get(entry["url"], headers={"User-Agent": agent})
    assert (answer.status, behind.upstream.pages) == (403, 0)
    assert "acme-billing is a private name: see the handbook; publish it here first" in (answer.reason or "")
    (event,) = await behind.store.events()
    assert (event.kind, event.action) == (EventKind.REFUSAL, "block")


@pytest.mark.parametrize("agent", TOLD)
async def test_an_installer_that_shows_the_answer_to_a_page_is_told_there(
    client: Client, behind: World, agent: str
) -> None:
    """With a status that neither takes for a missing page or missing credentials, in words, and on record."""
    status, problem = await _page(client, "acme-billing", agent)
    assert (status, problem["title"], behind.upstream.pages) == (451, "Withheld", 0)
    assert "acme-billing is a private name: see the handbook; publish it here first" in problem["detail"]
    behind.upstream.quarantined = "reported"
    status, problem = await _page(client, "demo", agent)
    assert (status, "demo is in quarantine at its index" in problem["detail"]) == (451, True)
    first, second = await behind.store.events()
    assert {(event.kind, event.action) for event in (first, second)} == {(EventKind.REFUSAL, "block")}


@pytest.mark.parametrize("agent", [*LED, *TOLD])
async def test_a_person_sees_the_project_and_not_the_signpost(client: Client, agent: str) -> None:
    """No file has that name: what is shown of lately is what was asked for."""
    status, page = await _page(client, "acme-billing", agent)
    if status == 200:
        await client.get(page["files"][0]["url"], headers={"User-Agent": agent})
    shown = await (await client.get("/")).text()
    assert "<p>acme-billing <span" in shown
    assert "0+private" not in shown


async def test_a_signpost_has_what_a_page_must_have(client: Client) -> None:
    """PEP 503, 691 and 700: name, size and date in JSON, an anchor in HTML; what lies beside is refused as well."""
    _, page = await _page(client, "acme-billing", LED[0])
    (entry,) = page["files"]
    assert (page["name"], page["meta"]["api-version"]) == ("acme-billing", "1.4")
    assert (entry["size"], entry["yanked"], entry["upload-time"] < "2000") == (0, False, True)
    assert (list(entry["core-metadata"]), entry["provenance"]) == (["sha256"], None)
    assert (await client.get(f"{entry['url']}.metadata")).status == 403
    html = await client.get("/simple/acme-billing/", headers={"Accept": HTML, "User-Agent": LED[0]})
    assert f'<a href="{entry["url"]}" data-core-metadata="sha256=' in await html.text()


async def test_whoever_else_asks_is_given_what_the_standards_say(client: Client, behind: World) -> None:
    """A private name has no page; a project in quarantine has one without files that says so (PEP 792)."""
    status, problem = await _page(client, "acme-billing", "curl/8.5")
    assert (status, "acme-billing is a private name" in problem["detail"]) == (404, True)
    behind.upstream.quarantined = "reported"
    status, page = await _page(client, "demo", "curl/8.5")
    assert (status, page["files"]) == (200, [])
    assert page["project-status"] == {"status": "quarantined", "reason": "reported"}


async def test_a_quarantine_at_the_upstream_blocks_what_was_kept(client: Client, behind: World) -> None:
    """A file that was served before is refused with the reason, its metadata too, and so is what installers choose."""
    assert (await client.get(f"/files/demo/{GOOD}")).status == 200
    behind.upstream.quarantined = "reported"
    behind.clock.pass_by(60)
    _, page = await _page(client, "demo", LED[1])
    assert page["versions"] == ["0+in.quarantine"]
    for place in (f"/files/demo/{GOOD}", f"/files/demo/{GOOD}.metadata", page["files"][0]["url"]):
        answer = await client.get(place)
        assert (answer.status, "offers no file of it: reported" in (answer.reason or "")) == (403, True)
    behind.upstream.quarantined = ""
    behind.clock.pass_by(60)
    assert (await client.get(f"/files/demo/{GOOD}")).status == 200
