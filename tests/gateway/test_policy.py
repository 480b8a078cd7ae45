from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from pratique.advisories.record import read_record
from pratique.audit import Key
from pratique.errors import NotFound
from pratique.gateway.gateway import Gateway, Ports, Rules
from pratique.gateway.outcome import Refused, Visitor
from pratique.names import ProjectName, Sha256, project_name, sha256_digest
from pratique.policy import Answer, Policy, Review
from pratique.policy.reading import read_policy
from pratique.ports import EventKind, Judged, StoredBlob
from pratique.releases import NoLocal
from pratique.storage.database import SqlStore
from tests.advisories.records import osv, raw
from tests.fakes.advisories import MemoryAdvisories
from tests.fakes.memory import FakeClock
from tests.fakes.upstream import FakeUpstream
from tests.gateway.world import BAD, DEMO, metadata, wheel, wheel_bytes, world

PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")
STRICT = replace(PIP, index="strict")
OLD, NEW, EVIL = wheel("1.0"), wheel("1.1"), wheel("2.0")
_FILES = {OLD: wheel_bytes("1.0"), NEW: wheel_bytes("1.1"), EVIL: wheel_bytes("2.0", b"# " + BAD)}


@dataclass
class Decided:
    """`pratique.audit.Reviews` in memory."""

    reviews: dict[Key, Review] = field(default_factory=dict)
    number: int = 0

    def mark(self) -> object:
        """The number of decisions."""
        return self.number

    async def current(self) -> Mapping[Key, Review]:
        """All of them."""
        return dict(self.reviews)

    def decide(self, review: Review) -> None:
        """As a person does."""
        self.reviews[review.sha256, review.filename] = review
        self.number += 1


@dataclass
class Shop:
    """A gateway under a policy."""

    gateway: Gateway
    ports: Ports
    upstream: FakeUpstream
    clock: FakeClock
    store: SqlStore
    decided: Decided
    advisories: MemoryAdvisories

    async def yanked(self, index: str = "") -> dict[str, bool | str]:
        """What the page says of each file."""
        return {file.filename: file.yanked for file in (await self.gateway.page(DEMO, index)).files}

    def digest(self, filename: str) -> str:
        """What the upstream promises."""
        return dict(self.upstream._listed(filename).hashes)["sha256"]

    def uploaded(self, filename: str, ago: timedelta) -> None:
        """Say when a file came to the upstream."""
        at = self.clock.now() - ago
        self.upstream.changes[filename] = {"upload_time": f"{at:%Y-%m-%dT%H:%M:%SZ}"}


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Three releases, the newest of which is bad; nothing is written down yet."""
    async with world(tmp_path, _FILES) as made:
        decided, advisories = Decided(), MemoryAdvisories()
        ports = replace(made.ports, reviews=decided, advisories=advisories)
        gateway = Gateway(ports, Rules())
        yield Shop(
            gateway=gateway,
            ports=ports,
            upstream=made.upstream,
            clock=made.clock,
            store=made.store,
            decided=decided,
            advisories=advisories,
        )
        await gateway.close()


def _policy(text: str) -> Policy:
    return read_policy(text)


async def test_another_policy_holds_from_the_next_request_on(shop: Shop) -> None:
    """For files and pages, also those that were given a moment ago."""
    assert isinstance(await shop.gateway.file(DEMO, OLD, PIP), Judged)
    assert (await shop.yanked())[OLD] is False
    shop.gateway.policies.exchange(_policy('[[deny]]\nproject = "demo"\nversions = "<1.1"\nreason = "too old"\n'))
    answer = await shop.gateway.file(DEMO, OLD, PIP)
    assert isinstance(answer, Refused)
    assert answer.reason == "blocked: demo 1.0 is not wanted here: too old"
    assert (await shop.yanked())[OLD] == answer.reason
    shop.gateway.policies.exchange(Policy())
    assert isinstance(await shop.gateway.file(DEMO, OLD, PIP), Judged)
    assert (await shop.yanked())[OLD] is False


async def test_a_young_release_is_marked_unseen_and_served_when_it_is_old_enough(shop: Shop) -> None:
    """Resolvers step back to the older one by themselves; nobody has to look."""
    shop.uploaded(OLD, timedelta(days=30))
    shop.uploaded(NEW, timedelta(days=1))
    shop.gateway.policies.exchange(_policy('[age]\nminimum = "3d"\n'))
    yanked = await shop.yanked()
    assert yanked[OLD] is False
    assert str(yanked[NEW]).startswith("quarantined: demo 1.1 was published 1 day ago; releases wait 3 days")
    assert isinstance(await shop.gateway.file(DEMO, NEW, PIP), Refused)
    assert isinstance(await shop.gateway.file(DEMO, OLD, PIP), Judged)
    shop.clock.pass_by(2 * 86_400 + 60)
    assert (await shop.yanked())[NEW] is False
    assert isinstance(await shop.gateway.file(DEMO, NEW, PIP), Judged)


async def test_a_release_that_mends_what_the_one_before_it_had_does_not_wait(shop: Shop) -> None:
    """The advisory speaks of 1.0 and no more of 1.1; where it speaks of both, or of malware, there is no exemption."""
    shop.uploaded(NEW, timedelta(hours=1))
    shop.gateway.policies.exchange(_policy('[age]\nminimum = "3d"\n'))
    for record, served in (
        (osv("MAL-2026-9", versions=["1.0"]), False),
        (osv("PYSEC-2026-1", events=[{"introduced": "0"}]), False),
        (osv("PYSEC-2026-1", modified="2026-03-01T00:00:00Z", events=[{"introduced": "0"}, {"fixed": "1.1"}]), True),
    ):
        await shop.advisories.keep([read_record(raw(record))], source="test", seen=shop.clock.now())
        shop.clock.pass_by(31)
        assert isinstance(await shop.gateway.file(DEMO, NEW, PIP), Judged) is served, record
        assert ((await shop.yanked())[NEW] is False) is served


async def test_a_release_by_a_person_is_served_at_the_next_request(shop: Shop) -> None:
    """Bound to these bytes under this name, for what was seen; file and page follow at once, and end with it."""
    refused = await shop.gateway.file(DEMO, EVIL, PIP)
    assert isinstance(refused, Refused)
    assert "dropper" in str((await shop.yanked())[EVIL])
    release = Review(
        sha256=sha256_digest(shop.digest(EVIL)),
        filename=EVIL,
        answer=Answer.RELEASE,
        reason="a test of ours",
        actor="ann",
        at=shop.clock.now(),
        expires=shop.clock.now() + timedelta(hours=1),
        lifts=("malicious",),
    )
    shop.decided.decide(replace(release, filename=OLD))
    assert isinstance(await shop.gateway.file(DEMO, EVIL, PIP), Refused)
    shop.decided.decide(release)
    assert isinstance(await shop.gateway.file(DEMO, EVIL, PIP), Judged)
    assert (await shop.yanked())[EVIL] is False
    shop.clock.pass_by(3600)
    assert isinstance(await shop.gateway.file(DEMO, EVIL, PIP), Refused)
    assert "dropper" in str((await shop.yanked())[EVIL])


class Accepting(NoLocal):
    """A team that let a file of its own pass once."""

    def __init__(self, sha256: str) -> None:
        self._sha256 = sha256_digest(sha256)

    async def accepted(self, project: ProjectName) -> frozenset[Sha256]:  # noqa: ARG002
        """That file."""
        return frozenset({self._sha256})


async def test_what_was_accepted_as_an_upload_is_not_for_what_is_proven(shop: Shop) -> None:
    """Though a policy only quarantines what is proven: nobody knew of the chain when the upload was accepted."""
    ports = replace(shop.ports, local=Accepting(shop.digest(EVIL)))
    gateway = Gateway(ports, Rules(policy=read_policy('[actions]\nmalicious = "quarantine"\n')))
    answer = await gateway.file(DEMO, EVIL, PIP)
    await gateway.close()
    assert isinstance(answer, Refused)
    assert answer.action == "quarantine"


async def test_a_later_file_of_the_same_name_is_not_released(shop: Shop) -> None:
    """Other bytes were never reviewed."""
    shop.decided.decide(
        Review(
            sha256=sha256_digest(shop.digest(EVIL)),
            filename=EVIL,
            answer=Answer.RELEASE,
            reason="ok",
            actor="ann",
            at=shop.clock.now(),
            lifts=("malicious", "suspicious"),
        )
    )
    assert isinstance(await shop.gateway.file(DEMO, EVIL, PIP), Judged)
    shop.upstream.files[EVIL] = wheel_bytes("2.0", b"# more " + BAD)
    shop.clock.pass_by(31)
    assert isinstance(await shop.gateway.file(DEMO, EVIL, PIP), Refused)


async def test_a_rejection_holds_at_once_and_before_anybody_looked(shop: Shop) -> None:
    """The bytes are refused under any name, on the page as well."""
    assert isinstance(await shop.gateway.file(DEMO, NEW, PIP), Judged)
    for filename in (NEW, OLD):
        shop.decided.decide(
            Review(
                sha256=sha256_digest(shop.digest(filename)),
                filename="other.whl",
                answer=Answer.REJECT,
                reason="not here",
                actor="bob",
                at=shop.clock.now(),
            )
        )
        answer = await shop.gateway.file(DEMO, filename, PIP)
        assert isinstance(answer, Refused)
        assert answer.reason == "blocked: rejected by bob: not here"
        assert (await shop.yanked())[filename] == answer.reason
    assert OLD not in shop.upstream.fetched


async def test_indexes_have_their_own_decisions(shop: Shop) -> None:
    """What one refuses the other serves, whoever asked first, on pages and for files and what lies beside them."""
    shop.gateway.policies.exchange(
        _policy('[indexes.strict]\n[[indexes.strict.deny]]\nproject = "demo"\nversions = "==1.1"\nreason = "no"\n')
    )
    for _ in range(2):
        assert isinstance(await shop.gateway.file(DEMO, NEW, PIP), Judged)
        assert isinstance(await shop.gateway.file(DEMO, NEW, STRICT), Refused)
        assert isinstance(await shop.gateway.metadata(DEMO, NEW, PIP), StoredBlob)
        assert isinstance(await shop.gateway.metadata(DEMO, NEW, STRICT), Refused)
        assert (await shop.yanked())[NEW] is False
        assert (await shop.yanked("strict"))[NEW] == "blocked: demo 1.1 is not wanted here: no"


async def test_a_request_under_way_does_not_outlive_its_index(shop: Shop) -> None:
    """Where the index is gone when the file is ready, the main one's policy does not answer for it."""
    shop.gateway.policies.exchange(read_policy("[indexes.strict]\n"))
    assert isinstance(await shop.gateway.file(DEMO, NEW, STRICT), Judged)
    shop.gateway.policies.exchange(Policy())
    with pytest.raises(NotFound, match="no index strict"):
        await shop.gateway.file(DEMO, NEW, STRICT)
    with pytest.raises(NotFound, match="no index strict"):
        await shop.gateway.page(DEMO, "strict")


async def test_observing_serves_and_records_what_would_be_refused(shop: Shop) -> None:
    """Files, pages and metadata; the record tells each with its reason."""
    shop.gateway.policies.exchange(_policy('mode = "observe"\n'))
    shop.upstream.metadata[OLD] = metadata("1.0", "x @ http://elsewhere.example.invalid/x.whl")
    assert isinstance(await shop.gateway.file(DEMO, EVIL, PIP), Judged)
    assert set((await shop.yanked()).values()) == {False}
    assert isinstance(await shop.gateway.metadata(DEMO, OLD, PIP), StoredBlob)
    told = {(event.kind, event.filename, event.action) for event in await shop.store.events() if event.reason}
    assert (EventKind.DOWNLOAD, EVIL, "observe") in told
    assert (EventKind.REFUSAL, OLD, "observe") in told


async def test_the_upstream_is_never_asked_for_a_private_name(shop: Shop) -> None:
    """Page and file are refused with the reason, even where the name was remembered from before."""
    assert isinstance(await shop.gateway.file(DEMO, OLD, PIP), Judged)
    shop.gateway.policies.exchange(_policy('mode = "observe"\n[private]\nnames = ["demo"]\nprefixes = ["acme-"]\n'))
    shop.clock.pass_by(3600)
    asked, fetched = shop.upstream.pages, list(shop.upstream.fetched)
    for project in (DEMO, project_name("acme-tools")):
        with pytest.raises(NotFound, match="private name"):
            await shop.gateway.page(project)
        answer = await shop.gateway.file(project, OLD, PIP)
        assert isinstance(answer, Refused)
        assert "the public index is never asked for it" in answer.reason
        assert isinstance(await shop.gateway.metadata(project, OLD, PIP), Refused)
        assert isinstance(await shop.gateway.provenance(project, OLD, PIP), Refused)
    assert (shop.upstream.pages, shop.upstream.fetched) == (asked, fetched)


async def test_a_condition_on_findings_waits_until_they_are_known(shop: Shop) -> None:
    """It refuses what was looked into, and is told on the page from then on."""
    shop.gateway.policies.exchange(
        _policy('[[when]]\ncondition = "score < 0.5"\naction = "block"\nreason = "too good"\n')
    )
    assert (await shop.yanked())[OLD] is False
    assert isinstance(await shop.gateway.file(DEMO, OLD, PIP), Refused)
    assert (await shop.yanked())[OLD] == "blocked: demo 1.0: too good"


@pytest.mark.parametrize(
    ("filename", "version"),
    [
        ("demo-1-2.tar.gz", "1.post2"),
        ("demo-1-2.tar.bz2", "1.post2"),
        ("demo-1.0-1.zip", "1.0.post1"),
        ("DEMO-1.00.tgz", "1.0"),
        ("demo-v1.0.tar.xz", "1.0"),
        ("demo-1.0-py3.egg", "1.0"),
        ("demo-1.0-1-py3-none-any.whl", "1.0"),
    ],
)
async def test_a_denied_version_is_known_in_each_spelling(tmp_path: Path, filename: str, version: str) -> None:
    """As installers read it, who know the project's name: no hyphen makes it another project's or another version."""
    denied = read_policy(f'[[deny]]\nproject = "demo"\nversions = "=={version}"\nreason = "bad"\n')
    other = read_policy('[[deny]]\nproject = "demo"\nversions = "==7"\nreason = "bad"\n')
    async with world(tmp_path, {filename: b"x"}, Rules(policy=denied)) as made:
        assert isinstance(await made.gateway.file(DEMO, filename, PIP), Refused)
        made.gateway.policies.exchange(other)
        assert isinstance(await made.gateway.file(DEMO, filename, PIP), Judged)
