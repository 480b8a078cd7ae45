"""The gateway holds a release for what it can do that the releases judged before it could not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pratique.gateway.gateway import Rules
from pratique.gateway.outcome import Refused, Visitor
from pratique.policy import Action, Policy
from pratique.ports import Judged, Ticket
from pratique.screen import screen_bytes
from pratique.verdict import Report, Verdict
from tests.gateway.world import DEMO, World, wheel, wheel_bytes, world

PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")
_QUIET = b"import subprocess\ndef run(a):\n    return subprocess.run(a)\n"
_LOUD = b"import subprocess, requests\nsubprocess.run(['make', requests.__version__])\n"
_FILES = {
    wheel("1.0"): wheel_bytes("1.0", _QUIET),
    wheel("1.1"): wheel_bytes("1.1", _LOUD),
    wheel("2.0"): wheel_bytes("2.0", _LOUD),
}


def _read(ticket: Ticket, data: bytes) -> Report:
    report = screen_bytes(data, filename=ticket.filename)
    assert report.verdict is Verdict.CLEAN
    return report


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[World]:
    """Three releases in which nothing is found; the later two start a program on import."""
    async with world(tmp_path, _FILES) as made:
        made.inspector.judge = _read
        yield made


async def test_a_new_ability_is_held_with_its_reason(demo: World) -> None:
    """The person is told what the release does that the one before did not, and the page steers resolvers past it."""
    assert isinstance(await demo.gateway.file(DEMO, wheel("1.0"), PIP), Judged)
    answer = await demo.gateway.file(DEMO, wheel("1.1"), PIP)
    assert isinstance(answer, Refused)
    assert answer.action == "quarantine"
    assert answer.reason == (
        "quarantined: demo 1.1 starts a program when it is imported (demo.py:2), which 1.0 did not"
    )
    assert len(answer.reason) <= 200
    yanked = {file.filename: file.yanked for file in (await demo.gateway.page(DEMO)).files}
    assert yanked == {wheel("1.0"): False, wheel("1.1"): answer.reason, wheel("2.0"): False}
    assert isinstance(await demo.gateway.file(DEMO, wheel("1.1"), PIP), Refused)


async def test_the_same_code_passes_where_nothing_is_known_before_it(demo: World) -> None:
    """A first release, as far as this gateway knows, and a new major version are judged by what is in them alone."""
    assert isinstance(await demo.gateway.file(DEMO, wheel("1.1"), PIP), Judged)
    assert isinstance(await demo.gateway.file(DEMO, wheel("2.0"), PIP), Judged)


async def test_a_predecessor_that_is_judged_later_counts_from_then_on(demo: World) -> None:
    """What a decision rests on grows; every request is decided by all that is known then."""
    assert isinstance(await demo.gateway.file(DEMO, wheel("1.1"), PIP), Judged)
    assert isinstance(await demo.gateway.file(DEMO, wheel("1.0"), PIP), Judged)
    assert isinstance(await demo.gateway.file(DEMO, wheel("1.1"), PIP), Refused)


async def test_a_team_may_switch_it_off(tmp_path: Path) -> None:
    """With the policy's answer `allow` history changes no decision."""
    async with world(tmp_path, _FILES, Rules(policy=Policy(capability=Action.ALLOW))) as demo:
        demo.inspector.judge = _read
        assert isinstance(await demo.gateway.file(DEMO, wheel("1.0"), PIP), Judged)
        assert isinstance(await demo.gateway.file(DEMO, wheel("1.1"), PIP), Judged)


async def test_the_record_says_why(demo: World) -> None:
    """The verdict's event holds the decision that followed at that moment, though the report itself is clean."""
    await demo.gateway.file(DEMO, wheel("1.0"), PIP)
    await demo.gateway.file(DEMO, wheel("1.1"), PIP)
    events = await demo.store.events(project=DEMO)
    (verdict,) = [one for one in events if one.kind == "verdict" and one.filename == wheel("1.1")]
    assert (verdict.verdict, verdict.action) == ("clean", "quarantine")
