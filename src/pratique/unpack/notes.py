"""Findings of the unpacking itself: limits that were hit, and what two readers would see differently."""

from __future__ import annotations

from collections import Counter

from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity

_PER_RULE = 20
"""Findings of one kind that are kept: a hostile archive must not buy memory with them."""


class Notes:
    """Collects findings.

    ``depth`` is how many archives deep the reader is: what lies in a nested archive is not unpacked
    by any installer, and test data is full of odd archives, so there an oddity is never more than `LOW`.
    """

    def __init__(self) -> None:
        self.depth = 0
        self._found: list[Finding] = []
        self._seen: Counter[str] = Counter()

    def limit(self, path: str, message: str) -> None:
        """Something could not be inspected because of a limit."""
        self._add("archive-limit", Behaviour.LIMIT, Severity.MEDIUM, Confidence.HIGH, path, message, incomplete=True)

    def damage(self, path: str, message: str) -> None:
        """Something cannot be read by us; another reader may get further."""
        if self.depth:
            self.oddity("archive-damaged", Severity.LOW, path, message, confidence=Confidence.LOW)
            return
        self._add("archive-damaged", Behaviour.LIMIT, Severity.MEDIUM, Confidence.HIGH, path, message, incomplete=True)

    def oddity(
        self, rule: str, severity: Severity, path: str, message: str, *, confidence: Confidence = Confidence.HIGH
    ) -> None:
        """Something that two readers of the archive may understand differently, or that would escape."""
        if self.depth:
            severity, confidence = Severity.LOW, Confidence.LOW
        self._add(rule, Behaviour.PACKAGING, severity, confidence, path, message, incomplete=False)

    def findings(self) -> tuple[Finding, ...]:
        """What was noted, in order; of each kind the first few, and a word on how many more."""
        return (*self._found, *(self._more(rule) for rule, n in self._seen.items() if n > _PER_RULE))

    def _add(
        self,
        rule: str,
        behaviour: Behaviour,
        severity: Severity,
        confidence: Confidence,
        path: str,
        message: str,
        *,
        incomplete: bool,
    ) -> None:
        key = f"{rule}:{severity}"
        self._seen[key] += 1
        if self._seen[key] <= _PER_RULE:
            self._found.append(
                Finding(
                    rule=rule,
                    behaviour=behaviour,
                    severity=severity,
                    confidence=confidence,
                    phase=Phase.NONE,
                    path=path,
                    line=0,
                    message=message,
                    incomplete=incomplete,
                )
            )

    def _more(self, key: str) -> Finding:
        rule = key.partition(":")[0]
        last = next(f for f in reversed(self._found) if f"{f.rule}:{f.severity}" == key)
        return Finding(
            rule=rule,
            behaviour=last.behaviour,
            severity=Severity.LOW,
            confidence=Confidence.LOW,
            phase=Phase.NONE,
            path=last.path,
            line=0,
            message=f"And {self._seen[key] - _PER_RULE:,} more of this kind.",
        )
