"""What every `AdvisoryStore` promises: the fake and the databases alike."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pratique.advisories.outside import AdvisoryStore, Source, Totals
from pratique.advisories.record import Record, read_record
from pratique.names import project_name
from pratique.storage.advisories import open_advisories
from tests.advisories.records import osv, raw
from tests.fakes.advisories import MemoryAdvisories

DEMO, OTHER = project_name("demo"), project_name("other")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, url_of: Callable[[str], str]) -> AsyncIterator[AdvisoryStore]:
    """Each implementation, empty."""
    if request.param == "memory":
        yield MemoryAdvisories()
        return
    database = await open_advisories(url_of(request.param))
    yield database
    await database.close()


def record(identity: str, **fields: Any) -> Record:  # noqa: ANN401
    """A record on version 1 of the project demo."""
    return read_record(raw(osv(identity, **{"versions": ["1"], **fields})))


async def keep(store: AdvisoryStore, *records: Record, source: str = "a", seen: datetime = NOON) -> int:
    """Keep them."""
    return await store.keep(records, source=source, seen=seen)


async def ids(store: AdvisoryStore) -> list[str]:
    """What is said of demo."""
    return sorted(advisory.id for advisory in await store.of(DEMO))


async def test_claims_come_back_whole(store: AdvisoryStore) -> None:
    """What a record says of a project returns as it was read; nothing is said of others."""
    ranges = [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "2"}]}]
    one = record("A-1", aliases=["CVE-1"], ranges=ranges)
    assert await keep(store, one) == 1
    assert await store.of(DEMO) == (one.claims[0][1],)
    assert await store.of(OTHER) == ()


async def test_record_on_several_projects(store: AdvisoryStore) -> None:
    """It is found by each of them."""
    both = osv("A-1", versions=["1"])
    both["affected"] += osv(project="other", versions=["2"])["affected"]
    await keep(store, read_record(raw(both)))
    assert [a.affected[0].versions for p in (DEMO, OTHER) for a in await store.of(p)] == [("1",), ("2",)]


async def test_documents_and_aliases(store: AdvisoryStore) -> None:
    """Records return by id as they were published; aliases lead to the ids; what is unknown is left out."""
    await keep(store, record("B-1", aliases=["CVE-1"]), record("A-1", aliases=["CVE-1", "CVE-2"]))
    documents = await store.documents(["A-1", "unknown"])
    assert {name: json.loads(document)["aliases"] for name, document in documents.items()} == {
        "A-1": ["CVE-1", "CVE-2"]
    }
    assert await store.named("CVE-1") == ("A-1", "B-1")
    assert await store.named("unknown") == ()
    assert await store.moments(["B-1", "unknown"]) == {"B-1": NOON}
    assert await store.documents([]) == {}


async def test_more_ids_than_one_statement_takes(store: AdvisoryStore) -> None:
    """Any number of records may be kept and asked for at once."""
    many = [record(f"A-{number}") for number in range(1234)]
    assert await keep(store, *many) == 1234
    names = [one.id for one in many]
    assert len(await store.documents(names)) == len(await store.moments(names)) == await store.held("a") == 1234


async def test_later_modified_wins(store: AdvisoryStore) -> None:
    """Of two states the later modified one stands, whatever comes first and wherever it comes from."""
    old, new = (
        record("A-1", versions=["1"]),
        record("A-1", versions=["2"], aliases=["C-1"], modified="2026-01-02T00:00:00Z"),
    )
    assert await keep(store, old) == 1
    assert await keep(store, new, source="b") == 1
    assert await keep(store, old) == 0
    assert [advisory.affected[0].versions for advisory in await store.of(DEMO)] == [("2",)]
    assert await store.named("C-1") == ("A-1",)
    assert (await store.held("a"), await store.held("b")) == (0, 1)


async def test_both_states_at_once(store: AdvisoryStore) -> None:
    """The same holds within one batch, in either order."""
    old, new = record("A-1", versions=["1"]), record("A-1", versions=["2"], modified="2026-01-02T00:00:00Z")
    await keep(store, new, old)
    assert [advisory.affected[0].versions for advisory in await store.of(DEMO)] == [("2",)]


async def test_changed_without_saying_so(store: AdvisoryStore) -> None:
    """A record that says something else at the same moment replaces what was there; the same again changes nothing."""
    await keep(store, record("A-1", aliases=["CVE-1"]))
    assert await keep(store, record("A-1", aliases=["CVE-1"])) == 0
    assert await keep(store, record("A-1", aliases=["CVE-2"])) == 1
    assert (await store.named("CVE-1"), await store.named("CVE-2")) == ((), ("A-1",))


async def test_withdrawn_record_is_said_of_nobody(store: AdvisoryStore) -> None:
    """Withdrawing takes the claim away, and leaves the record to be read."""
    await keep(store, record("A-1"))
    await keep(store, record("A-1", modified="2026-01-02T00:00:00Z", withdrawn="2026-01-02T00:00:00Z"))
    assert await store.of(DEMO) == ()
    assert b"withdrawn" in (await store.documents(["A-1"]))["A-1"]


async def test_retire_takes_what_its_source_no_longer_has(store: AdvisoryStore) -> None:
    """Only what came from this source and was not seen since is forgotten, its claims and aliases too."""
    await keep(store, record("A-1", aliases=["CVE-1"]), record("B-1"))
    await keep(store, record("C-1"), source="b")
    await keep(store, record("B-1"), seen=LATER)
    assert await store.retire(source="a", before=LATER) == 1
    assert await ids(store) == ["B-1", "C-1"]
    assert await store.named("CVE-1") == ()
    assert await store.documents(["A-1"]) == {}


async def test_totals(store: AdvisoryStore) -> None:
    """Malware, vulnerabilities and what is withdrawn are counted apart."""
    withdrawn = record("MAL-2", withdrawn="2026-01-02T00:00:00Z")
    await keep(store, record("MAL-1"), withdrawn, record("GHSA-1"), record("PYSEC-1"))
    assert await store.totals() == Totals(malware=1, vulnerabilities=2, withdrawn=1)


async def test_sources_are_remembered(store: AdvisoryStore) -> None:
    """The last attempt of each source returns, by name."""
    failed = Source(name="b", tried=NOON, error="no \0 answer".replace("\0", "\\x00"))
    await store.save_source(failed)
    whole = Source(name="a", etag='"1"', newest=NOON, whole=NOON, tried=NOON, succeeded=LATER, records=3, broken=1)
    await store.save_source(Source(name="a"))
    await store.save_source(whole)
    assert await store.sources() == (whole, failed)
