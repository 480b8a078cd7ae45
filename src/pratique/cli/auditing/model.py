"""What an audit says of one distribution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pratique.cli.outcome import Outcome
from pratique.finding import Behaviour, Finding, Severity
from pratique.policy import Action, Policy, Signal, SignalKind
from pratique.verdict import Report, Verdict

HASH = "hash"
"""The index has other bytes than are locked."""
GONE = "gone"
"""The index has a locked file no more."""
CHANGED = "changed"
"""An installed file is not as its RECORD says."""
MISSING = "missing"
EDITABLE = "editable"
RECORDS = "records"
"""The records of an installed distribution cannot be read or believed."""
UNASKED = "unasked"
"""The index did not answer."""
STARTUP = "startup"
"""A file of no distribution runs, or steers the path, whenever Python starts."""
UNOWNED = "unowned"

_VERDICTS = {Action.ALLOW: Verdict.CLEAN, Action.QUARANTINE: Verdict.SUSPICIOUS, Action.BLOCK: Verdict.MALICIOUS}


class AuditFailOn(StrEnum):
    """The mildest thing that makes the exit status 1."""

    VULNERABLE = "vulnerable"
    SUSPICIOUS = "suspicious"
    MALICIOUS = "malicious"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One thing that is known of a distribution besides what its files do."""

    kind: str
    reason: str
    verdict: Verdict = Verdict.CLEAN
    """The mildest verdict on the whole that is left with it."""
    id: str = ""
    """An advisory's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A distribution, or a line that names none."""

    target: str
    """``name==version``, or the place where it should be."""
    path: str
    """The file that names it."""
    line: int = 0
    outcomes: tuple[Outcome, ...] = ()
    """Of each of its files that was looked at."""
    of: int = 0
    """How many files it has."""
    concerns: tuple[Concern, ...] = ()
    error: str = ""
    """Why it could not be audited."""

    @property
    def verdict(self) -> Verdict:
        """The worst of its files, its concerns and its error."""
        order = list(Verdict)
        found = [*(one.verdict for one in self.outcomes), *(one.verdict for one in self.concerns)]
        found += [Verdict.ERROR] if self.error else []
        return max(found, key=order.index, default=Verdict.CLEAN)

    @property
    def vulnerable(self) -> int:
        """How many vulnerabilities are known."""
        return sum(one.kind == SignalKind.VULNERABLE for one in self.concerns)

    @property
    def reports(self) -> tuple[Report, ...]:
        """Of its files."""
        return tuple(one.report for one in self.outcomes)

    @property
    def telling(self) -> tuple[Finding, ...]:
        """The findings that a person should see: all of what is not clean, of the rest whom its name imitates."""
        return tuple(
            dict.fromkeys(
                finding
                for report in self.reports
                for finding in report.findings
                if report.verdict is not Verdict.CLEAN or _imitates(finding)
            )
        )


def concerns_of(signals: Iterable[Signal], policy: Policy | None = None) -> tuple[Concern, ...]:
    """What signals mean for an audit: what the policy would do about each, by default the built-in one."""
    chosen = policy or Policy()
    return tuple(
        Concern(kind=one.kind.value, reason=one.reason, verdict=_VERDICTS[chosen.answer(one.kind)], id=one.id)
        for one in dict.fromkeys(signals)
    )


def status(audited: Iterable[Audited], fail_on: AuditFailOn) -> int:
    """0: nothing at or above ``fail_on``; 1: something was; 2: something could not be audited."""
    found = tuple(audited)
    seen = {one.verdict for one in found}
    if any(one.error for one in found) or Verdict.ERROR in seen:
        return 2
    failing = {Verdict.MALICIOUS} | ({Verdict.SUSPICIOUS} if fail_on is not AuditFailOn.MALICIOUS else set())
    vulnerable = fail_on is AuditFailOn.VULNERABLE and any(one.vulnerable for one in found)
    return int(bool(seen & failing) or vulnerable)


def _imitates(finding: Finding) -> bool:
    return finding.behaviour is Behaviour.IMPERSONATION and finding.severity >= Severity.HIGH
