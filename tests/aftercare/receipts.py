"""Receipts and reports to put together."""

from __future__ import annotations

from datetime import datetime, timedelta

from pratique.aftercare.exposure import Exposure, Standing, exposure
from pratique.artifact import Artifact
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity, Step
from pratique.names import ProjectName, distribution_name
from pratique.received import Receipt
from pratique.verdict import Report, Verdict
from tests.fakes.values import NOON, digest

WHEEL = "demo-1.0-py3-none-any.whl"
LATER = NOON + timedelta(hours=3)


def theft(*steps: str, code: str = "", rule: str = "theft", message: str = "sends credentials") -> Finding:
    """A proven theft with the steps of its way."""
    return Finding(
        rule=rule,
        behaviour=Behaviour.THEFT,
        severity=Severity.CRITICAL,
        confidence=Confidence.HIGH,
        phase=Phase.IMPORT,
        path="demo/__init__.py",
        line=3,
        message=message,
        code=code,
        flow=tuple(Step(line=1, what=step) for step in steps),
        proven=True,
    )


def report_of(*findings: Finding, verdict: Verdict = Verdict.MALICIOUS, filename: str = WHEEL) -> Report:
    """What is kept about a file."""
    artifact = Artifact(name=distribution_name(filename), sha256=digest(filename), size=7)
    return Report(artifact=artifact, verdict=verdict, score=0.5, findings=findings)


async def exposed(project: ProjectName, version: str | None) -> Exposure:
    """Who received a wheel that stole keys, whichever project is asked for; markup is in the client's name."""
    standing = Standing(report=report_of(theft("secret: ssh keys (~/.ssh/id_rsa)")), refused=True, bad=True, reason="x")
    found = receipt(agent="=1+1<script>", times=2)
    return exposure(project, version, [found], {(found.filename, found.sha256): standing})


def receipt(
    filename: str = WHEEL, *, address: str = "192.0.2.7", agent: str = "pip/26.3", at: datetime = NOON, times: int = 1
) -> Receipt:
    """One client's downloads of a file."""
    return Receipt(
        filename=filename,
        sha256=digest(filename),
        address=address,
        user_agent=agent,
        times=times,
        first=NOON,
        last=at,
    )
