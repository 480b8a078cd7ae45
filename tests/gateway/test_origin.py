"""Where a judged file comes from, for whoever reads its report."""

from __future__ import annotations

import hashlib
import html
import importlib.util
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from pratique.gateway.gateway import Rules
from pratique.gateway.origin import page_signals
from pratique.gateway.outcome import Refused, Visitor
from pratique.policy import Action, Policy, SignalKind
from pratique.policy.reading import read_policy
from pratique.ports import IndexFile, Judged, ProjectPage
from pratique.provenance.model import Proof
from tests.gateway.world import BAD, DEMO, World, wheel, wheel_bytes, world
from tests.provenance.objects import provenance, statement
from tests.provenance.signing import SIGNED, TrustRoot

PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")
_FILE = wheel("1.1")
_DATA = wheel_bytes("1.1")
_SHA256 = hashlib.sha256(_DATA).hexdigest()
_EXTRA = importlib.util.find_spec("pypi_attestations") is not None


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[World]:
    """Two releases, the later one with provenance."""
    async with world(tmp_path, {wheel("1.0"): wheel_bytes("1.0"), _FILE: _DATA}) as made:
        made.upstream.provenance[_FILE] = provenance(statement(_FILE, _SHA256))
        made.upstream.changes = {
            wheel("1.0"): {"upload_time": "2023-01-01T00:00:00Z"},
            _FILE: {"upload_time": "2025-12-31T12:00:00Z", "yanked": "broken"},
        }
        yield made


async def _judged(demo: World) -> Judged:
    answer = await demo.gateway.file(DEMO, _FILE, PIP)
    assert isinstance(answer, Judged)
    return answer


async def test_publisher_and_standing_are_known(demo: World) -> None:
    """The object is fetched once, checked against the very bytes, and kept."""
    report = (await _judged(demo)).report
    for _ in range(2):
        origin = await demo.gateway.origin(report)
        assert origin is not None
        assert [str(one) for one in origin.checked.publishers] == ["GitHub owner/demo, release.yml"]
        assert origin.checked.proof is not Proof.ABSENT
        assert origin.standing.previous == "1.0"
    assert demo.upstream.fetched.count(f"{_FILE}.provenance") == 1


async def test_the_report_page_shows_it(demo: World) -> None:
    """Publisher, date, predecessor and signals stand above the findings."""
    await _judged(demo)
    async with TestClient(TestServer(demo.site())) as client:
        text = await (await client.get(f"/report/{_SHA256}/{_FILE}")).text()
    page = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
    assert "by GitHub owner/demo, release.yml" in page
    if not _EXTRA:
        assert "provenance not verified" in page
    assert "published 2025-12-31 12:00 UTC" in page
    assert "Demo 1.1 was yanked: broken" in page
    assert "Demo 1.1 was published 12 hours ago" in page
    assert "came after 2 years without a release" in page


async def test_another_files_provenance_proves_nothing(demo: World) -> None:
    """A true object copied beside other bytes is said to be one."""
    demo.upstream.provenance[_FILE] = provenance(statement(_FILE, "0" * 64))
    origin = await demo.gateway.origin((await _judged(demo)).report)
    assert origin is not None
    assert origin.checked.proof is Proof.FAILED
    assert SignalKind.PROVENANCE in {signal.kind for signal in origin.signals}


async def test_what_cannot_be_had_is_said(demo: World) -> None:
    """An upstream that is down takes nothing from the page of a report."""
    report = (await _judged(demo)).report
    demo.upstream.down = True
    origin = await demo.gateway.origin(report)
    assert origin is not None
    assert origin.checked.proof is Proof.UNVERIFIED
    assert "could not be had" in origin.checked.note


async def test_a_file_that_is_listed_no_more_has_no_provenance(demo: World) -> None:
    """The report outlives the page's entry, and still has a page."""
    report = (await _judged(demo)).report
    del demo.upstream.files[_FILE]
    demo.clock.pass_by(3600)
    origin = await demo.gateway.origin(report)
    assert origin is not None
    assert origin.checked.proof is Proof.ABSENT
    assert origin.standing.doubts


def test_lost_provenance_is_read_off_the_page() -> None:
    """No request is needed to see that releases had provenance and this one has none; odd versions are left out."""

    def listed(version: str, *, has: bool) -> IndexFile:
        name = f"demo-{version}.tar.gz"
        return IndexFile(
            filename=name, url=f"http://u.invalid/{name}", provenance="http://u.invalid/p" if has else None
        )

    old = [listed(f"1.{n}", has=True) for n in range(3)]
    odd, new = listed("odd.one", has=False), listed("1.3", has=False)
    page = ProjectPage(project=DEMO, files=(*old, odd, new))
    (signal,) = page_signals(page, new, datetime(2026, 1, 1, tzinfo=UTC))
    assert (signal.kind, signal.reason) == (
        SignalKind.PROVENANCE,
        "demo 1.3 does not say who built it, as 1.0 to 1.2 did",
    )
    assert not page_signals(page, odd, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (Policy(young=Action.QUARANTINE), "quarantined: demo 1.1 was published 12 hours ago"),
        (Policy(yanked=Action.BLOCK), "blocked: demo 1.1 was yanked: broken"),
        (Policy(dormant=Action.QUARANTINE), "quarantined: demo 1.1 came after 2 years without a release"),
        (Policy(provenance=Action.QUARANTINE), "quarantined: demo 1.1 does not say who built it, as 1.0 did"),
        (Policy(), ""),
    ],
)
async def test_a_policy_may_heed_what_the_page_says(tmp_path: Path, policy: Policy, reason: str) -> None:
    """By default it is shown; where a team wants, it holds the file, on its page, too."""
    async with world(tmp_path, {wheel("1.0"): wheel_bytes("1.0"), _FILE: _DATA}, Rules(policy=policy)) as demo:
        demo.upstream.provenance[wheel("1.0")] = provenance()
        demo.upstream.changes = {
            wheel("1.0"): {"upload_time": "2023-01-01T00:00:00Z"},
            _FILE: {"upload_time": "2025-12-31T12:00:00Z", "yanked": "broken"},
        }
        answer = await demo.gateway.file(DEMO, _FILE, PIP)
        if not reason:
            assert isinstance(answer, Judged)
            return
        assert isinstance(answer, Refused)
        assert answer.reason == reason
        (listed,) = [one for one in (await demo.gateway.page(DEMO)).files if one.filename == _FILE]
        assert listed.yanked == reason


@pytest.fixture
async def signed(tmp_path: Path, trust: TrustRoot) -> AsyncIterator[World]:
    """Two releases that the owner's workflow built and signed, where provenance counts."""
    files = {wheel("1.0"): wheel_bytes("1.0"), _FILE: _DATA}
    async with world(tmp_path, files, Rules(policy=Policy(provenance=Action.QUARANTINE))) as made:
        for name, data in files.items():
            made.upstream.provenance[name] = trust.provenance(name, hashlib.sha256(data).hexdigest())
        yield made


async def _refused(demo: World) -> str:
    answer = await demo.gateway.file(DEMO, _FILE, PIP)
    assert isinstance(answer, Refused)
    (entry,) = [one for one in (await demo.gateway.page(DEMO)).files if one.filename == _FILE]
    assert entry.yanked == answer.reason
    return answer.reason


async def test_what_the_same_workflow_signed_passes(signed: World) -> None:
    """Both objects are fetched once, however often the file is asked for."""
    for _ in range(2):
        report = (await _judged(signed)).report
    origin = await signed.gateway.origin(report)
    assert origin is not None
    assert (origin.checked.proof, origin.signals) == (Proof.VERIFIED, ())
    assert sorted(name for name in signed.upstream.fetched if name.endswith(".provenance")) == [
        f"{wheel('1.0')}.provenance",
        f"{_FILE}.provenance",
    ]


async def test_a_release_that_lost_its_provenance_is_held(signed: World) -> None:
    """The page alone says so: nothing is fetched for it."""
    del signed.upstream.provenance[_FILE]
    assert await _refused(signed) == "quarantined: demo 1.1 does not say who built it, as 1.0 did"
    assert not [name for name in signed.upstream.fetched if name.endswith(".provenance")]


async def test_a_release_by_another_publisher_is_held(signed: World, trust: TrustRoot) -> None:
    """However well it verifies: the repository is not that of the release before."""
    signed.upstream.provenance[_FILE] = trust.provenance(_FILE, _SHA256, repository="stranger/demo")
    assert await _refused(signed) == (
        "quarantined: demo 1.1 was published by GitHub stranger/demo, release.yml,"
        " while 1.0 was by GitHub owner/demo, release.yml"
    )


@pytest.mark.parametrize(
    "forge",
    [
        lambda trust: trust.provenance(_FILE, "0" * 64),
        lambda trust: trust.provenance(_FILE, _SHA256, logged=SIGNED + timedelta(days=1)),
        lambda trust: trust.provenance(_FILE, _SHA256).replace(b'"owner/demo"', b'"owner/else"'),
        lambda _: TrustRoot().provenance(_FILE, _SHA256),
    ],
    ids=["another file", "expired", "another publisher than signed", "another root"],
)
async def test_forged_provenance_is_held(signed: World, trust: TrustRoot, forge: Callable[[TrustRoot], bytes]) -> None:
    """What does not verify is worse than nothing, and the person reads why."""
    signed.upstream.provenance[_FILE] = forge(trust)
    assert (await _refused(signed)).startswith("quarantined: demo 1.1 has provenance that does not verify: ")


async def test_proven_provenance_saves_no_malware(signed: World, trust: TrustRoot) -> None:
    """A hijacked workflow signs whatever it is given."""
    data = wheel_bytes("1.1", BAD)
    signed.upstream.files[_FILE] = data
    signed.upstream.provenance[_FILE] = trust.provenance(_FILE, hashlib.sha256(data).hexdigest())
    answer = await signed.gateway.file(DEMO, _FILE, PIP)
    assert isinstance(answer, Refused)
    assert answer.reason.startswith("blocked: ")


async def test_a_denial_of_a_publisher_has_the_provenance_looked_up(demo: World) -> None:
    """Only where a policy asks; both for the file and its page, and the object is fetched once."""
    assert isinstance(await demo.gateway.file(DEMO, _FILE, PIP), Judged)
    assert f"{_FILE}.provenance" not in demo.upstream.fetched
    denial = '[[deny]]\npublisher = "github:owner/*"\nreason = "theirs"\n'
    demo.gateway.policies.exchange(read_policy(denial))
    answer = await demo.gateway.file(DEMO, _FILE, PIP)
    assert isinstance(answer, Refused)
    assert answer.reason == "blocked: demo 1.1 is not wanted here: theirs"
    assert isinstance(await demo.gateway.file(DEMO, wheel("1.0"), PIP), Judged)
    page = await demo.gateway.page(DEMO)
    assert {file.filename: file.yanked for file in page.files} == {wheel("1.0"): False, _FILE: answer.reason}
    assert demo.upstream.fetched.count(f"{_FILE}.provenance") == 1


async def test_provenance_that_cannot_be_had_is_within_a_denial(demo: World) -> None:
    """Nobody can tell who published it: an object that cannot be read may hide anybody."""
    demo.upstream.provenance[_FILE] = b"{}"
    demo.gateway.policies.exchange(read_policy('[[deny]]\npublisher = "gitlab:evil/x"\nreason = "r"\n'))
    assert isinstance(await demo.gateway.file(DEMO, _FILE, PIP), Refused)


async def test_a_claim_that_nobody_proved_is_no_allowance(demo: World) -> None:
    """Whoever writes the object may name any publisher in it."""
    await _judged(demo)
    demo.gateway.policies.exchange(
        read_policy('unlisted = "quarantine"\n[[allow]]\npublisher = "github:owner/demo"\nreason = "r"\n')
    )
    assert isinstance(await demo.gateway.file(DEMO, _FILE, PIP), Refused)
