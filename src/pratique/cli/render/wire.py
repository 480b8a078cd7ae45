"""The object that ``--format json`` and ``jsonl`` print; ``docs/report.schema.json`` describes it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pratique.cli.outcome import Outcome
from pratique.finding import Finding, line_in_file
from pratique.policy import Signal


class StepLine(msgspec.Struct, frozen=True, kw_only=True):
    """A station of a flow on the wire."""

    line: int
    what: str


class FindingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A finding on the wire."""

    rule: str
    behaviour: str
    severity: str
    confidence: str
    phase: str
    path: str
    line: int
    message: str
    layers: tuple[str, ...]
    proven: bool
    code: str
    flow: tuple[StepLine, ...]
    file_line: int


class SignalLine(msgspec.Struct, frozen=True, kw_only=True):
    """A signal on the wire."""

    kind: str
    reason: str


class ReportLine(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact's report on the wire; ``error`` is null where inspection succeeded."""

    target: str
    sha256: str
    verdict: str
    score: float
    findings: tuple[FindingLine, ...]
    bytes: int
    elapsed_ms: float
    error: str | None
    signals: tuple[SignalLine, ...] | msgspec.UnsetType = msgspec.UNSET
    """What is known of a pinned release besides its bytes; left out where nothing is."""


def report_line(outcome: Outcome) -> ReportLine:
    """An outcome as it goes over the wire."""
    report = outcome.report
    return ReportLine(
        target=encodable(outcome.target),
        sha256=report.artifact.sha256,
        verdict=report.verdict.value,
        score=round(report.score, 4),
        findings=tuple(_finding_line(f, report.findings) for f in report.findings),
        bytes=report.artifact.size,
        elapsed_ms=round(report.elapsed_ms, 1),
        error=encodable(report.error) or None,
        signals=tuple(map(_signal_line, outcome.signals)) or msgspec.UNSET,
    )


def _signal_line(signal: Signal) -> SignalLine:
    return SignalLine(kind=signal.kind.value, reason=encodable(signal.reason))


def _finding_line(finding: Finding, among: Sequence[Finding]) -> FindingLine:
    return FindingLine(
        rule=finding.rule,
        behaviour=finding.behaviour.value,
        severity=finding.severity.name.lower(),
        confidence=finding.confidence.name.lower(),
        phase=finding.phase.value,
        path=encodable(finding.path),
        line=finding.line,
        message=encodable(finding.message),
        layers=finding.layers,
        proven=finding.proven,
        code=encodable(finding.code),
        flow=tuple(StepLine(line=step.line, what=encodable(step.what)) for step in finding.flow),
        file_line=line_in_file(finding, among),
    )


def encodable(text: str) -> str:
    r"""Lone surrogates (undecodable file names) as ``\udcxx``: JSON has no way to say them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
