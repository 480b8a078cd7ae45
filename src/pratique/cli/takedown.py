"""``pratique takedown``: stop serving a project or a release of the team's own, in one command."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.names import ProjectName, project_name
from pratique.printable import printable

if TYPE_CHECKING:
    from pratique.ports import Event

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
    name, version = split(target)
    files, downloads = asyncio.run(_take_down(name, version, reason, data))
    _out(f"{target} is taken down: {files} {'file' if files == 1 else 'files'} refused from now on.")
    _out(_received(downloads))
    _out(f"Undo it with `pratique project restore {target}`.")
    return 0


async def _take_down(name: ProjectName, version: str | None, reason: str, data: Path) -> tuple[int, list[Event]]:
    from pratique.ports import EventKind
    from pratique.wiring import publishing_in

    async with publishing_in(data) as (_, publishing):
        files = await publishing.take_down(name, version, reason, by=actor())
        events = await publishing.events(name, version)
        return files, [event for event in events if event.kind is EventKind.DOWNLOAD]


def _received(downloads: list[Event]) -> str:
    """How many have it already, in a sentence."""
    if not downloads:
        return "Nobody is on record as having received it."
    addresses = sorted({event.client for event in downloads})
    shown = ", ".join(addresses[:5]) + (f" and {len(addresses) - 5} more" if len(addresses) > 5 else "")
    times = "once" if len(downloads) == 1 else f"{len(downloads)} times"
    return f"It was downloaded {times}, last at {downloads[0].at:%Y-%m-%dT%H:%M:%SZ}, by {shown}."


def split(target: str) -> tuple[ProjectName, str | None]:
    """``NAME`` or ``NAME==VERSION``; raises `BadName`."""
    name, _, version = target.partition("==")
    return project_name(name.strip()), version.strip() or None


def actor() -> str:
    """Who runs this command, for the record: as for every decision, by the process and not by its environment."""
    from pratique.review.people import system_user

    return system_user()


def _out(text: str) -> None:
    sys.stdout.write(f"{printable(text)}\n")
