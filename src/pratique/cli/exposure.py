"""``pratique exposure``: who received a release, what it would have taken from them, and which secrets to rotate."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from pratique.cli.exposure_forms import lines_of, object_of, table_of
from pratique.cli.say import json_out, out
from pratique.errors import BadName
from pratique.names import ProjectName, project_name

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
    from pratique.wiring import exposure_in

    found = asyncio.run(exposure_in(data, name, version))
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
