"""Values to store: one of each kind, with every field in use."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from pratique.artifact import Artifact
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity, Step
from pratique.names import ProjectName, Sha256, distribution_name, project_name
from pratique.ports import Event, EventKind, IndexFile, KnownFile, ProjectPage
from pratique.verdict import Report, Verdict

NOON = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
DEMO = project_name("demo")


def digest(text: str) -> Sha256:
    """The SHA-256 of a text."""
    return Sha256(hashlib.sha256(text.encode()).hexdigest())


def an_event(number: int = 1, *, project: str = "demo", user_agent: str = "pip/26.3") -> Event:
    """A refusal."""
    return Event(
        kind=EventKind.REFUSAL,
        at=NOON,
        project=project,
        filename=f"{project}-{number}.tar.gz",
        sha256=digest(f"{project} {number}"),
        client="192.0.2.1",
        user_agent=user_agent,
        action="block",
        verdict="malicious",
        reason="drops a second stage",
        request=f"r{number}",
    )


def a_report(filename: str = "demo-1.tar.gz", *, message: str = "fetches a program") -> Report:
    """A malicious report with a finding that uses every field."""
    finding = Finding(
        rule="dropper",
        behaviour=Behaviour.SECOND_STAGE,
        severity=Severity.CRITICAL,
        confidence=Confidence.HIGH,
        phase=Phase.INSTALL,
        path="setup.py",
        line=3,
        message=message,
        layers=("base64", "zlib"),
        code="run(fetch(x))",
        flow=(Step(line=1, what="fetch"), Step(line=3, what="run")),
        proven=True,
    )
    artifact = Artifact(name=distribution_name(filename), sha256=digest(filename), size=7)
    return Report(
        artifact=artifact, verdict=Verdict.MALICIOUS, score=0.99, findings=(finding,), error="one", elapsed_ms=1.5
    )


def a_page(*versions: str, project: ProjectName = DEMO) -> ProjectPage:
    """A page whose files use every field."""
    files = tuple(
        IndexFile(
            filename=f"{project}-{version}.tar.gz",
            url=f"http://files.example.invalid/{project}-{version}.tar.gz",
            hashes=(("sha256", digest(version)),),
            requires_python=">=3.8",
            size=7,
            upload_time="2026-01-01T00:00:00Z",
            yanked="broken",
            core_metadata=(("sha256", digest(f"metadata {version}")),),
            provenance="http://files.example.invalid/p",
        )
        for version in versions
    )
    return ProjectPage(
        project=project,
        files=files,
        versions=versions,
        status="archived",
        status_reason="old",
        etag='"1"',
        last_serial=7,
    )


def a_file(text: str = "demo-1") -> KnownFile:
    """A file that was fetched."""
    return KnownFile(
        project=DEMO, filename="demo-1.tar.gz", url="http://files.example.invalid/demo-1.tar.gz", sha256=digest(text)
    )
