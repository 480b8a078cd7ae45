"""``pratique takedown``: stop serving a project or a release of the team's own, in one command."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from pratique.cli.say import out
from pratique.names import ProjectName, project_name

_DATA = Path("pratique-data")
Reason = Annotated[str, Parameter(name="--reason")]


def takedown(target: str, /, *, reason: Reason, data: Path = _DATA) -> int:
    """Stop serving a project or a release that was published here.

    Parameters
    ----------
    target
        NAME for the whole project, NAME==VERSION for one release.
    reason
        What everybody reads who asks for it from now on.
    data
        The server's data folder.

    """
    from pratique.cli.exposure import look
    from pratique.cli.exposure_forms import lines_of

    name, version = split(target)
    files = asyncio.run(_take_down(name, version, reason, data))
    out(
        f"{target} is taken down: {files} {'file' if files == 1 else 'files'} refused from now on.",
        f"Undo it with `pratique project restore {target}`.",
        "",
    )
    out(*lines_of(asyncio.run(look(name, version, data))))
    return 0


async def _take_down(name: ProjectName, version: str | None, reason: str, data: Path) -> int:
    from pratique.wiring import publishing_in

    async with publishing_in(data) as (publishing, _):
        return await publishing.take_down(name, version, reason, by=actor())


def split(target: str) -> tuple[ProjectName, str | None]:
    """``NAME`` or ``NAME==VERSION``; raises `BadName`."""
    name, _, version = target.partition("==")
    return project_name(name.strip()), version.strip() or None


def actor() -> str:
    """Who runs this command, for the record: as for every decision, by the process and not by its environment."""
    from pratique.review.people import system_user

    return system_user()
