"""Evidence adds up: nothing lowers a score, and the same thing seen twice is seen once."""

from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.verdict import CAP, PRIOR, SUSPICIOUS_FROM, Verdict, weigh

_FINDINGS = st.builds(
    Finding,
    rule=st.sampled_from(("theft", "beacon", "remote-control")),
    behaviour=st.sampled_from(Behaviour),
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    phase=st.sampled_from(Phase),
    path=st.just("pkg/__init__.py"),
    line=st.integers(min_value=0, max_value=99),
    message=st.just("something is done"),
    proven=st.booleans(),
    incomplete=st.booleans(),
)
_RANK = list(Verdict)


def _finding(**changes: object) -> Finding:
    parts: dict[str, object] = {
        "rule": "remote-control",
        "behaviour": Behaviour.EXECUTION,
        "severity": Severity.HIGH,
        "confidence": Confidence.HIGH,
        "phase": Phase.CALL,
        "path": "pkg/pool.py",
        "line": 1,
        "message": "a process obeys another host",
    }
    return Finding(**{**parts, **changes})  # type: ignore[arg-type]


@given(st.lists(_FINDINGS, max_size=8), _FINDINGS)
def test_more_evidence_never_makes_anything_better(found: list[Finding], another: Finding) -> None:
    """An attacker gains nothing by adding what is remarkable."""
    before, after = weigh(found), weigh([*found, another])
    assert after.score >= before.score
    assert _RANK.index(after.verdict) >= _RANK.index(before.verdict)


@given(st.lists(_FINDINGS, max_size=8))
def test_the_order_of_findings_does_not_matter(found: list[Finding]) -> None:
    """The score is a function of what was seen, not of the order of files."""
    assert weigh(found) == weigh(found[::-1])


def test_the_same_seen_often_is_one_piece_of_evidence() -> None:
    """A library that does one thing at many places is not held for its size."""
    once = weigh([_finding()])
    assert weigh([_finding(line=n, path=f"pkg/m{n}.py") for n in range(50)]) == once
    assert once.score < SUSPICIOUS_FROM


def test_other_rules_and_other_phases_add_up() -> None:
    """Independent evidence of one behaviour weighs more than the strongest piece of it."""
    one = weigh([_finding()]).score
    assert weigh([_finding(), _finding(rule="pickle-payload")]).score > one
    assert weigh([_finding(), _finding(phase=Phase.IMPORT)]).score > one
    both = weigh([_finding(), _finding(rule="beacon", behaviour=Behaviour.THEFT)])
    assert both.verdict is Verdict.SUSPICIOUS


def test_one_behaviour_alone_is_capped() -> None:
    """However many rules and phases see it, a behaviour gives no more than the cap."""
    kinds = ((rule, phase) for rule in "abcdefgh" for phase in Phase)
    found = [_finding(rule=rule, phase=phase, severity=Severity.CRITICAL) for rule, phase in islice(kinds, 30)]
    assert weigh(found) == weigh(found[:2])
    assert PRIOR + CAP > 0
