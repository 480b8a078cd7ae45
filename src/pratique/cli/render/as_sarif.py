"""SARIF 2.1.0: one log with one run, for code scanning and other tools that gather findings."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

import msgspec

from pratique import __version__
from pratique.cli.outcome import Outcome
from pratique.cli.render.json_text import safe_json
from pratique.cli.render.sarif.model import (
    Artifact,
    ArtifactLocation,
    ArtifactProperties,
    Driver,
    Invocation,
    Location,
    Log,
    Notification,
    PhysicalLocation,
    Result,
    Run,
    Tool,
)
from pratique.cli.render.sarif.results import results
from pratique.cli.render.sarif.rules import descriptors
from pratique.cli.render.sarif.words import member_uri, message, target_uri
from pratique.verdict import Verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST = 5_000
"""Results that code scanning keeps of a run; the worst come first, and what is left out is said."""


class SarifRenderer:
    """One document, when everything is known; sorted by target, so the same input gives the same text."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, outcome: Outcome) -> None:
        """Nothing yet: the document is written when it is complete."""

    def finish(self, outcomes: Iterable[Outcome]) -> None:
        """Print the document."""
        log = Log(schema=SCHEMA, version="2.1.0", runs=(_run(sorted(outcomes, key=lambda o: o.target)),))
        self._stream.write(safe_json(msgspec.json.format(msgspec.json.encode(log), indent=1), self._stream) + "\n")


def _run(outcomes: Sequence[Outcome]) -> Run:
    rules = descriptors(f for o in outcomes for f in o.report.findings)
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    artifacts = _Artifacts()
    found: list[Result] = []
    for outcome in outcomes:
        found += results(outcome.report, artifacts.target(outcome), artifacts.members(outcome), numbers)
    found.sort(key=lambda r: -r.rank)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    driver = Driver(
        name="Pratique",
        full_name=f"Pratique {__version__} on Python {python}",
        version=__version__,
        semantic_version=__version__,
        rules=rules,
    )
    return Run(
        tool=Tool(driver=driver),
        invocations=(_invocation(outcomes, artifacts, len(found) - MOST),),
        artifacts=artifacts.listed(),
        results=tuple(found[:MOST]),
    )


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


def _invocation(outcomes: Sequence[Outcome], artifacts: _Artifacts, left_out: int) -> Invocation:
    notes = []
    for outcome in outcomes:
        if outcome.report.verdict is Verdict.ERROR:
            why = outcome.report.error or "not everything could be inspected; see the results"
            place = Location(physical_location=PhysicalLocation(artifact_location=artifacts.target(outcome)))
            notes.append(Notification(level="error", message=message(f"{outcome.target}: {why}"), locations=(place,)))
    if left_out > 0:
        notes.append(Notification(level="warning", message=message(f"{left_out} milder results are left out.")))
    failed = any(note.level == "error" for note in notes)
    return Invocation(execution_successful=not failed, tool_execution_notifications=tuple(notes))
