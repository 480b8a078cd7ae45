"""An audit as SARIF 2.1.0: each result stands at the line that pins the distribution, where a reviewer can act."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TextIO

from pratique.cli.auditing import model
from pratique.cli.auditing.model import Audited, Concern
from pratique.cli.render.sarif.document import Fingerprints, run_of, write
from pratique.cli.render.sarif.model import (
    Artifact,
    ArtifactLocation,
    Descriptor,
    Location,
    Notification,
    PhysicalLocation,
    Region,
    Result,
    ResultProperties,
    Run,
)
from pratique.cli.render.sarif.results import level_of, rank_of
from pratique.cli.render.sarif.rules import described, descriptors
from pratique.cli.render.sarif.words import message, sentence, target_uri
from pratique.finding import Behaviour, Finding
from pratique.policy import SignalKind
from pratique.verdict import Verdict

_SAID = {
    SignalKind.MALWARE.value: (Behaviour.EXECUTION, "An advisory says that this release is malicious."),
    SignalKind.VULNERABLE.value: (Behaviour.METADATA, "An advisory says that this release has a vulnerability."),
    SignalKind.PRIVATE_LIKENESS.value: (Behaviour.IMPERSONATION, "The name could be taken for a private one."),
    model.HASH: (Behaviour.PACKAGING, "The index serves other bytes than are locked."),
    model.CHANGED: (Behaviour.PACKAGING, "An installed file is not as its RECORD says."),
    model.STARTUP: (Behaviour.PERSISTENCE, "A file of no distribution takes part whenever Python starts."),
}
_OTHERWISE = (Behaviour.HISTORY, "Something is known of this release that whoever installs it should know.")
_LEVEL = {Verdict.CLEAN: "note", Verdict.SUSPICIOUS: "warning", Verdict.ERROR: "warning", Verdict.MALICIOUS: "error"}
_RANK = {Verdict.CLEAN: 20.0, Verdict.SUSPICIOUS: 50.0, Verdict.ERROR: 50.0, Verdict.MALICIOUS: 100.0}


class AuditSarif:
    """One document, when everything is known."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, one: Audited) -> None:
        """Nothing yet: the document is written when it is complete."""

    def finish(self, audited: Sequence[Audited]) -> None:
        """Print the document."""
        ordered = sorted(audited, key=lambda one: (one.path, one.line, one.target))
        write(_run(ordered), self._stream)


def _run(audited: Sequence[Audited]) -> Run:
    rules = _rules(audited)
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    places = {path: number for number, path in enumerate(dict.fromkeys(one.path for one in audited))}
    marks = {path: Fingerprints() for path in places}
    found = [result for one in audited for result in _results(one, numbers, _at(one, places), marks[one.path])]
    notes = [_failure(one, _at(one, places)) for one in audited if one.verdict is Verdict.ERROR or one.error]
    artifacts = tuple(Artifact(location=ArtifactLocation(uri=target_uri(path))) for path in places)
    return run_of(rules, artifacts, found, notes)


def _rules(audited: Sequence[Audited]) -> tuple[Descriptor, ...]:
    engine = descriptors(finding for one in audited for finding in one.telling)
    kinds = sorted({concern.kind for one in audited for concern in one.concerns})
    return (*engine, *(described(kind, *_SAID.get(kind, _OTHERWISE)) for kind in kinds))


def _results(one: Audited, numbers: dict[str, int], at: Location, marks: Fingerprints) -> Iterator[Result]:
    for finding in one.telling:
        yield _finding(one, finding, numbers[finding.rule], at, marks)
    for concern in one.concerns:
        yield _concern(one, concern, numbers[concern.kind], at, marks)


def _finding(one: Audited, finding: Finding, number: int, at: Location, marks: Fingerprints) -> Result:
    place = f"{finding.path}:{finding.line}: " if finding.path else ""
    return Result(
        rule_id=finding.rule,
        rule_index=number,
        level=level_of(finding.severity),
        message=message(f"{one.target}: {place}{sentence(finding.message)}"),
        locations=(at,),
        partial_fingerprints=marks.of(_mark(one, finding.rule, f"{finding.path} {finding.message}")),
        rank=rank_of(finding),
        properties=ResultProperties(
            behaviour=finding.behaviour.value,
            severity=finding.severity.name.lower(),
            confidence=finding.confidence.name.lower(),
            phase=finding.phase.value,
            proven=finding.proven,
            layers=finding.layers,
        ),
    )


def _concern(one: Audited, concern: Concern, number: int, at: Location, marks: Fingerprints) -> Result:
    grave = concern.verdict is Verdict.MALICIOUS
    return Result(
        rule_id=concern.kind,
        rule_index=number,
        level=_LEVEL[concern.verdict],
        message=message(f"{one.target}: {sentence(concern.reason)}"),
        locations=(at,),
        partial_fingerprints=marks.of(_mark(one, concern.kind, concern.id or concern.reason)),
        rank=_RANK[concern.verdict],
        properties=ResultProperties(
            behaviour=_SAID.get(concern.kind, _OTHERWISE)[0].value,
            severity="critical" if grave else "medium",
            confidence="high",
            phase="none",
            proven=grave,
            layers=(),
        ),
    )


def _at(one: Audited, places: dict[str, int]) -> Location:
    place = ArtifactLocation(uri=target_uri(one.path), index=places[one.path])
    return Location(
        physical_location=PhysicalLocation(artifact_location=place, region=Region(start_line=one.line or 1))
    )


def _failure(one: Audited, at: Location) -> Notification:
    why = one.error or next((report.error for report in one.reports if report.error), "it could not be inspected")
    return Notification(level="error", message=message(f"{one.target}: {why}"), locations=(at,))


def _mark(one: Audited, rule: str, what: str) -> str:
    return hashlib.sha256(f"{one.target}\0{rule}\0{what}".encode("utf-8", "backslashreplace")).hexdigest()[:16]
