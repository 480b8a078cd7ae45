"""The table of verdicts and signals: what the policy does for each, and the words that say why."""

from __future__ import annotations

from collections.abc import Iterable

from pratique.finding import Finding, line_in_file
from pratique.policy.action import Action
from pratique.policy.model import Policy
from pratique.policy.outcome import Decision
from pratique.policy.signals import Signal
from pratique.verdict import Report, Verdict

_PATH = 60


def decide(report: Report, policy: Policy, signals: Iterable[Signal] = ()) -> Decision:
    """Decide by the policy's table; the reason names rule, file and line of the worst finding, or the signal.

    Where report and signals ask for the same, the report's reason is given: it can be checked in the bytes.
    """
    return max(by_report(report, policy), by_signals(policy, signals), key=lambda decision: decision.action.strictness)


def by_signals(policy: Policy, signals: Iterable[Signal]) -> Decision:
    """What the signals alone ask for: the strictest of their actions, with the reason of the first that asks for it."""
    decisions = (Decision(action=policy.answer(signal.kind), reason=signal.reason) for signal in signals)
    strictest = max(decisions, key=lambda decision: decision.action.strictness, default=Decision(action=Action.ALLOW))
    if strictest.allowed:
        return Decision(action=Action.ALLOW)
    return Decision(action=strictest.action, reason=f"{strictest.action.done}: {strictest.reason}")


def by_report(report: Report, policy: Policy) -> Decision:
    """What the report alone asks for; the reason names rule, file and line of the worst finding."""
    action = policy.action(report.verdict)
    if action is Action.ALLOW:
        return Decision(action=action)
    if report.verdict is Verdict.ERROR:
        return Decision(action=action, reason=f"{action.done}: could not be inspected: {_why_error(report)}")
    worst = max(report.findings, key=rank)
    return Decision(action=action, reason=f"{action.done}: {worst.rule}{_place(worst, report)}: {worst.message}")


def rank(finding: Finding) -> tuple[bool, int, int]:
    """Orders findings, worst last: proven chains, then severity, then confidence."""
    return (finding.proven, finding.severity, finding.confidence)


def _place(finding: Finding, report: Report) -> str:
    """File and line, short enough that a reason phrase has room for what was found."""
    if not finding.path:
        return ""
    line = line_in_file(finding, report.findings)
    path = finding.path if len(finding.path) <= _PATH else f"...{finding.path[-_PATH:]}"
    return f" in {path}" + (f":{line}" if line else "")


def _why_error(report: Report) -> str:
    return report.error or next((f.message for f in report.findings if f.incomplete), "unknown")
