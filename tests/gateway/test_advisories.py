from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pratique.advisories.record import read_record
from pratique.gateway.gateway import Gateway, Ports, Rules
from pratique.gateway.outcome import Refused, Visitor
from pratique.policy import Action, Policy
from pratique.policy.reading import read_policy
from pratique.ports import EventKind, Judged
from pratique.storage.database import SqlStore, open_store
from pratique.storage.disk import DiskBlobs
from tests.advisories.records import osv, raw
from tests.fakes.advisories import MemoryAdvisories
from tests.fakes.memory import FakeClock, FakeInspector
from tests.fakes.upstream import FakeUpstream
from tests.gateway.world import DEMO, wheel

PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")
GOOD, BAD = wheel("1.0"), wheel("2.0")
ODD = "demo.exe"
NOON = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """A gateway whose files all look clean, and what is published about them."""

    gateway: Gateway
    ports: Ports
    advisories: MemoryAdvisories
    upstream: FakeUpstream
    store: SqlStore
    clock: FakeClock

    async def publish(self, identity: str, *, after: float = 60, **fields: Any) -> None:  # noqa: ANN401
        """Keep a record, as an import does, and let so many seconds pass."""
        await self.advisories.keep([read_record(raw(osv(identity, **fields)))], source="test", seen=NOON)
        self.clock.pass_by(after)

    async def yanked(self) -> dict[str, bool | str]:
        """What the page says of each file."""
        return {file.filename: file.yanked for file in (await self.gateway.page(DEMO)).files}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Two releases, and a file whose version cannot be told."""
    upstream = FakeUpstream(project=DEMO, files={GOOD: b"honest code", BAD: b"also honest, it seems", ODD: b"odd"})
    inspector, clock, advisories = FakeInspector(), FakeClock(), MemoryAdvisories()
    store, blobs = await open_store(f"sqlite:///{tmp_path / 'db'}"), DiskBlobs(tmp_path / "blobs")
    ports = Ports(store=store, blobs=blobs, upstream=upstream, inspector=inspector, clock=clock, advisories=advisories)
    gateway = Gateway(ports, Rules())
    yield World(gateway=gateway, ports=ports, advisories=advisories, upstream=upstream, store=store, clock=clock)
    await gateway.close()
    await store.close()
    blobs.close()


async def test_known_malware_is_refused_unseen(world: World) -> None:
    """A file of a release that an advisory calls malicious is refused by its id, on record, and never fetched."""
    await world.publish("MAL-2026-1", versions=["2.0"])
    answer = await world.gateway.file(DEMO, BAD, PIP)
    assert isinstance(answer, Refused)
    assert answer.reason == "blocked: demo 2.0 is known malware (MAL-2026-1): summary of MAL-2026-1"
    assert (answer.action, answer.sha256) == (Action.BLOCK, "")
    assert world.upstream.fetched == []
    (event,) = await world.store.events()
    assert (event.kind, event.filename, "MAL-2026-1" in event.reason) == (EventKind.REFUSAL, BAD, True)


async def test_metadata_of_known_malware_is_refused(world: World) -> None:
    """What steers a resolver is not given either."""
    world.upstream.metadata[BAD] = b"Metadata-Version: 2.1\nName: demo\nVersion: 2.0\n"
    await world.publish("MAL-2026-1", versions=["2.0"])
    assert isinstance(await world.gateway.metadata(DEMO, BAD, PIP), Refused)


async def test_page_leads_to_a_release_that_is_not_malware(world: World) -> None:
    """The page marks the release with the reason, so that resolvers take another; the others stay as they are."""
    await world.publish("MAL-2026-1", events=[{"introduced": "2"}])
    yanked = await world.yanked()
    assert "MAL-2026-1" in str(yanked[BAD])
    assert yanked[GOOD] is False
    assert isinstance(await world.gateway.file(DEMO, GOOD, PIP), Judged)


async def test_whole_project_is_malware(world: World) -> None:
    """Where every release is, the files stay listed, so that the client asks for one and is told why."""
    await world.publish("MAL-2026-1", events=[{"introduced": "0"}])
    assert set((await world.yanked()).values()) == {False}
    for filename in (GOOD, BAD, ODD):
        assert isinstance(await world.gateway.file(DEMO, filename, PIP), Refused)


async def test_file_that_was_passed_on_is_refused_from_then_on(world: World) -> None:
    """An advisory that comes later holds at once for what is kept and was found clean, and ends when withdrawn."""
    assert isinstance(await world.gateway.file(DEMO, BAD, PIP), Judged)
    await world.publish("MAL-2026-1", versions=["2.0"])
    assert isinstance(await world.gateway.file(DEMO, BAD, PIP), Refused)
    assert "MAL-2026-1" in str((await world.yanked())[BAD])
    kept = await world.ports.blobs.find((await world.store.events(project=DEMO))[-1].sha256)  # type: ignore[arg-type]
    assert kept is not None
    found = await world.gateway.report(kept.sha256, BAD)
    assert found is not None
    assert found[1].action is Action.BLOCK
    await world.publish(
        "MAL-2026-1", versions=["2.0"], modified="2026-02-01T00:00:00Z", withdrawn="2026-02-01T00:00:00Z"
    )
    assert isinstance(await world.gateway.file(DEMO, BAD, PIP), Judged)
    assert (await world.yanked())[BAD] is False


async def test_an_allowance_that_is_asked_for_again_is_at_most_a_second_old(world: World) -> None:
    """Whatever is said meanwhile counts then; another policy counts at once."""
    assert isinstance(await world.gateway.file(DEMO, BAD, PIP), Judged)
    assert isinstance(await world.gateway.file(DEMO, BAD, PIP), Judged)
    await world.publish("MAL-2026-1", versions=["2.0"], after=1)
    assert isinstance(await world.gateway.file(DEMO, BAD, PIP), Refused)
    assert isinstance(await world.gateway.file(DEMO, GOOD, PIP), Judged)
    assert isinstance(await world.gateway.file(DEMO, GOOD, PIP), Judged)
    world.gateway.policies.exchange(read_policy('[[deny]]\nproject = "demo"\nreason = "no"\n'))
    assert isinstance(await world.gateway.file(DEMO, GOOD, PIP), Refused)


async def test_version_that_cannot_be_told_is_refused(world: World) -> None:
    """A file whose name hides its version does not slip past an advisory on its project."""
    await world.publish("MAL-2026-1", versions=["2.0"])
    assert isinstance(await world.gateway.file(DEMO, ODD, PIP), Refused)


async def test_vulnerability_stops_nothing_by_default(world: World) -> None:
    """Vulnerable releases are for audits to tell; a policy may hold them."""
    await world.publish("PYSEC-2026-1", versions=["2.0"])
    assert isinstance(await world.gateway.file(DEMO, BAD, PIP), Judged)
    assert (await world.yanked())[BAD] is False
    strict = Gateway(replace(world.ports), Rules(policy=Policy(vulnerable=Action.QUARANTINE)))
    answer = await strict.file(DEMO, BAD, PIP)
    await strict.close()
    assert isinstance(answer, Refused)
    assert answer.reason.startswith("quarantined: demo 2.0 is known to be vulnerable (PYSEC-2026-1)")
