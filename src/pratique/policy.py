"""Policy: what a verdict and the signals around it mean for whoever asks for the file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pratique.finding import Finding, line_in_file
from pratique.verdict import Report, Verdict


class Action(StrEnum):
    """What is done with a file, mildest first."""

    ALLOW = "allow"
    QUARANTINE = "quarantine"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What to do for each verdict; `error` is never cheaper than `suspicious`."""

    suspicious: Action = Action.QUARANTINE
    error: Action = Action.QUARANTINE
    malicious: Action = Action.BLOCK

    def action(self, verdict: Verdict) -> Action:
        """The action for a verdict."""
        if verdict is Verdict.CLEAN:
            return Action.ALLOW
        return {Verdict.SUSPICIOUS: self.suspicious, Verdict.ERROR: self.error, Verdict.MALICIOUS: self.malicious}[
            verdict
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer for one file, with the sentence that the person who asked will read."""

    action: Action
    reason: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the file may be served."""
        return self.action is Action.ALLOW


def decide(report: Report, policy: Policy) -> Decision:
    """Decide by the policy's table; the reason names rule, file and line of the worst finding."""
    action = policy.action(report.verdict)
    if action is Action.ALLOW:
        return Decision(action=action)
    if report.verdict is Verdict.ERROR:
        return Decision(action=action, reason=f"quarantined: could not be inspected: {_why_error(report)}")
    worst = max(report.findings, key=rank)
    verb = "blocked" if action is Action.BLOCK else "quarantined"
    return Decision(action=action, reason=f"{verb}: {worst.rule}{_place(worst, report)}: {worst.message}")


def rank(finding: Finding) -> tuple[bool, int, int]:
    """Orders findings, worst last: proven chains, then severity, then confidence."""
    return (finding.proven, finding.severity, finding.confidence)


def _place(finding: Finding, report: Report) -> str:
    line = line_in_file(finding, report.findings)
    return (f" in {finding.path}" if finding.path else "") + (f":{line}" if finding.path and line else "")


def _why_error(report: Report) -> str:
    return report.error or next((f.message for f in report.findings if f.incomplete), "unknown")
