"""Policy: what a verdict and the signals around it mean for whoever asks for the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from pratique.finding import Finding, line_in_file
from pratique.verdict import Report, Verdict

_PATH = 60


class Action(StrEnum):
    """What is done with a file, mildest first."""

    ALLOW = "allow"
    QUARANTINE = "quarantine"
    BLOCK = "block"


class SignalKind(StrEnum):
    """What is known of a release besides its bytes."""

    MALWARE = "malware"
    """An advisory says that it is malicious."""
    VULNERABLE = "vulnerable"
    """An advisory says that it has a vulnerability."""
    CAPABILITY = "capability"
    """It can do something by itself that no earlier release of the project could."""
    PROVENANCE = "provenance"
    """Earlier releases said who had built them; this one does not, or it names somebody else."""
    YOUNG = "young"
    """It was published a short while ago."""
    DORMANT = "dormant"
    """The project had been silent for long before."""
    YANKED = "yanked"
    """Its owner has withdrawn it (PEP 592)."""
    STATUS = "status"
    """The project is archived, deprecated or quarantined (PEP 792)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that is known of a release besides its bytes, with the sentence that says so."""

    kind: SignalKind
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What to do for each verdict and signal; `error` is never cheaper than `suspicious`."""

    suspicious: Action = Action.QUARANTINE
    error: Action = Action.QUARANTINE
    malicious: Action = Action.BLOCK
    vulnerable: Action = Action.ALLOW
    capability: Action = Action.QUARANTINE
    provenance: Action = Action.ALLOW
    young: Action = Action.ALLOW
    dormant: Action = Action.ALLOW
    yanked: Action = Action.ALLOW
    status: Action = Action.ALLOW

    def action(self, verdict: Verdict) -> Action:
        """The action for a verdict."""
        if verdict is Verdict.CLEAN:
            return Action.ALLOW
        return {Verdict.SUSPICIOUS: self.suspicious, Verdict.ERROR: self.error, Verdict.MALICIOUS: self.malicious}[
            verdict
        ]

    def answer(self, kind: SignalKind) -> Action:
        """The action for a kind of signal; known malware is blocked whatever the policy says."""
        match kind:
            case SignalKind.MALWARE:
                return Action.BLOCK
            case SignalKind.VULNERABLE:
                return self.vulnerable
            case SignalKind.CAPABILITY:
                return self.capability
            case SignalKind.PROVENANCE:
                return self.provenance
            case SignalKind.YOUNG:
                return self.young
            case SignalKind.DORMANT:
                return self.dormant
            case SignalKind.YANKED:
                return self.yanked
            case SignalKind.STATUS:
                return self.status
            case _:
                assert_never(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer for one file, with the sentence that the person who asked will read."""

    action: Action
    reason: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the file may be served."""
        return self.action is Action.ALLOW


_STRICTNESS = {action: place for place, action in enumerate(Action)}
_VERB = {Action.ALLOW: "allowed", Action.QUARANTINE: "quarantined", Action.BLOCK: "blocked"}


def decide(report: Report, policy: Policy, signals: Iterable[Signal] = ()) -> Decision:
    """Decide by the policy's table; the reason names rule, file and line of the worst finding, or the signal.

    Where report and signals ask for the same, the report's reason is given: it can be checked in the bytes.
    """
    return max(
        _by_report(report, policy), by_signals(policy, signals), key=lambda decision: _STRICTNESS[decision.action]
    )


def by_signals(policy: Policy, signals: Iterable[Signal]) -> Decision:
    """What the signals alone ask for: the strictest of their actions, with the reason of the first that asks for it."""
    decisions = (Decision(action=policy.answer(signal.kind), reason=signal.reason) for signal in signals)
    strictest = max(decisions, key=lambda decision: _STRICTNESS[decision.action], default=Decision(action=Action.ALLOW))
    if strictest.allowed:
        return Decision(action=Action.ALLOW)
    return Decision(action=strictest.action, reason=f"{_VERB[strictest.action]}: {strictest.reason}")


def _by_report(report: Report, policy: Policy) -> Decision:
    action = policy.action(report.verdict)
    if action is Action.ALLOW:
        return Decision(action=action)
    if report.verdict is Verdict.ERROR:
        return Decision(action=action, reason=f"quarantined: could not be inspected: {_why_error(report)}")
    worst = max(report.findings, key=rank)
    return Decision(action=action, reason=f"{_VERB[action]}: {worst.rule}{_place(worst, report)}: {worst.message}")


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
