"""Two hundred clients at once before a cold cache: each thing is fetched once, and everybody gets the same bytes."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from tests.support.distributions import Built, make_wheel
from tests.support.server import Server, events, serving
from tests.support.upstream_server import Fault, LocalIndex

_CLIENTS = 200
_PROJECTS = 4
_TRIES = 10
"""Of a file whose inspection is pending."""


def _built(number: int) -> Built:
    noise = "".join(f"v{n} = {n * number}\n" for n in range(2000))
    return make_wheel(f"demo-{number}", "1.0", {f"demo_{number}.py": noise})


async def _client(session: aiohttp.ClientSession, built: Built) -> tuple[int, bytes]:
    """As an installer asks: page, metadata, file."""
    async with session.get(f"/simple/{built.project}/") as page:
        assert page.status == 200
        assert built.filename in await page.text()
    async with session.get(f"/files/{built.project}/{built.filename}.metadata") as metadata:
        assert (metadata.status, await metadata.read()) == (200, built.metadata)
    for _ in range(_TRIES):
        async with session.get(f"/files/{built.project}/{built.filename}") as file:
            status, body = file.status, await file.read()
        if status != 503:
            break
    return status, body


async def _crowd(server: Server, built: list[Built]) -> list[tuple[int, bytes]]:
    connector = aiohttp.TCPConnector(limit=_CLIENTS)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", connector=connector) as session:
        return await asyncio.gather(*(_client(session, built[n % len(built)]) for n in range(_CLIENTS)))


@pytest.mark.parametrize("broken", [None, Fault(wrong_hash=True), Fault(truncate=50)], ids=["well", "lying", "cut"])
def test_a_crowd_before_a_cold_cache(tmp_path: Path, broken: Fault | None) -> None:
    """Page, metadata and file are asked for once at the upstream; of a broken file nobody gets a byte."""
    behind, built = LocalIndex(), [_built(number) for number in range(1, _PROJECTS + 1)]
    for one in built:
        behind.add(one)
    if broken:
        behind.fault(built[0].filename, broken)
    with behind.serving_in_thread() as url, serving(tmp_path / "data", url) as server:
        answers = asyncio.run(_crowd(server, built))
        data = server.data
    right = [(200, one.data) for one in built]
    for number, answer in enumerate(answers):
        if broken and number % _PROJECTS == 0:
            assert answer[0] == 502
            assert built[0].data not in answer[1]
        else:
            assert answer == right[number % _PROJECTS]
    once = [path for one in built[bool(broken) :] for path in (f"/simple/{one.project}/", f"/packages/{one.filename}")]
    assert {path: behind.counts[path] for path in once} == dict.fromkeys(once, 1)
    given = Counter(events(data, "filename", "kind = 'download'"))
    assert given == {one.filename: _CLIENTS // _PROJECTS for one in built[bool(broken) :]}
