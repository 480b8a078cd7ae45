from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pratique.errors import NotFound, UpstreamError
from pratique.gateway.gateway import Gateway, Rules
from pratique.gateway.outcome import Mismatch, Pending, Refused, Visitor
from pratique.gateway.patience import Patience
from pratique.ports import EventKind, Judged, Priority, StoredBlob
from tests.gateway.world import BAD, DEMO, World, metadata, wheel, wheel_bytes
from tests.gateway.world import world as new_world

PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")
GOOD = wheel("1.0")
EVIL = wheel("2.0")
HONEST = wheel_bytes("1.0")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A project with an honest and a bad release."""
    async with new_world(tmp_path, {GOOD: HONEST, EVIL: BAD}) as made:
        yield made


@pytest.fixture
async def impatient(world: World) -> AsyncIterator[Gateway]:
    """A gateway over the same surroundings that holds nobody at all."""
    gateway = Gateway(world.ports, Rules(patience=Patience(hold=0, hold_uv=60)))
    yield gateway
    await gateway.close()


async def test_allowed_file_is_recorded_with_its_digest(world: World) -> None:
    """A clean file is given, and its download is on record, with who asked, before the answer is known."""
    answer = await world.gateway.file(DEMO, GOOD, PIP)
    assert isinstance(answer, Judged)
    (event, _verdict) = await world.store.events()
    assert (event.kind, event.sha256) == (EventKind.DOWNLOAD, hashlib.sha256(HONEST).hexdigest())
    assert (event.client, event.request) == ("192.0.2.7", "r1")


async def test_bad_file_is_refused_with_rule_file_and_line(world: World) -> None:
    """A malicious file is refused, the reason names rule, file and line, and the record says so."""
    answer = await world.gateway.file(DEMO, EVIL, PIP)
    assert isinstance(answer, Refused)
    assert "dropper in setup.py:3" in answer.reason
    assert [e.kind for e in await world.store.events()] == [EventKind.REFUSAL, EventKind.VERDICT]


async def test_judged_release_is_yanked_on_the_page(world: World) -> None:
    """Once judged, the bad release is listed yanked with its reason, and the honest one as it was."""
    await world.gateway.file(DEMO, EVIL, PIP)
    yanked = {file.filename: file.yanked for file in (await world.gateway.page(DEMO)).files}
    assert yanked[GOOD] is False
    assert "dropper" in str(yanked[EVIL])


async def test_twenty_ask_and_one_fetch_answers(world: World) -> None:
    """Simultaneous cold requests of one file share one fetch and one inspection."""
    world.upstream.hold = asyncio.Event()
    asking = [asyncio.create_task(world.gateway.file(DEMO, GOOD, Visitor(user_agent="uv/0.13"))) for _ in range(20)]
    await world.upstream.asked_for(1)
    world.upstream.hold.set()
    answers = await asyncio.gather(*asking)
    assert all(isinstance(answer, Judged) for answer in answers)
    assert (world.upstream.fetched, len(world.inspector.asked)) == ([GOOD], 1)


async def test_wrong_bytes_are_a_mismatch_on_record(world: World) -> None:
    """Bytes that are not what the page promises are never given; the record says why."""
    world.upstream.changes[GOOD] = {"hashes": (("sha256", "0" * 64),)}
    with pytest.raises(Mismatch, match="hash mismatch"):
        await world.gateway.file(DEMO, GOOD, PIP)
    assert "hash mismatch" in (await world.store.events())[0].reason


async def test_truncated_body_is_an_upstream_error(world: World) -> None:
    """A body shorter than announced is no file, and the next request fetches it again."""
    world.upstream.cut = True
    with pytest.raises(UpstreamError):
        await world.gateway.file(DEMO, GOOD, PIP)
    world.upstream.cut = False
    assert isinstance(await world.gateway.file(DEMO, GOOD, PIP), Judged)


async def test_cached_file_is_served_while_the_upstream_is_down(world: World) -> None:
    """Page and file that were fetched before are given when the upstream fails; others are an error."""
    await world.gateway.file(DEMO, GOOD, PIP)
    world.upstream.down = True
    world.clock.pass_by(3600)
    assert isinstance(await world.gateway.file(DEMO, GOOD, PIP), Judged)
    with pytest.raises(UpstreamError):
        await world.gateway.file(DEMO, EVIL, PIP)


async def test_slow_inspection_is_pending_then_refused(world: World, impatient: Gateway) -> None:
    """A file in inspection is pending, and after the artifact's total time refused, whoever asks; then given."""
    world.inspector.hold = asyncio.Event()
    assert isinstance(await impatient.file(DEMO, GOOD, PIP), Pending)
    world.clock.pass_by(91)
    answer = await impatient.file(DEMO, GOOD, Visitor(user_agent="pip/26.3"))
    assert isinstance(answer, Refused)
    assert "pending, try again" in answer.reason
    world.inspector.hold.set()
    assert isinstance(await impatient.file(DEMO, GOOD, Visitor(user_agent="uv/0.13")), Judged)


async def test_unlisted_file_is_not_found(world: World) -> None:
    """What is not on the page does not exist, even where the upstream would have it."""
    with pytest.raises(NotFound):
        await world.gateway.file(DEMO, wheel("9.9"), PIP)


async def test_metadata_begins_the_inspection(world: World) -> None:
    """Asking for metadata looks ahead at low priority; the client's own request is more urgent."""
    world.upstream.metadata[GOOD] = metadata("1.0")
    world.inspector.hold = asyncio.Event()
    assert isinstance(await world.gateway.metadata(DEMO, GOOD, PIP), StoredBlob)
    await world.inspector.asked_for(1)
    asking = asyncio.create_task(world.gateway.file(DEMO, GOOD, PIP))
    await world.inspector.asked_for(2)
    world.inspector.hold.set()
    assert isinstance(await asking, Judged)
    asked = [(ticket.filename, priority) for ticket, priority in world.inspector.asked]
    assert asked == [(GOOD, Priority.AHEAD), (GOOD, Priority.CLIENT)]


async def test_direct_reference_is_refused(world: World) -> None:
    """Metadata that would send the client to another host is refused, and on record."""
    world.upstream.metadata[GOOD] = metadata("1.0", "other @ http://example.invalid/o.whl")
    answer = await world.gateway.metadata(DEMO, GOOD, PIP)
    assert isinstance(answer, Refused)
    assert "around the gateway" in answer.reason
    assert (await world.store.events())[0].kind is EventKind.REFUSAL
