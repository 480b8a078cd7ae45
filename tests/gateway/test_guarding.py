"""Public names beside private ones: a signal that a policy answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pratique.gateway.gateway import Gateway, Rules
from pratique.gateway.guarding import Guard
from pratique.gateway.outcome import Refused, Visitor
from pratique.gateway.policies import Policies
from pratique.identity import default_popular
from pratique.names import ProjectName, project_name
from pratique.policy import SignalKind
from pratique.policy.reading import read_policy
from pratique.ports import Judged
from pratique.releases import NoLocal
from tests.fakes.memory import FakeClock
from tests.fakes.upstream import FakeUpstream
from tests.gateway.world import world

_PIP = Visitor(user_agent="pip/26.3")
_SQUAT, _FILE = project_name("acmebilling"), "acmebilling-1.0-py3-none-any.whl"
_ALLOW = '[actions]\nprivate-likeness = "allow"\n'
_WHY = "the name acmebilling could be taken for acme-billing, a private name here (separators)"


class Team(NoLocal):
    """A team's own index, as far as its names go."""

    def __init__(self) -> None:
        self.names: tuple[ProjectName, ...] = ()
        self.begin: tuple[str, ...] = ()

    async def projects(self) -> tuple[ProjectName, ...]:
        """What lives here."""
        return self.names

    async def prefixes(self) -> tuple[str, ...]:
        """What is private."""
        return self.begin


def _guard(team: Team, policy: str = "", clock: FakeClock | None = None) -> Guard:
    policies = Policies(read_policy(policy))
    return Guard(local=team, policies=policies, clock=clock or FakeClock(), popular=default_popular())


async def test_names_of_the_own_index_and_of_the_policy_are_guarded() -> None:
    """Projects that live here, prefixes that the index keeps, names and prefixes of the policy."""
    team = Team()
    team.names, team.begin = (project_name("acme-billing"),), ("initech-",)
    guard = _guard(team, '[private]\nnames = ["umbrella"]\nprefixes = ["hooli-"]\n')
    for name in ("acmebilling", "initechtools", "umbrela", "hoolix"):
        (signal,) = await guard.signals(project_name(name))
        assert signal.kind is SignalKind.PRIVATE_LIKENESS
        assert name in signal.reason
    for name in ("acme-billing", "initech-tools", "umbrella", "hooli-x", "requests", "honest-demo"):
        assert await guard.signals(project_name(name)) == ()


async def test_a_new_private_name_is_heeded_within_a_second() -> None:
    """What is published here while the server runs is guarded from then on."""
    team, clock = Team(), FakeClock()
    guard = _guard(team, clock=clock)
    assert await guard.signals(project_name("acmebilling")) == ()
    team.names = (project_name("acme-billing"),)
    clock.pass_by(1)
    assert len(await guard.signals(project_name("acmebilling"))) == 1


async def test_a_policy_that_allows_it_pays_nothing() -> None:
    """Where no decision could change, names are not compared."""
    team = Team()
    team.begin = ("acme-",)
    assert await _guard(team, _ALLOW).signals(project_name("acmex")) == ()


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("", f"quarantined: {_WHY}"),
        ('[actions]\nprivate-likeness = "block"\n', f"blocked: {_WHY}"),
        (_ALLOW, ""),
        (
            f"""{_ALLOW}[[when]]
            condition = "'private-likeness' in signals"
            action = "block"
            reason = "not ours"
            """,
            "blocked: acmebilling 1.0: not ours",
        ),
        (
            '[[allow]]\nproject = "acmebilling"\nreason = "we know them"\nonly = ["private-likeness"]\n',
            "",
        ),
    ],
    ids=["default", "block", "allow", "condition", "allowance"],
)
async def test_it_is_usable_in_a_policy(policy: str, reason: str, tmp_path: Path) -> None:
    """By its key, in a condition, and lifted by an allowance; refused before it is fetched."""
    team = Team()
    team.names = (project_name("acme-billing"),)
    upstream = FakeUpstream(project=_SQUAT, files={_FILE: b"x"})
    async with world(tmp_path, {}) as shop:
        gateway = Gateway(replace(shop.ports, local=team, upstream=upstream), Rules(policy=read_policy(policy)))
        answer = await gateway.file(_SQUAT, _FILE, _PIP)
        await gateway.close()
    if reason:
        assert isinstance(answer, Refused)
        assert answer.reason == reason
        assert not upstream.fetched
    else:
        assert isinstance(answer, Judged)
