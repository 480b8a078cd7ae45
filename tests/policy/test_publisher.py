from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pratique.finding import Behaviour, Severity
from pratique.policy import Action, Age, Case, Policy, Publisher, Vouched, rule
from pratique.policy.reading import BadPolicy, read_policy
from pratique.verdict import Verdict
from tests.policy.cases import CLEAN, NOW, case, finding, report

ACME = Publisher(name="github:acme/widgets", workflow="release.yml")
PROVEN = Vouched(publishers=(ACME,), verified=True)
CLAIMED = Vouched(publishers=(ACME,))
UNKNOWN = Vouched(known=False)
OTHER = Vouched(publishers=(Publisher(name="gitlab:acme/widgets", workflow="release.yml"),), verified=True)
_BASE = "[age]\nminimum = '3d'\n"


def _young(vouched: Vouched | None) -> Case:
    return case(uploaded=NOW - timedelta(hours=1), vouched=vouched, attested=vouched != Vouched())


@pytest.mark.parametrize(
    ("vouched", "allowed", "denied"),
    [
        (PROVEN, True, True),
        (CLAIMED, False, True),
        (OTHER, False, False),
        (UNKNOWN, False, True),
        (Vouched(), False, False),
        (None, False, False),
    ],
    ids=["proven", "claimed", "another", "cannot be told", "none", "not looked up"],
)
def test_an_allowance_wants_proof_and_a_denial_takes_a_claim(
    *, vouched: Vouched | None, allowed: bool, denied: bool
) -> None:
    """What cannot be told is within each denial and no allowance; the same repository elsewhere is another one."""
    line = "publisher = 'GitHub:Acme/*'\nreason = 'r'\n"
    assert rule(_young(vouched), read_policy(f"{_BASE}[[allow]]\n{line}")).decision.allowed is allowed
    refused = rule(replace(_young(vouched), uploaded=NOW - timedelta(days=30)), read_policy(f"[[deny]]\n{line}"))
    assert refused.decision.action is (Action.BLOCK if denied else Action.ALLOW)


@pytest.mark.parametrize(("workflow", "allowed"), [("release.yml", True), ("nightly.yml", False)])
def test_a_workflow_narrows_it(*, workflow: str, allowed: bool) -> None:
    """Anybody may add a workflow to a repository who can write there."""
    line = f"publisher = 'github:acme/widgets'\nworkflow = '{workflow}'\nreason = 'r'\n"
    assert rule(_young(PROVEN), read_policy(f"{_BASE}[[allow]]\n{line}")).decision.allowed is allowed


@pytest.mark.parametrize(("vouched", "allowed"), [(PROVEN, True), (OTHER, False), (CLAIMED, False), (UNKNOWN, False)])
def test_provenance_can_be_required_of_somebody(*, vouched: Vouched, allowed: bool) -> None:
    """That it was proven to be by them, not only that there is some."""
    text = "[[require-provenance]]\nproject = 'demo'\npublisher = 'github:acme/widgets'\nreason = 'r'\n"
    found = rule(case(vouched=vouched, attested=True), read_policy(text)).decision
    assert found.allowed is allowed
    if not allowed:
        assert "is not proven to be by github:acme/widgets" in found.reason


def test_a_publisher_needs_reason_and_place_and_may_stand_without_a_project() -> None:
    """Everything that is wrong is told with its place."""
    with pytest.raises(BadPolicy) as caught:
        read_policy("[[deny]]\npublisher = 'acme'\n[[allow]]\nproject = 'a'\nworkflow = 'x.yml'\nreason = 'r'\n")
    told = [str(fault) for fault in caught.value.faults]
    assert told == [
        "line 1, column 1: reason is missing",
        "line 2, column 1: 'acme' is no publisher; write its kind and its place, such as github:acme/widgets",
        "line 5, column 1: workflow says nothing without a publisher",
    ]
    (entry,) = read_policy("[[deny]]\npublisher = 'github:evil/*'\nreason = 'r'\nexpires = 2027-01-31\n").deny
    assert (entry.project, str(entry.publisher)) == ("*", "github:evil/*")


@pytest.mark.parametrize(
    ("vouched", "action"),
    [(PROVEN, Action.ALLOW), (OTHER, Action.QUARANTINE), (UNKNOWN, Action.QUARANTINE), (None, Action.ALLOW)],
)
def test_conditions_ask_for_publishers(vouched: Vouched | None, action: Action) -> None:
    """Publishers that cannot be told make it refuse; where nobody looked the condition waits."""
    text = """[[when]]
condition = "!(verified && publishers.exists(one, one == 'github:acme/widgets'))"
action = "quarantine"
reason = "not ours"
"""
    assert rule(case(vouched=vouched), read_policy(text)).decision.action is action


LIKE = finding(rule="look-alike", behaviour=Behaviour.IMPERSONATION, path="", message="could be taken for requests")


@pytest.mark.parametrize(
    ("days", "releases", "told"),
    [
        (2, 1, "and the project began 2 days ago"),
        (89, 500, "and the project began 89 days ago"),
        (91, 1, ""),
        (None, 1, "and the project has only 1 release, of unknown date"),
        (None, 4, "and the project has only 4 releases, of unknown date"),
        (None, 5, ""),
        (None, 0, ""),
    ],
)
def test_a_strong_likeness_holds_a_new_project_by_default(days: int | None, releases: int, told: str) -> None:
    """A name that evokes a popular one is no proof: what has been there for long passes, what is new waits."""
    began = NOW - timedelta(days=days) if days is not None else None
    clean = report(Verdict.CLEAN, LIKE, score=0.3)
    found = rule(case(report=clean, began=began, releases=releases), Policy())
    assert found.decision.action is (Action.QUARANTINE if told else Action.ALLOW)
    assert found.decision.reason.endswith(told)
    assert found.rule == ("actions.new-impersonation" if told else "")


def test_a_likeness_holds_nothing_of_our_own_and_nothing_that_the_policy_lets_pass() -> None:
    """Uploads are asked for their names when they come; an allowance, a setting, another length each lift it."""
    new = case(report=report(Verdict.CLEAN, LIKE, score=0.3), began=NOW - timedelta(days=1), releases=1)
    assert rule(replace(new, own=True), Policy()).decision.allowed
    assert rule(new, Policy(new_impersonation=Action.ALLOW)).decision.allowed
    assert rule(new, Policy(age=Age(new_project=timedelta(0)))).decision.allowed
    assert rule(new, read_policy("[[allow]]\nproject='demo'\nreason='r'\nonly=['impersonation']\n")).decision.allowed
    assert rule(new, read_policy("[age]\nnew-project = '1h'\n")).decision.allowed
    assert not rule(new, Policy(impersonation=Action.BLOCK, new_impersonation=Action.ALLOW)).decision.allowed


def test_a_weak_likeness_holds_nothing() -> None:
    """An affix, or two edits: honest projects are called so all the time."""
    weak = replace(LIKE, severity=Severity.LOW)
    new = case(report=report(Verdict.CLEAN, weak, score=0.03), began=NOW, releases=1)
    assert rule(new, Policy()).decision.allowed
    assert rule(replace(new, report=CLEAN), Policy()).decision.allowed
