from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pratique.finding import Behaviour, Severity
from pratique.policy import (
    Action,
    Age,
    Answer,
    Case,
    Entry,
    Mode,
    Policy,
    Private,
    Review,
    Scores,
    Signal,
    SignalKind,
    When,
    rule,
)
from pratique.policy.reading import read_policy
from pratique.verdict import Report, Verdict
from tests.policy.cases import BROKEN, CLEAN, NOW, PROVEN, SHA256, SUSPICIOUS, case, finding, report

MALWARE = Signal(kind=SignalKind.MALWARE, reason="demo 2.0 is known malware (MAL-1)", id="MAL-1")
VULNERABLE = Signal(kind=SignalKind.VULNERABLE, reason="demo 2.0 is known to be vulnerable (CVE-1)", id="CVE-1")
ALL = Entry(place="allow[1]", project="*", reason="we trust everybody", action=Action.ALLOW)
DENY = Entry(place="deny[1]", project="demo", reason="not here", action=Action.BLOCK)
THREE_DAYS = Age(minimum=timedelta(days=3))


def _release(*lifts: str, **fields: object) -> Review:
    plain = Review(
        sha256=SHA256, filename="demo-2.0.tar.gz", answer=Answer.RELEASE, reason="ok", actor="ann", at=NOW, lifts=lifts
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "what"), [(PROVEN, "malicious"), (replace(CLEAN), "malware")], ids=["proven chain", "MAL- advisory"]
)
@pytest.mark.parametrize(
    "lifting",
    [
        Policy(allow=(ALL,)),
        Policy(allow=(replace(ALL, only=frozenset({"malicious", "suspicious", "error"})),)),
        Policy(when=(When(place="when[1]", condition="true", action=Action.ALLOW, reason="all"),)),
        Policy(malicious=Action.QUARANTINE, allow=(ALL,)),
    ],
    ids=["allow all", "allow by word", "condition", "quarantined"],
)
def test_no_allowance_overrides_a_proven_chain_or_known_malware(lifting: Policy, found: Report, what: str) -> None:
    """Whatever a project's name has earned: these bytes were proven, or somebody has proven this release."""
    ruling = rule(case(report=found, signals=(MALWARE,) if what == "malware" else ()), lifting)
    assert not ruling.decision.allowed
    assert {one.what for one in ruling.objections if not one.lifted} == {what}


def test_a_release_of_these_bytes_lifts_what_its_reviewer_saw() -> None:
    """Even a proven chain, and even known malware: a person has looked at exactly this file."""
    held = case(report=PROVEN, signals=(MALWARE,))
    keys = [one.key for one in rule(held, Policy()).objections]
    assert keys == ["malicious", "malware:MAL-1"]
    assert rule(replace(held, review=_release(*keys)), Policy()).decision.allowed


@pytest.mark.parametrize(
    "later", [{"report": PROVEN}, {"signals": (MALWARE,)}, {"signals": (VULNERABLE,)}, {"report": BROKEN}]
)
def test_a_release_lifts_nothing_that_came_up_later(later: dict[str, object]) -> None:
    """A better rule or a new advisory says what the reviewer did not know."""
    policy = Policy(vulnerable=Action.BLOCK)
    held = case(report=SUSPICIOUS, review=_release("suspicious"))
    assert rule(held, policy).decision.allowed
    assert not rule(replace(held, **later), policy).decision.allowed  # type: ignore[arg-type]


def test_a_release_ends_when_it_expires() -> None:
    """From that moment on the file is held as before."""
    held = case(report=SUSPICIOUS, review=_release("suspicious", expires=NOW + timedelta(hours=1)))
    assert rule(held, Policy()).decision.allowed
    assert not rule(replace(held, now=NOW + timedelta(hours=1)), Policy()).decision.allowed


def test_a_release_lifts_no_denial_and_no_private_name() -> None:
    """Those are the policy's own words about the name; they are changed there."""
    keys = ("deny:demo", "private")
    for policy in (Policy(deny=(DENY,)), Policy(private=Private(names=frozenset({"demo"})))):
        assert not rule(case(review=_release(*keys)), policy).decision.allowed


def test_a_rejection_blocks_what_looked_clean() -> None:
    """With the reviewer's reason, whatever the policy allows."""
    ruling = rule(case(review=_release(answer=Answer.REJECT, reason="it phones home")), Policy(allow=(ALL,)))
    assert ruling.decision.action is Action.BLOCK
    assert ruling.decision.reason == "blocked: rejected by ann: it phones home"
    assert ruling.rule == "review"


def test_an_allowance_lifts_suspicion_within_its_range_and_time() -> None:
    """Its range of versions, its last day included; a version that cannot be told is in no range of it."""
    entry = replace(ALL, project="de*", versions=">=2", expires=date(2026, 6, 15))
    policy = Policy(allow=(entry,))
    assert rule(case(report=SUSPICIOUS), policy).decision.allowed
    assert rule(case(report=SUSPICIOUS, version="2.1rc1"), policy).decision.allowed
    for other in (
        case(report=SUSPICIOUS, version="1.9"),
        case(report=SUSPICIOUS, version=""),
        case(report=SUSPICIOUS, project="other"),
        case(report=SUSPICIOUS, now=NOW + timedelta(days=1)),
    ):
        assert rule(other, policy).decision.action is Action.QUARANTINE


@pytest.mark.parametrize(
    ("pattern", "project", "speaks"),
    [
        ("demo", "demo", True),
        ("demo", "demo-extra", False),
        ("demo", "my-demo", False),
        ("demo-*", "demo-extra", True),
        ("demo-*", "demo", False),
        ("*", "anything", True),
        ("a*z*", "abczz", True),
        ("a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "a" * 200, False),
    ],
)
def test_patterns_speak_of_whole_names(pattern: str, project: str, *, speaks: bool) -> None:
    """A name is that name alone; stars cost nothing, however many there are."""
    assert rule(case(project=project), Policy(deny=(replace(DENY, project=pattern),))).decision.allowed is not speaks


def test_an_allowance_lifts_an_error_only_where_it_says_so() -> None:
    """A file that nobody could read may hold anything: a broken archive is no way around the inspection."""
    assert not rule(case(report=BROKEN), Policy(allow=(ALL,))).decision.allowed
    named = replace(ALL, only=frozenset({"error"}))
    assert rule(case(report=BROKEN), Policy(allow=(named,))).decision.allowed
    assert not rule(case(report=SUSPICIOUS), Policy(allow=(named,))).decision.allowed


def test_a_denial_wins_over_an_allowance() -> None:
    """It names project and reason, and holds for versions that cannot be told."""
    policy = Policy(allow=(ALL,), deny=(replace(DENY, versions="<3"),))
    ruling = rule(case(), policy)
    assert ruling.decision.reason == "blocked: demo 2.0 is not wanted here: not here"
    assert ruling.rule == "deny[1]"
    assert not rule(case(version=""), policy).decision.allowed
    assert rule(case(version="3.0"), policy).decision.allowed


def test_a_young_release_waits_and_is_told_until_when() -> None:
    """By the upstream's time; the reason says what to do: wait."""
    young = case(uploaded=NOW - timedelta(hours=5))
    ruling = rule(young, Policy(age=THREE_DAYS))
    assert ruling.decision.action is Action.QUARANTINE
    assert ruling.decision.reason == (
        "quarantined: demo 2.0 was published 5 hours ago; releases wait 3 days, this one until 2026-06-18 07:00 UTC"
    )
    assert ruling.rule == "age.minimum"
    assert rule(replace(young, now=NOW + timedelta(hours=67)), Policy(age=THREE_DAYS)).decision.allowed
    assert not rule(case(uploaded=NOW + timedelta(days=90)), Policy(age=THREE_DAYS)).decision.allowed


def test_a_release_that_fixes_a_vulnerability_does_not_wait() -> None:
    """Unless the policy says so; nothing but the wait is waived."""
    fix = case(uploaded=NOW, fixes=("PYSEC-1",))
    assert rule(fix, Policy(age=THREE_DAYS)).decision.allowed
    assert not rule(fix, Policy(age=replace(THREE_DAYS, except_fixes=False))).decision.allowed
    assert not rule(replace(fix, report=SUSPICIOUS), Policy(age=THREE_DAYS)).decision.allowed


def test_a_release_without_a_time_is_as_the_policy_says() -> None:
    """An upstream that tells no times would otherwise hold everything."""
    assert rule(case(), Policy(age=THREE_DAYS)).decision.allowed
    held = rule(case(), Policy(age=replace(THREE_DAYS, unknown=Action.BLOCK)))
    assert held.decision.reason == "blocked: the upstream does not say when demo-2.0.tar.gz was uploaded"


def test_scores_hold_below_and_above_the_engines_own_threshold() -> None:
    """The stricter one of two counts."""
    policy = Policy(score=Scores(quarantine=0.3, block=0.9))
    assert rule(case(report=report(Verdict.CLEAN, finding(), score=0.3)), policy).decision.action is Action.QUARANTINE
    high = rule(case(report=report(Verdict.SUSPICIOUS, finding(), score=0.95)), policy)
    assert (high.decision.action, high.rule) == (Action.BLOCK, "score.block")
    assert rule(case(report=report(Verdict.CLEAN, score=0.29)), policy).decision.allowed


def test_impersonation_is_an_action_of_its_own() -> None:
    """Where a name looks very much like another; a faint likeness only scores."""
    alike = finding(rule="look-alike", behaviour=Behaviour.IMPERSONATION, message="looks like demos")
    found = report(Verdict.CLEAN, alike)
    assert rule(case(report=found), Policy()).decision.allowed
    ruling = rule(case(report=found), Policy(impersonation=Action.BLOCK))
    assert ruling.decision.reason == "blocked: look-alike: looks like demos"
    faint = report(Verdict.CLEAN, replace(alike, severity=Severity.LOW))
    assert rule(case(report=faint), Policy(impersonation=Action.BLOCK)).decision.allowed


def test_private_names_are_refused_even_where_a_policy_is_only_observed() -> None:
    """Whoever asks the public index for such a name has told it, and may be given somebody else's code."""
    private = Private(prefixes=("acme-",), reason="ours")
    for mode in Mode:
        ruling = rule(case(project="acme-x"), Policy(mode=mode, private=private))
        assert ruling.decision.action is Action.BLOCK
        assert "acme-x is a private name: ours" in ruling.decision.reason
    assert rule(case(project="acme"), Policy(private=private)).decision.allowed


def test_observing_refuses_nothing_and_says_what_it_would_have() -> None:
    """Even what is proven: the point is to see what a policy would do before it does."""
    ruling = rule(case(report=PROVEN), Policy(mode=Mode.OBSERVE))
    assert ruling.decision.allowed
    assert ruling.decision.observed.startswith("blocked: beacon in demo/__init__.py:3")
    assert ruling.rule == "actions.malicious"


def test_what_no_allowance_names_can_be_held() -> None:
    """A list of what may be installed; an allowance of one doubt does not put a project on it."""
    policy = Policy(unlisted=Action.BLOCK, allow=(replace(ALL, project="demo"),))
    assert rule(case(), policy).decision.allowed
    assert rule(case(project="other"), policy).rule == "unlisted"
    some = replace(policy, allow=(replace(ALL, project="demo", only=frozenset({"age"})),))
    assert not rule(case(), some).decision.allowed


def test_provenance_can_be_required() -> None:
    """Of the projects that are named."""
    entry = Entry(place="require-provenance[1]", project="demo", reason="it always has", action=Action.BLOCK)
    assert rule(case(attested=True), Policy(attested=(entry,))).decision.allowed
    assert rule(case(project="other"), Policy(attested=(entry,))).decision.allowed
    assert rule(case(), Policy(attested=(entry,))).decision.reason.endswith("does not say who built it: it always has")


def _when(condition: str, action: Action = Action.BLOCK) -> Policy:
    return Policy(when=(When(place="when[1]", condition=condition, action=action, reason="because"),))


@pytest.mark.parametrize(
    ("condition", "known", "refused"),
    [
        ("age_known && age_days < 1.0", {"uploaded": NOW}, True),
        ("age_known && age_days < 1.0", {}, False),
        ("kind == 'sdist' && 'second-stage' in behaviours", {"report": report(Verdict.CLEAN, finding())}, True),
        ("'second-stage' in behaviours", {"report": None}, False),
        ("project.startsWith('de') && version == '2.0' && !attested", {"report": None}, True),
        ("advisories.exists(a, a == 'CVE-1')", {"signals": (VULNERABLE,)}, True),
        ("signals[0] == 'x'", {}, True),
    ],
)
def test_conditions(condition: str, known: dict[str, object], refused: bool) -> None:  # noqa: FBT001
    """They see what is known; of bytes that nobody has seen they are not asked; what fails refuses."""
    assert rule(case(**known), _when(condition)).decision.allowed is not refused


def test_a_condition_that_fails_allows_nothing() -> None:
    """It refuses where it would refuse, and lifts nothing where it would lift."""
    held: Case = case(report=SUSPICIOUS)
    assert rule(held, _when("verdict == 'suspicious'", Action.ALLOW)).decision.allowed
    assert not rule(held, _when("signals[0] == 'x'", Action.ALLOW)).decision.allowed


def test_the_explanation_holds_what_is_lifted_too() -> None:
    """Whoever asks why a file passes reads what was said against it, and by which line that counts no more."""
    ruling = rule(case(report=SUSPICIOUS, signals=(VULNERABLE,)), Policy(allow=(ALL,), vulnerable=Action.QUARANTINE))
    assert [(one.rule, one.lifted) for one in ruling.objections] == [
        ("actions.suspicious", "allow[1]: we trust everybody"),
        ("actions.vulnerable", "allow[1]: we trust everybody"),
    ]


@pytest.mark.parametrize("kind", SignalKind)
def test_what_decided_is_named_as_a_policy_can_write_it(kind: SignalKind) -> None:
    """``policy explain`` shows the key to whoever would change it: one that the file knows."""
    objection = next(one for one in rule(case(signals=(Signal(kind=kind, reason="said"),)), Policy()).objections)
    section, _, key = objection.rule.partition(".")
    if key:
        assert read_policy(f'[{section}]\n{key} = "allow"\n')
    else:
        assert section in {"advisory", "age"}
