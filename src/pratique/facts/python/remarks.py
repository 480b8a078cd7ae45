"""What is odd about a source text itself, and what was not computed of it, as findings."""

from __future__ import annotations

from collections.abc import Iterable

from pratique.artifact import Member
from pratique.facts.python.machine import PHASE_OF_ROLE
from pratique.facts.python.source.oddities import ParseNote
from pratique.finding import Behaviour, Confidence, Finding, Severity

_KINDS = {
    "encoding": Severity.HIGH,
    "bidi": Severity.MEDIUM,
    "zero-width": Severity.LOW,
    "off-screen": Severity.MEDIUM,
    "homoglyph": Severity.LOW,
    "nul": Severity.LOW,
}


def remark(member: Member, notes: Iterable[ParseNote]) -> list[Finding]:
    """Findings for the oddities that hide code from a reader."""
    return [
        Finding(
            rule=f"source-{note.kind}",
            behaviour=Behaviour.OBFUSCATION,
            severity=_KINDS[note.kind],
            confidence=Confidence.LOW,
            phase=PHASE_OF_ROLE[member.role],
            path=member.path,
            line=note.line,
            message=f"the source {note.message}",
        )
        for note in notes
        if note.kind in _KINDS
    ]


def curtailed(rule: str, member: Member, why: str) -> Finding:
    """Everything was walked once, but not computed to its end: which says how large a file is, and little else."""
    return Finding(
        rule=rule,
        behaviour=Behaviour.LIMIT,
        severity=Severity.LOW,
        confidence=Confidence.LOW,
        phase=PHASE_OF_ROLE[member.role],
        path=member.path,
        line=0,
        message=f"{why}: every line was read, not every value computed",
    )
