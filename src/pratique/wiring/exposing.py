"""Who received what turned out bad, by everything that a data folder keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.names import ProjectName, Sha256
from pratique.verdict import Verdict
from pratique.wiring.desk import Desk, desk_in

if TYPE_CHECKING:
    from pratique.aftercare.exposure import Exposure, Standing
    from pratique.gateway.reviewing import Assessed
    from pratique.policy import Decision
    from pratique.verdict import Report


async def exposure_in(data: Path, name: ProjectName, version: str | None, sha256: Sha256 | None = None) -> Exposure:
    """What is on record about a project, one of its releases, or one file of it.

    Raises `BadSetting` where there is no database.
    """
    async with desk_in(data) as desk:
        found = await _exposure(desk, name, version)
    return found if sha256 is None else replace(found, files=tuple(one for one in found.files if one.sha256 == sha256))


async def _exposure(desk: Desk, name: ProjectName, version: str | None) -> Exposure:
    from pratique.aftercare.exposure import exposure, wanted

    receipts = wanted(await desk.requests.received(name), version)
    reports = {(r.artifact.name.filename, str(r.artifact.sha256)): r for r in await desk.requests.reports(name)}
    standings = {
        key: await _standing_of(desk, name, key, reports.get(key))
        for key in {(one.filename, one.sha256) for one in receipts}
    }
    return exposure(name, version, receipts, standings)


async def _standing_of(desk: Desk, name: ProjectName, key: tuple[str, str], report: Report | None) -> Standing:
    assessed = await desk.reviewing.assess(name, *key)
    taken_down = await desk.known.local.refusal(name, key[0])
    return _standing(assessed, report, taken_down=taken_down, removed=await desk.removed.removal(name, key[0]))


def _standing(
    one: Assessed, report: Report | None, *, taken_down: Decision | None, removed: Decision | None
) -> Standing:
    """What a file is now; ``report`` is the one that is kept, of whichever engine, ``removed`` the upstream's word.

    As where late verdicts are told: what the upstream removed turned bad for whoever received it; what the team took
    down did if more speaks against it, since a fault is reason enough for that.
    """
    from pratique.aftercare.exposure import Standing
    from pratique.gateway.reviewing import reasons

    decision = taken_down or removed or one.ruling.decision
    against = one.held or bool(one.ruling.decision.observed)
    rejected = any(each.what == "rejected" and not each.lifted for each in one.objections)
    verdict = report.verdict if report else Verdict.ERROR
    return Standing(
        report=report,
        refused=one.held or taken_down is not None or removed is not None,
        bad=removed is not None
        or one.grave
        or verdict is Verdict.MALICIOUS
        or (against and (rejected or verdict is not Verdict.CLEAN))
        or (taken_down is not None and verdict is Verdict.SUSPICIOUS),
        reason=decision.reason or decision.observed or next(iter(reasons(one.objections)), ""),
    )
