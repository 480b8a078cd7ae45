from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from pratique.advisories.outside import Source
from pratique.advisories.record import read_record
from pratique.storage.advisories import SqlAdvisories, open_advisories
from pratique.web.app import application
from pratique.web.console import templates
from pratique.web.keys import Site
from tests.advisories.records import osv, raw
from tests.gateway.world import wheel, world

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
Client = TestClient[web.Request, web.Application]
RECORDS = [
    osv("GHSA-1", events=[{"introduced": "0"}, {"fixed": "1.5"}], aliases=["CVE-2026-1"]),
    osv("MAL-2026-1", versions=["1.0"]),
    osv("PYSEC-2026-9", versions=["1.0"], withdrawn="2026-01-02T00:00:00Z"),
]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlAdvisories]:
    """A few records on the project demo."""
    store = await open_advisories(f"sqlite:///{tmp_path / 'advisories.db'}")
    await store.keep([read_record(raw(record)) for record in RECORDS], source="test", seen=NOON)
    yield store
    await store.close()


@pytest.fixture
async def client(tmp_path: Path, store: SqlAdvisories) -> AsyncIterator[Client]:
    """The site, with these advisories."""
    async with world(tmp_path, {wheel("1.0"): b"x"}) as behind:
        site = Site(
            gateway=behind.gateway,
            store=behind.store,
            templates=templates(),
            hosts=frozenset({"127.0.0.1"}),
            instance="instance",
            advisories=store,
        )
        async with TestClient(TestServer(application(site))) as found:
            yield found


async def ask(client: Client, path: str, body: Any) -> tuple[int, Any]:  # noqa: ANN401
    """Status and document of an answer; the body is sent as pip-audit sends it, without a content type."""
    answer = await client.post(path, data=json.dumps(body).encode())
    assert answer.headers["Content-Type"] == "application/json"
    return answer.status, await answer.json()


def query(version: str, name: str = "demo") -> dict[str, Any]:
    """A question by name."""
    return {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}


async def test_query_gives_whole_records(client: Client) -> None:
    """What affects the version, as it was published and by id; what is withdrawn is not said."""
    assert await ask(client, "/osv/v1/query", query("1.0")) == (200, {"vulns": RECORDS[:2]})
    assert await ask(client, "/osv/v1/query", query("1.4", "DeMo")) == (200, {"vulns": RECORDS[:1]})
    assert await ask(client, "/osv/v1/query", query("1.5")) == (200, {})
    assert await ask(client, "/osv/v1/query", {"package": {"purl": "pkg:pypi/demo@1.5"}}) == (200, {})


async def test_batch_gives_ids_in_the_order_of_the_questions(client: Client) -> None:
    """One result for each question, an empty one where nothing is known."""
    status, answer = await ask(client, "/osv/v1/querybatch", {"queries": [query("1.0", "other"), query("1.0")]})
    assert (status, answer["results"][0]) == (200, {})
    assert [one["id"] for one in answer["results"][1]["vulns"]] == ["GHSA-1", "MAL-2026-1"]


async def test_pages_are_asked_for_by_token(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is more than a page holds, its token leads to the rest, in query and batch alike."""
    monkeypatch.setattr("pratique.advisories.osv.PAGE", 1)
    _, first = await ask(client, "/osv/v1/query", query("1.0"))
    token = first["next_page_token"]
    assert await ask(client, "/osv/v1/query", {**query("1.0"), "page_token": token}) == (200, {"vulns": [RECORDS[1]]})
    _, batch = await ask(
        client, "/osv/v1/querybatch", {"queries": [query("1.0"), {**query("1.0"), "page_token": token}]}
    )
    assert [(one["vulns"][0]["id"], "next_page_token" in one) for one in batch["results"]] == [
        ("GHSA-1", True),
        ("MAL-2026-1", False),
    ]


async def test_record_by_id(client: Client) -> None:
    """Any record that is kept, withdrawn ones too; an alias is answered with the ids that have it."""
    for record in RECORDS:
        answer = await client.get(f"/osv/v1/vulns/{record['id']}")
        assert (answer.status, await answer.json()) == (200, record)
    unknown = await client.get("/osv/v1/vulns/GHSA-0")
    assert (unknown.status, await unknown.json()) == (404, {"code": 5, "message": "Bug not found."})
    aliased = await (await client.get("/osv/v1/vulns/CVE-2026-1")).json()
    assert aliased["message"].endswith("the following aliases were: GHSA-1")


@pytest.mark.parametrize("path", ["/osv/v1/query", "/osv/v1/querybatch"])
@pytest.mark.parametrize("body", [{}, [], {"commit": "0" * 40}, {"queries": [{"version": "1"}]}, "x"])
async def test_question_that_is_none(client: Client, path: str, body: Any) -> None:  # noqa: ANN401
    """It is refused as OSV's own service refuses: 400, with code and message."""
    status, answer = await ask(client, path, body)
    assert (status, answer["code"]) == (400, 3)
    assert answer["message"]


async def test_readiness_tells_the_last_success(client: Client, store: SqlAdvisories) -> None:
    """Whoever watches the server sees whether its advisories are fresh."""
    assert "advisories: none" in await (await client.get("/readyz")).text()
    await store.save_source(Source(name="a", tried=NOON, succeeded=NOON))
    await store.save_source(Source(name="b", tried=NOON, error="down"))
    assert "advisories: last success 2026-01-01T12:00:00Z, never\n" in await (await client.get("/readyz")).text()


async def test_site_without_advisories_says_so(tmp_path: Path) -> None:
    """It does not answer that nothing is known against a release."""
    async with world(tmp_path, {}) as behind, TestClient(TestServer(behind.site())) as bare:
        answer = await bare.post("/osv/v1/query", data=json.dumps(query("1.0")))
        assert answer.status == 404
