"""``pratique exposure``: who received a release, what it would have taken from them, and which secrets to rotate."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.exposure_forms import lines_of, object_of, table_of
from pratique.cli.say import json_out, out
from pratique.errors import BadName
from pratique.names import ProjectName, project_name
from pratique.verdict import Verdict

if TYPE_CHECKING:
    from pratique.aftercare.exposure import Exposure, Standing
    from pratique.gateway.reviewing import Assessed
    from pratique.policy import Decision
    from pratique.verdict import Report

_DATA = Path("pratique-data")


class ExposureForm(StrEnum):
    """How it is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def exposure(
    target: str,
    /,
    *,
    data: Path = _DATA,
    form: Annotated[ExposureForm, Parameter(name="--format")] = ExposureForm.TEXT,
) -> int:
    """Say who received a release, what it would have taken from them, and which secrets to rotate.

    Parameters
    ----------
    target
        NAME for all that was received of a project, NAME==VERSION for one release.
    data
        The server's data folder.
    form
        text for a person, json for a tool, csv for a spreadsheet.

    """
    name, version = _split(target)
    found = asyncio.run(look(name, version, data))
    match form:
        case ExposureForm.TEXT:
            out(*lines_of(found))
        case ExposureForm.JSON:
            json_out(object_of(found))
        case ExposureForm.CSV:
            sys.stdout.write(table_of(found))
    return int(bool(found.files))


def _split(target: str) -> tuple[ProjectName, str | None]:
    name, equals, version = target.partition("==")
    if equals and not version.strip():
        raise BadName(f"{target} names no version.", remedy="Write NAME==VERSION, or NAME for the whole project.")
    return project_name(name.strip()), version.strip() or None


async def look(name: ProjectName, version: str | None, data: Path) -> Exposure:
    """What is on record about a project or one of its releases; raises `BadSetting` where there is no database."""
    from pratique.aftercare.exposure import exposure as put_together
    from pratique.aftercare.exposure import wanted
    from pratique.wiring import desk_in

    async with desk_in(data) as desk:
        receipts = wanted(await desk.requests.received(name), version)
        reports = {(r.artifact.name.filename, str(r.artifact.sha256)): r for r in await desk.requests.reports(name)}
        standings = {
            key: _standing(
                await desk.reviewing.assess(name, *key),
                reports.get(key),
                await desk.known.local.refusal(name, key[0]),
            )
            for key in {(one.filename, one.sha256) for one in receipts}
        }
    return put_together(name, version, receipts, standings)


def _standing(one: Assessed, report: Report | None, local: Decision | None) -> Standing:
    """What a file is now; ``report`` is the one that is kept, whichever engine wrote it, ``local`` a takedown."""
    from pratique.aftercare.exposure import Standing
    from pratique.gateway.reviewing import reasons

    decision = local or one.ruling.decision
    against = one.held or bool(one.ruling.decision.observed)
    rejected = any(each.what == "rejected" and not each.lifted for each in one.objections)
    verdict = report.verdict if report else Verdict.ERROR
    return Standing(
        report=report,
        refused=one.held or local is not None,
        bad=one.grave or verdict is Verdict.MALICIOUS or (against and (rejected or verdict is not Verdict.CLEAN)),
        reason=decision.reason or decision.observed or next(iter(reasons(one.objections)), ""),
    )
