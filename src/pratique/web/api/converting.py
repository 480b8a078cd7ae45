"""The program's values as they go over the wire."""

from __future__ import annotations

from datetime import datetime

from packaging.version import Version

from pratique.accounts.model import Token, User
from pratique.aftercare.exposure import Exposed, Exposure
from pratique.finding import Finding, line_in_file
from pratique.gateway.reviewing import Assessed
from pratique.policy import Decision, Review
from pratique.releases import OwnFile, OwnProject
from pratique.verdict import Report, Verdict
from pratique.web.api import values
from pratique.web.api.values import encodable
from pratique.web.deciding import seen, standing


def project(one: OwnProject) -> values.Project:
    """A project."""
    return values.Project(**_of_project(one))  # type: ignore[arg-type]


def with_releases(
    one: OwnProject, members: tuple[values.Member, ...], files: tuple[OwnFile, ...]
) -> values.ProjectWithReleases:
    """A project with all that belongs to it."""
    return values.ProjectWithReleases(**_of_project(one), members=members, releases=releases(files))  # type: ignore[arg-type]


def _of_project(one: OwnProject) -> dict[str, object]:
    return {
        "name": one.name,
        "display": encodable(one.display),
        "created": one.created,
        "created_by": one.created_by,
        "status": one.status,
        "status_reason": encodable(one.status_reason) or None,
        "taken_down": one.taken_down,
    }


def releases(files: tuple[OwnFile, ...]) -> tuple[values.Release, ...]:
    """Files by version, the newest first."""
    versions = sorted({one.version for one in files}, key=Version, reverse=True)
    return tuple(_release(version, [one for one in files if one.version == version]) for version in versions)


def _release(version: str, files: list[OwnFile]) -> values.Release:
    return values.Release(
        version=version,
        yanked=next((one.yanked for one in files if one.yanked is not None), None),
        taken_down=next((one.taken_down for one in files if one.taken_down is not None), None),
        files=tuple(map(file, files)),
    )


def file(one: OwnFile) -> values.File:
    """An upload."""
    return values.File(
        filename=one.filename,
        project=one.project,
        version=one.version,
        filetype=one.filetype,
        sha256=one.sha256,
        size=one.size,
        uploaded=one.uploaded,
        uploader=one.uploader,
        requires_python=one.requires_python,
        state=one.state,
        reason=encodable(one.reason) or None,
        verdict=Verdict(one.verdict) if one.verdict else None,
        judged_by=one.judged_by or None,
        yanked=one.yanked,
        taken_down=one.taken_down,
    )


def report(one: Report, decision: Decision) -> values.Report:
    """A report, and what follows from it."""
    return values.Report(
        filename=one.artifact.name.filename,
        sha256=one.artifact.sha256,
        verdict=one.verdict,
        score=round(one.score, 4),
        action=decision.action.value,
        reason=encodable(decision.reason) or None,
        error=encodable(one.error) or None,
        findings=tuple(_finding(found, one) for found in one.findings),
    )


def _finding(one: Finding, among: Report) -> values.Finding:
    return values.Finding(
        rule=one.rule,
        behaviour=one.behaviour.value,
        severity=one.severity.name.lower(),
        confidence=one.confidence.name.lower(),
        phase=one.phase.value,
        path=encodable(one.path),
        line=line_in_file(one, among.findings),
        message=encodable(one.message),
        layers=tuple(map(encodable, one.layers)),
        proven=one.proven,
    )


def held(one: Assessed) -> values.Held:
    """A file that the gateway was asked for."""
    case = one.case
    return values.Held(
        filename=case.filename,
        project=case.project,
        version=case.version or None,
        sha256=case.sha256 or None,
        held=one.held,
        verdict=one.report.verdict if one.report else None,
        malicious=one.grave,
        against=tuple(encodable(each.reason) for each in standing(one)),
        decided=_decided(case.review) if case.review else None,
        seen=seen(one),
    )


def _decided(one: Review) -> values.Decided:
    return values.Decided(
        answer=one.answer, actor=one.actor, at=one.at, expires=one.expires, reason=encodable(one.reason)
    )


def exposure(one: Exposure) -> values.Exposure:
    """Who received what."""
    return values.Exposure(
        project=one.project, version=one.version, files=tuple(map(_exposed, one.files)), rotate=one.rotate
    )


def _exposed(one: Exposed) -> values.Exposed:
    clients = [
        values.Client(
            address=each.address,
            user_agent=encodable(each.user_agent),
            times=each.times,
            first=each.first,
            last=each.last,
        )
        for each in one.receipts
    ]
    return values.Exposed(
        filename=encodable(one.filename),
        sha256=one.sha256 or None,
        refused=one.standing.refused,
        taken=tuple(encodable(taken.what) for taken in one.loss.taken),
        clients=tuple(clients),
    )


def token(one: Token, user: User | None, now: datetime) -> values.Token:
    """A token, without its secret."""
    return values.Token(
        id=one.id,
        user=one.user,
        label=encodable(one.label),
        scopes=tuple(sorted(one.scopes)),
        projects=None if one.projects is None else tuple(sorted(one.projects)),
        created=one.created,
        expires=one.expires,
        used=one.used,
        revoked=encodable(one.revoked) or None,
        serves=one.serves(now) and user is not None and not user.stopped,
    )
