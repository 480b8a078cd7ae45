"""SARIF 2.1.0: one log with one run, for code scanning and other tools that gather findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from pratique.cli.outcome import Outcome
from pratique.cli.render.sarif.document import run_of, write
from pratique.cli.render.sarif.model import (
    Artifact,
    ArtifactLocation,
    ArtifactProperties,
    Location,
    Notification,
    PhysicalLocation,
    Result,
    Run,
)
from pratique.cli.render.sarif.results import results
from pratique.cli.render.sarif.rules import descriptors
from pratique.cli.render.sarif.words import member_uri, message, target_uri
from pratique.verdict import Verdict


class SarifRenderer:
    """One document, when everything is known; sorted by target, so the same input gives the same text."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, outcome: Outcome) -> None:
        """Nothing yet: the document is written when it is complete."""

    def finish(self, outcomes: Iterable[Outcome]) -> None:
        """Print the document."""
        write(_run(sorted(outcomes, key=lambda o: o.target)), self._stream)


def _run(outcomes: Sequence[Outcome]) -> Run:
    rules = descriptors(f for o in outcomes for f in o.report.findings)
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    artifacts = _Artifacts()
    found: list[Result] = []
    for outcome in outcomes:
        found += results(outcome.report, artifacts.target(outcome), artifacts.members(outcome), numbers)
    notes = _failures(outcomes, artifacts)
    return run_of(rules, artifacts.listed(), found, notes)


class _Artifacts:
    """The run's artifacts, each once: what was screened, and the members that findings name."""

    def __init__(self) -> None:
        self._listed: list[Artifact] = []
        self._known: dict[str, ArtifactLocation] = {}

    def target(self, outcome: Outcome) -> ArtifactLocation:
        """What was screened, with its digest and verdict."""
        report = outcome.report
        uri = target_uri(outcome.target)
        if uri not in self._known:
            # A tree's digest is that of its members' digests: no hash function of SARIF's list gives it.
            digest: dict[str, str] = (
                {} if outcome.tree or not report.artifact.sha256 else {"sha-256": report.artifact.sha256}
            )
            self._add(
                uri,
                roles=("analysisTarget", "directory") if outcome.tree else ("analysisTarget",),
                length=-1 if outcome.tree else report.artifact.size,
                hashes=digest,
                properties=ArtifactProperties(verdict=report.verdict.value, score=round(report.score, 4)),
            )
        return self._known[uri]

    def members(self, outcome: Outcome) -> dict[str, ArtifactLocation]:
        """The places of the files that the findings name, by their paths."""
        places = {}
        for path in sorted({f.path for f in outcome.report.findings if f.path}):
            target = target_uri(outcome.target)
            uri = target if outcome.lone else member_uri(target, path)
            places[path] = self._known.get(uri) or self._add(uri)
        return places

    def listed(self) -> tuple[Artifact, ...]:
        """All of them, in the order of their numbers."""
        return tuple(self._listed)

    def _add(
        self,
        uri: str,
        *,
        roles: tuple[str, ...] = (),
        length: int = -1,
        hashes: dict[str, str] | None = None,
        properties: ArtifactProperties | None = None,
    ) -> ArtifactLocation:
        place = ArtifactLocation(uri=uri, index=len(self._listed))
        self._listed.append(
            Artifact(
                location=ArtifactLocation(uri=uri),
                roles=roles,
                length=length,
                hashes=hashes or {},
                properties=properties,
            )
        )
        self._known[uri] = place
        return place


def _failures(outcomes: Sequence[Outcome], artifacts: _Artifacts) -> list[Notification]:
    notes = []
    for outcome in outcomes:
        if outcome.report.verdict is Verdict.ERROR:
            why = outcome.report.error or "not everything could be inspected; see the results"
            place = Location(physical_location=PhysicalLocation(artifact_location=artifacts.target(outcome)))
            notes.append(Notification(level="error", message=message(f"{outcome.target}: {why}"), locations=(place,)))
    return notes
