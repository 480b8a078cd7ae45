from __future__ import annotations

from dataclasses import replace

import pytest

from pratique.policy import Action, Decision, Policy, Signal, SignalKind, by_signals, decide
from pratique.verdict import Verdict
from tests.fakes.values import a_report

MALWARE = Signal(kind=SignalKind.MALWARE, reason="MAL-1 says that it is malware")
VULNERABLE = Signal(kind=SignalKind.VULNERABLE, reason="GHSA-1 says that it is vulnerable")
CLEAN = replace(a_report(), verdict=Verdict.CLEAN, findings=(), error="")


def test_known_malware_is_blocked_though_its_bytes_look_clean() -> None:
    """A malware advisory blocks a file in which nothing was found, and gives its own reason."""
    decision = decide(CLEAN, Policy(), [VULNERABLE, MALWARE])
    assert decision == Decision(action=Action.BLOCK, reason="blocked: MAL-1 says that it is malware")


def test_a_vulnerability_is_allowed_unless_the_policy_says_otherwise() -> None:
    """Every large project has some: they are shown to auditors, and stop an install only where a team wants that."""
    assert decide(CLEAN, Policy(), [VULNERABLE]) == Decision(action=Action.ALLOW)
    decision = decide(CLEAN, Policy(vulnerable=Action.QUARANTINE), [VULNERABLE])
    assert decision == Decision(action=Action.QUARANTINE, reason="quarantined: GHSA-1 says that it is vulnerable")


@pytest.mark.parametrize("signals", [(), (VULNERABLE,), (MALWARE,), (MALWARE, VULNERABLE)])
def test_signals_never_soften_a_verdict(signals: tuple[Signal, ...]) -> None:
    """A malicious report stays blocked with the finding that can be checked in the bytes, whatever else is known."""
    assert decide(a_report(), Policy(), signals) == decide(a_report(), Policy())


def test_signals_alone_answer_before_anything_was_fetched() -> None:
    """The strictest signal decides; without any there is nothing against the release."""
    assert by_signals(Policy(), []) == Decision(action=Action.ALLOW)
    assert by_signals(Policy(vulnerable=Action.QUARANTINE), [VULNERABLE, MALWARE]).action is Action.BLOCK
