"""``pratique takedown``: stop serving a project, a release or a file, in one command, and say who has it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import out
from pratique.names import ProjectName, Sha256, project_name, sha256_digest

if TYPE_CHECKING:
    from pratique.releases import OwnFile

_DATA = Path("pratique-data")
_DIGEST = re.compile(r"(?:sha256:)?([0-9A-Fa-f]{64})", re.ASCII)
Reason = Annotated[str, Parameter(name="--reason")]


def takedown(target: str, /, *, reason: Reason, data: Path = _DATA) -> int:
    """Stop serving a project, a release or a file, and say who has it already.

    Parameters
    ----------
    target
        NAME for the whole project, NAME==VERSION for one release, a SHA-256 for one file. The release of a file
        that was published here goes with it; the bytes of any other are refused under every name.
    reason
        What everybody reads who asks for it from now on.
    data
        The server's data folder.

    """
    if match := _DIGEST.fullmatch(target):
        return _by_digest(sha256_digest(match[1].lower()), reason, data)
    name, version = split(target)
    files = asyncio.run(_take_down(name, version, reason, data))
    _taken_down(target, files)
    _exposed(data, name, version)
    return 0


def _by_digest(sha256: Sha256, reason: str, data: Path) -> int:
    """The releases of ours that have this file; of any other, the bytes themselves."""
    own = asyncio.run(_uploads(sha256, data))
    for name, version in dict.fromkeys((file.project, file.version) for file in own):
        _taken_down(f"{name}=={version}", asyncio.run(_take_down(name, version, reason, data)))
        _exposed(data, name, version, sha256)
    if not own:
        name, filename = asyncio.run(_reject(sha256, reason, data))
        out(f"{filename} is taken down: these bytes are refused under every name from now on.", "")
        _exposed(data, name, None, sha256)
    return 0


def _taken_down(target: str, files: int) -> None:
    out(
        f"{target} is taken down: {files} {'file' if files == 1 else 'files'} refused from now on.",
        f"Undo it with `pratique project restore {target}`.",
        "",
    )


def _exposed(data: Path, name: ProjectName, version: str | None, sha256: Sha256 | None = None) -> None:
    from pratique.cli.exposure_forms import lines_of
    from pratique.wiring import exposure_in

    out(*lines_of(asyncio.run(exposure_in(data, name, version, sha256))))


async def _take_down(name: ProjectName, version: str | None, reason: str, data: Path) -> int:
    from pratique.wiring import publishing_in

    async with publishing_in(data) as (publishing, _):
        return await publishing.take_down(name, version, reason, by=actor())


async def _uploads(sha256: Sha256, data: Path) -> tuple[OwnFile, ...]:
    from pratique.wiring import publishing_in

    async with publishing_in(data) as (publishing, _):
        return await publishing.of_digest(sha256)


async def _reject(sha256: Sha256, reason: str, data: Path) -> tuple[ProjectName, str]:
    from pratique.wiring import desk_in

    async with desk_in(data) as desk:
        one = await desk.reviewing.find(sha256)
        review, _ = await desk.reviewing.reject(one, reason=reason, actor=actor())
        return one.case.project, review.filename


def split(target: str) -> tuple[ProjectName, str | None]:
    """``NAME`` or ``NAME==VERSION``; raises `BadName`."""
    name, _, version = target.partition("==")
    return project_name(name.strip()), version.strip() or None


def actor() -> str:
    """Who runs this command, for the record: as for every decision, by the process and not by its environment."""
    from pratique.review.people import system_user

    return system_user()
