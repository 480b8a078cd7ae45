"""Findings as results."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import assert_never

from pratique.cli.render.sarif.document import Fingerprints
from pratique.cli.render.sarif.model import (
    ArtifactLocation,
    CodeFlow,
    Content,
    Location,
    LogicalLocation,
    Message,
    PhysicalLocation,
    Region,
    Result,
    ResultProperties,
    ThreadFlow,
    ThreadFlowLocation,
)
from pratique.cli.render.sarif.words import message, sentence
from pratique.finding import Finding, Severity, Step, line_in_file
from pratique.printable import printable
from pratique.rules.explained import gain, in_words, language
from pratique.verdict import TRUST, WEIGHT, Report

_STATIONS = 100
_WORST = WEIGHT[Severity.CRITICAL]


def results(
    report: Report, target: ArtifactLocation, members: Mapping[str, ArtifactLocation], rules: Mapping[str, int]
) -> list[Result]:
    """One per finding; ``members`` are the places of the files that findings name, ``rules`` their numbers."""
    marks, found = Fingerprints(), []
    for finding in report.findings:
        place = _Place(report, finding, members.get(finding.path, target))
        found.append(_result(finding, place, target, rules[finding.rule], marks.of(_mark(finding))))
    return found


def _result(
    finding: Finding, place: _Place, target: ArtifactLocation, rule: int, fingerprints: dict[str, str]
) -> Result:
    hidden = bool(finding.layers)
    return Result(
        rule_id=finding.rule,
        rule_index=rule,
        level=level_of(finding.severity),
        message=_message(finding),
        locations=(place.primary(),),
        analysis_target=target if finding.path else None,
        partial_fingerprints=fingerprints,
        rank=rank_of(finding),
        code_flows=_flows(finding, place),
        properties=ResultProperties(
            behaviour=finding.behaviour.value,
            severity=finding.severity.name.lower(),
            confidence=finding.confidence.name.lower(),
            phase=finding.phase.value,
            proven=finding.proven,
            layers=(*map(printable, finding.layers), *language(finding)),
            decoded_line=finding.line if hidden else 0,
            decoded_code=printable(finding.code) if hidden else "",
        ),
    )


class _Place:
    """Where a finding's stations stand, in the file's own lines."""

    def __init__(self, report: Report, finding: Finding, location: ArtifactLocation) -> None:
        self._finding = finding
        self._location = location
        self._line = line_in_file(finding, report.findings)
        self._distribution = printable(report.artifact.name.filename)

    def primary(self) -> Location:
        """The finding's own place. Code scanning refuses results without a line, so what has none is at the first."""
        snippet = (
            Content(text=printable(self._finding.code)) if self._finding.code and not self._finding.layers else None
        )
        path = printable(self._finding.path)
        inside = LogicalLocation(
            name=path.rpartition("/")[2], fully_qualified_name=f"{self._distribution}/{path}", kind="module"
        )
        return Location(
            physical_location=self._at(Region(start_line=self._line or 1, snippet=snippet)),
            logical_locations=(inside,) if path else (),
        )

    def station(self, step: Step) -> Location:
        """A step's place; inside layers, its own line is part of the text."""
        inside = f" (line {step.line} of what the layers hide)" if self._finding.layers and step.line else ""
        line = self._line if self._finding.layers else step.line
        return Location(
            physical_location=self._at(Region(start_line=line or 1)), message=message(f"{in_words(step.what)}{inside}")
        )

    def _at(self, region: Region) -> PhysicalLocation:
        return PhysicalLocation(artifact_location=self._location, region=region)


def _flows(finding: Finding, place: _Place) -> tuple[CodeFlow, ...]:
    steps: Sequence[Step] = finding.flow[:_STATIONS]
    if len(steps) < 2:
        return ()
    stations = tuple(ThreadFlowLocation(location=place.station(s), execution_order=n) for n, s in enumerate(steps, 1))
    return (CodeFlow(thread_flows=(ThreadFlow(locations=stations),)),)


def _message(finding: Finding) -> Message:
    parts = [sentence(finding.message)]
    if finding.layers:
        parts.append(f"Hidden by {' → '.join((*finding.layers, *language(finding)))}.")
    if finding.phase.moment:
        parts.append(f"Runs {finding.phase.moment}.")
    return message(" ".join([*parts, gain(finding.rule)]).strip())


def level_of(severity: Severity) -> str:
    """3.27.10: what code scanning calls it."""
    match severity:
        case Severity.CRITICAL | Severity.HIGH:
            return "error"
        case Severity.MEDIUM:
            return "warning"
        case Severity.LOW:
            return "note"
        case _:
            assert_never(severity)


def rank_of(finding: Finding) -> float:
    """0 to 100 (3.27.25): a proven chain is 100, everything else by the weight that it adds to the score."""
    if finding.proven:
        return 100.0
    return round(90 * WEIGHT[finding.severity] * TRUST[finding.confidence] / _WORST, 1)


def _mark(finding: Finding) -> str:
    """Known again in another release or after lines have moved: rule, file, layers and code, but no line number."""
    parts = (finding.rule, finding.path, *finding.layers, " ".join(finding.code.split()) or finding.message)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
