"""What whoever runs the server sees of it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from pratique.errors import StorageError
from pratique.web.app import application
from pratique.web.keys import SITE
from pratique.web.operation import LogFormat, Operation
from pratique.web.operation.limiting import Limiter
from pratique.web.operation.logs import RequestLog
from tests.gateway.world import BAD, World, wheel, world

GOOD = wheel("1.0")
EVIL = wheel("2.0")
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[World]:
    """A project with an honest and a bad release."""
    async with world(tmp_path, {GOOD: b"honest code", EVIL: BAD}) as made:
        yield made


@asynccontextmanager
async def _client(behind: World, operation: Operation) -> AsyncIterator[Client]:
    app = application(behind.site()[SITE], operation)
    async with TestClient(TestServer(app)) as found:
        yield found


def _value(text: str, name: str, **labels: str) -> float:
    """A sample's value; labels in any order."""
    for found in re.finditer(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.MULTILINE):
        if dict(re.findall(r'(\w+)="([^"]*)"', found[1] or "")) == labels:
            return float(found[2])
    return 0.0


async def test_requests_are_counted_and_timed(behind: World) -> None:
    """Each request counts once under what was asked for, with its status."""
    async with _client(behind, Operation()) as client:
        await client.get("/simple/demo/")
        await client.get(f"/files/demo/{GOOD}")
        await client.get(f"/files/demo/{EVIL}")
        await client.get("/no/such/place")
        text = await (await client.get("/metrics")).text()
    name = "pratique_requests_total"
    assert _value(text, name, feature="page", method="GET", status="200") == 1
    assert _value(text, name, feature="file", method="GET", status="200") == 1
    assert _value(text, name, feature="file", method="GET", status="403") == 1
    assert _value(text, name, feature="none", method="GET", status="404") == 1
    assert _value(text, "pratique_request_seconds_count", feature="file") == 2


async def test_the_number_of_series_is_bounded(behind: World) -> None:
    """Neither paths nor methods that a client makes up become labels."""
    async with _client(behind, Operation()) as client:
        for number in range(20):
            await client.get(f"/made/up/{number}")
            await client.request(f"MADE{number}", "/")
        text = await (await client.get("/metrics")).text()
    assert len(re.findall(r"^pratique_requests_total\{", text, re.MULTILINE)) <= 2
    assert "made" not in text.lower()


async def test_an_unready_server_says_why(behind: World) -> None:
    """Every reason is told, 503 says it to machines, and the process itself still counts as alive."""

    async def broken() -> str:
        raise StorageError("The disk is gone.")

    async def tired() -> str:
        return "workers: the pool has broken"

    async with _client(behind, Operation(checks=(broken, tired))) as client:
        answer = await client.get("/readyz")
        said = await answer.text()
        assert (answer.status, "The disk is gone." in said, "the pool has broken" in said) == (503, True, True)
        assert (await client.get("/healthz")).status == 200


async def test_a_ready_server_says_how_fresh_it_is(behind: World) -> None:
    """200, and a line on the advisories."""
    async with _client(behind, Operation()) as client:
        answer = await client.get("/readyz")
        assert (answer.status, await answer.text()) == (200, "ready\nadvisories: none\n")


async def test_every_request_is_a_line_of_json(behind: World) -> None:
    """The line has the id that the client and the record have, and what was answered; control signs are escaped."""
    out = io.StringIO()
    async with _client(behind, Operation(log=RequestLog(LogFormat.JSON, out))) as client:
        answer = await client.get(f"/files/demo/{EVIL}?secret=1", headers={"User-Agent": "pip\u202e/1"})
    (line,) = map(json.loads, out.getvalue().splitlines())
    assert (line["request"], line["status"], line["method"]) == (answer.headers["X-Request-Id"], 403, "GET")
    assert (line["path"], line["client"], line["event"]) == (f"/files/demo/{EVIL}", "127.0.0.1", "request")
    assert "\u202e" not in out.getvalue()
    assert "secret" not in out.getvalue()
    assert [event.request for event in await behind.store.events(limit=1)] == [line["request"]]


async def test_a_line_for_a_person_stays_one_line(behind: World) -> None:
    """Whatever a client writes into its request, it adds no line and no field of its own to the log."""
    out = io.StringIO()
    async with _client(behind, Operation(log=RequestLog(LogFormat.TEXT, out))) as client:
        await client.get("/no/%0Astatus=200%0A", headers={"User-Agent": 'x" status="1'})
    (line,) = out.getvalue().splitlines()
    assert line.count(" status=404") == 1
    assert " event=request " in line


async def test_a_client_that_asks_too_often_is_told_when_to_come_back(behind: World) -> None:
    """429 with ``Retry-After``; what watches the server is never refused; after the time the client is let in."""
    now = 0.0
    async with _client(behind, Operation(limiter=Limiter(2, clock=lambda: now))) as client:
        statuses = [(await client.get("/simple/demo/")).status for _ in range(3)]
        assert statuses == [200, 200, 429]
        refused = await client.get("/simple/demo/")
        assert (refused.headers["Retry-After"], "too many" in (refused.reason or "")) == ("30", True)
        assert len(refused.headers["X-Request-Id"]) == 16
        assert (await client.get("/healthz")).status == 200
        now = 31.0
        assert (await client.get("/simple/demo/")).status == 200


def test_a_bucket_never_holds_more_than_a_minute() -> None:
    """Who was away for long may ask for a minute's worth at once, and no more; others are not touched."""
    now = 0.0
    limiter = Limiter(3, clock=lambda: now)
    now = 86_400.0
    assert [limiter.wait("a") for _ in range(4)] == [0, 0, 0, 20]
    assert limiter.wait("b") == 0
