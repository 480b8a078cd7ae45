from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pratique.artifact import Artifact
from pratique.errors import PratiqueError
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.identity import Popular
from pratique.names import ProjectName, distribution_name
from pratique.policy.reading import read_policy
from pratique.ports import EventKind, Priority, Ticket
from pratique.releases import OwnFile, State
from pratique.uploads.refusal import UploadRefused
from pratique.verdict import Report, Verdict
from tests.fakes.memory import FakeInspector
from tests.gateway.world import judge
from tests.support.distributions import make_wheel
from tests.uploads.shop import DEMO, Names, Shop, shop

WHEEL = make_wheel("demo", "1.0", {"demo/__init__.py": "VALUE = 1\n"})
_ODD = Finding(
    rule="odd",
    behaviour=Behaviour.OBFUSCATION,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    phase=Phase.IMPORT,
    path="demo/__init__.py",
    line=7,
    message="hides what it does",
)


def suspicious(ticket: Ticket, _: bytes) -> Report:
    """Something that a person has to look at."""
    artifact = Artifact(name=distribution_name(ticket.filename), sha256=ticket.sha256, size=ticket.size)
    return Report(artifact=artifact, verdict=Verdict.SUSPICIOUS, score=0.6, findings=(_ODD,))


def crashed(ticket: Ticket, _: bytes) -> Report:
    """An inspection that did not come to its end."""
    artifact = Artifact(name=distribution_name(ticket.filename), sha256=ticket.sha256, size=ticket.size)
    return Report(artifact=artifact, verdict=Verdict.ERROR, score=0.5, findings=(), error="took too long")


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[Shop]:
    """An empty index."""
    async with shop(tmp_path) as made:
        yield made


async def stored(index: Shop, filename: str = WHEEL.filename) -> OwnFile:
    """The file as it stands."""
    file = await index.releases.file(filename)
    assert file is not None
    return file


async def test_suspicious_file_is_held_and_the_uploader_told_where(index: Shop) -> None:
    """Rule, file, line and report stand in the client's own words; nobody can install it, nobody is stopped."""
    index.inspector.judge = suspicious
    answer = await index.upload(WHEEL)
    assert answer.status == 403
    assert "held for review" in answer.reason
    assert "odd in demo/__init__.py:7" in answer.reason
    assert f"/report/demo/{WHEEL.sha256[:16]}" in answer.reason
    assert (await stored(index)).state is State.HELD
    assert index.accounts.frozen == {}
    assert (await index.get(f"/files/demo/{WHEEL.filename}")).status == 403
    assert WHEEL.filename not in (await index.get("/simple/demo/")).body


async def test_an_inspection_that_failed_is_never_clean(index: Shop) -> None:
    """A crash or a time-out of the engine holds the file."""
    index.inspector.judge = crashed
    answer = await index.upload(WHEEL)
    assert (answer.status, "took too long" in answer.reason) == (403, True)
    assert (await stored(index)).state is State.HELD


async def test_approved_file_is_served_although_the_engine_doubts(index: Shop) -> None:
    """A reviewer's word holds for these bytes: page and file are there at once, the upload again is a success."""
    index.inspector.judge = suspicious
    await index.upload(WHEEL)
    await index.publishing.approve(WHEEL.filename, "read it", by="rita")
    assert (await index.get(f"/files/demo/{WHEEL.filename}")).status == 200
    page = (await index.get("/simple/demo/")).body
    assert (WHEEL.filename in page, "data-yanked" in page) == (True, False)
    assert (await index.upload(WHEEL)).status == 200
    said = [event.reason for event in await index.store.events(project=DEMO)]
    assert any("approved by rita: read it" in reason for reason in said)


async def test_a_reviewers_word_does_not_outlive_a_proven_chain(index: Shop) -> None:
    """When a newer engine proves the file malicious, what was let pass is refused."""
    index.inspector.judge = suspicious
    await index.upload(WHEEL)
    await index.publishing.approve(WHEEL.filename, "read it", by="rita")
    index.inspector.engine, index.inspector.judge = "2", lambda ticket, _: judge(ticket, b"would drop a second stage")
    assert (await index.get(f"/files/demo/{WHEEL.filename}")).status == 403


async def test_rejected_file_stays_refused_and_its_name_used(index: Shop) -> None:
    """What a reviewer turned down is told so, and cannot be decided on twice."""
    index.inspector.judge = suspicious
    await index.upload(WHEEL)
    await index.publishing.reject(WHEEL.filename, "phones home", by="rita")
    answer = await index.upload(WHEEL)
    assert (answer.status, "phones home" in answer.reason) == (403, True)
    with pytest.raises(UploadRefused, match="refused, not held"):
        await index.publishing.approve(WHEEL.filename, "oh well", by="rita")


async def test_slow_screening_answers_and_loses_nothing(tmp_path: Path) -> None:
    """While the engine still reads, the uploader is told so with success, and asks for nothing twice."""
    inspector = FakeInspector(judge=judge, hold=asyncio.Event())
    async with shop(tmp_path, hold=0.05, inspector=inspector) as index:
        answer = await index.upload(WHEEL)
        assert (answer.status, "being screened" in answer.body) == (202, True)
        assert (await stored(index)).state is State.SCREENING
        refused = await index.get(f"/files/demo/{WHEEL.filename}")
        assert (refused.status, "is not published: it is screening" in refused.reason) == (403, True)
        assert (await index.upload(WHEEL)).status == 202
        assert len(inspector.asked) == 1
        assert inspector.asked[0][1] is Priority.AHEAD
        assert inspector.hold is not None
        inspector.hold.set()
        await index.uploads.settle()
        assert (await stored(index)).state is State.PUBLISHED


async def test_a_restart_takes_up_what_was_not_judged(tmp_path: Path) -> None:
    """The program ends in the middle of a screening; the next one goes on, and publishes."""
    async with shop(tmp_path, hold=0.05, inspector=FakeInspector(judge=judge, hold=asyncio.Event())) as index:
        assert (await index.upload(WHEEL)).status == 202
    async with shop(tmp_path) as index:
        assert (await stored(index)).state is State.SCREENING
        assert await index.screening.resume() == 1
        await index.uploads.settle()
        assert (await stored(index)).state is State.PUBLISHED
        assert (await index.get(f"/files/demo/{WHEEL.filename}")).status == 200


async def test_the_keeper_takes_up_what_lies_around(tmp_path: Path) -> None:
    """Whatever is not judged at a start is judged without anybody asking for it."""
    async with shop(tmp_path, hold=0.05, inspector=FakeInspector(judge=judge, hold=asyncio.Event())) as index:
        await index.upload(WHEEL)
    async with shop(tmp_path) as index:
        keeper = asyncio.create_task(index.uploads.keep())
        await index.inspector.asked_for(1)
        await index.uploads.settle()
        keeper.cancel()
        assert (await stored(index)).state is State.PUBLISHED


@dataclass
class Failing(FakeInspector):
    """Fails once, as a pool that is closing does."""

    failures: list[str] = field(default_factory=lambda: ["The program is closing."])

    async def inspect(self, ticket: Ticket, *, priority: Priority) -> Report:
        """Fails first."""
        if self.failures:
            raise PratiqueError(self.failures.pop())
        return await super().inspect(ticket, priority=priority)


async def test_a_failure_of_ours_is_tried_again(tmp_path: Path) -> None:
    """An inspector that fails is asked again; the upload is published in the end."""
    async with shop(tmp_path, inspector=Failing(judge=judge)) as index:
        assert (await index.upload(WHEEL)).status == 200
        assert (await stored(index)).state is State.PUBLISHED


async def test_account_is_stopped_before_the_state_says_so(tmp_path: Path) -> None:
    """If the program ends between the two, the next one stops the account: the state is changed last."""
    async with shop(
        tmp_path, inspector=FakeInspector(judge=lambda t, _: judge(t, b"would drop a second stage"))
    ) as index:
        states: list[State] = []
        freeze = index.accounts.freeze

        async def watched(user: str, reason: str) -> None:
            states.append((await stored(index)).state)
            await freeze(user, reason)

        index.accounts.freeze = watched  # type: ignore[method-assign]
        await index.upload(WHEEL)
        assert states == [State.SCREENING]
        assert (await stored(index)).state is State.REFUSED


async def test_every_verdict_is_on_record(index: Shop) -> None:
    """What was decided on an upload, and why, stands in the record of events."""
    index.inspector.judge = suspicious
    await index.upload(WHEEL)
    (event,) = await index.store.events(project=DEMO)
    assert (event.kind, event.action, event.verdict) == (EventKind.VERDICT, "quarantine", "suspicious")
    assert "demo/__init__.py:7" in event.reason


NAMES = [
    ("reqests", "requests"),
    ("reqeusts", "requests"),
    ("requests", "would replace for everybody"),
    ("pub1ic-tool", "public-tool"),
]


@pytest.mark.parametrize(("name", "said"), NAMES)
async def test_names_that_evoke_another_are_held_even_when_clean(index: Shop, name: str, said: str) -> None:
    """A new project that could be taken for a popular one, or for one that lives here, waits for a person."""
    await index.upload(make_wheel("public-tool", "1.0", {"public_tool.py": ""}))
    built = make_wheel(name, "1.0", {f"{name.replace('-', '_')}.py": ""})
    answer = await index.upload(built)
    assert (answer.status, said in answer.reason) == (403, True), answer.reason
    assert "/projects/" in answer.reason
    await index.publishing.approve(built.filename, "ours", by="rita")
    assert (await index.upload(make_wheel(name, "1.1", {f"{name.replace('-', '_')}.py": ""}))).status == 200


async def test_a_held_name_of_the_upstreams_takes_nothing_from_anybody(index: Shop) -> None:
    """An upload alone does not hide the upstream's project of that name: only a reviewer's word does."""
    index.upstream.project = ProjectName("requests")
    index.upstream.files = {"requests-9.9-py3-none-any.whl": b"theirs"}
    assert "requests-9.9" in (await index.get("/simple/requests/")).body
    built = make_wheel("requests", "1.0", {"requests.py": ""})
    assert (await index.upload(built)).status == 403
    assert "requests-9.9" in (await index.get("/simple/requests/")).body
    await index.publishing.approve(built.filename, "our fork", by="rita")
    index.clock.pass_by(60)
    page = (await index.get("/simple/requests/")).body
    assert (built.filename in page, "requests-9.9" in page) == (True, False)


async def test_names_are_compared_with_the_list_that_the_server_goes_by(tmp_path: Path) -> None:
    """A renewed list counts: what evokes a project that became popular is held, the shipped list is not asked."""
    async with shop(tmp_path, names=Names(popular=Popular.of([ProjectName("zarafshan")]))) as index:
        held = await index.upload(make_wheel("zarfashan", "1.0", {"zarfashan.py": "VALUE = 1\n"}))
        assert (held.status, "zarafshan" in held.body) == (403, True)
        assert (await index.upload(make_wheel("reqests", "1.0", {"reqests.py": "VALUE = 1\n"}))).status == 200


async def test_new_names_wait_where_a_team_wants_that(tmp_path: Path) -> None:
    """With the setting, the first file of a project is held whatever its name, until one is approved."""
    async with shop(tmp_path, names=Names(hold_new=True)) as index:
        first = make_wheel("zarafshan", "1.0", {"zarafshan.py": "VALUE = 1\n"})
        held = await index.upload(first)
        assert (held.status, "new names wait for a reviewer" in held.body) == (403, True)
        again = await index.upload(make_wheel("zarafshan", "1.1", {"zarafshan.py": "VALUE = 1\n"}))
        assert again.status == 403
        await index.publishing.approve(first.filename, "ours", by="rev")
        later = await index.upload(make_wheel("zarafshan", "1.2", {"zarafshan.py": "VALUE = 1\n"}))
        assert later.status == 200


async def test_new_names_do_not_wait_by_default(tmp_path: Path) -> None:
    """A clean file under a name that is like no other is published at once."""
    async with shop(tmp_path) as index:
        assert (await index.upload(make_wheel("zarafshan", "1.0", {"zarafshan.py": "VALUE = 1\n"}))).status == 200


async def test_an_upload_is_judged_by_the_policy_of_that_moment(index: Shop) -> None:
    """Another policy counts from the next upload on, without a restart; what was held before it stays held."""
    index.inspector.judge = suspicious
    assert (await index.upload(WHEEL)).status == 403
    assert (await stored(index)).state is State.HELD
    index.gateway.policies.exchange(read_policy('[actions]\nsuspicious = "allow"\n'))
    later = make_wheel("demo", "1.1", {"demo/__init__.py": "VALUE = 2\n"})
    assert (await index.upload(later)).status == 200
    assert (await stored(index, later.filename)).state is State.PUBLISHED
    index.gateway.policies.exchange(read_policy('[actions]\nsuspicious = "block"\n'))
    last = make_wheel("demo", "1.2", {"demo/__init__.py": "VALUE = 3\n"})
    assert (await index.upload(last)).status == 403
    assert (await stored(index, last.filename)).state is State.REFUSED
    assert (await stored(index)).state is State.HELD
