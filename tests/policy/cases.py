"""Cases before a policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pratique.artifact import Artifact
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.names import Kind, distribution_name, project_name, sha256_digest
from pratique.policy import Case
from pratique.verdict import Report, Verdict

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SHA256 = sha256_digest("a" * 64)


def finding(**fields: object) -> Finding:
    """A finding that adds up to something."""
    plain = Finding(
        rule="beacon",
        behaviour=Behaviour.SECOND_STAGE,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        phase=Phase.IMPORT,
        path="demo/__init__.py",
        line=3,
        message="calls home",
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def report(verdict: Verdict, *findings: Finding, score: float = 0.5, filename: str = "demo-2.0.tar.gz") -> Report:
    """What the engine said."""
    artifact = Artifact(name=distribution_name(filename), sha256=SHA256, size=10)
    return Report(artifact=artifact, verdict=verdict, score=score, findings=findings)


def case(**fields: object) -> Case:
    """A clean sdist of demo 2.0."""
    plain = Case(
        project=project_name("demo"),
        version="2.0",
        filename="demo-2.0.tar.gz",
        now=NOW,
        sha256=SHA256,
        kind=Kind.SDIST,
        report=report(Verdict.CLEAN, score=0.02),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


CLEAN = report(Verdict.CLEAN, score=0.02)
SUSPICIOUS = report(Verdict.SUSPICIOUS, finding(), score=0.6)
BROKEN = replace(report(Verdict.ERROR, score=0.0), error="ended early")
PROVEN = report(Verdict.MALICIOUS, finding(proven=True), score=0.99)
