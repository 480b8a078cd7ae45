"""``pratique policy explain``: what is decided about a release, by which line, and all that is said of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import Form, assessed_object, file_lines, json_out, moment, out
from pratique.errors import BadSetting

if TYPE_CHECKING:
    from pratique.cli.targets import Release
    from pratique.gateway.reviewing import Assessed
    from pratique.policy import Policy
    from pratique.releases import OwnFile

_DATA = Path("pratique-data")
_Format = Annotated[Form, Parameter(name="--format")]


def explain(
    release: str,
    /,
    *,
    policy: Path | None = None,
    data: Path = _DATA,
    index: str = "",
    upstream: str | None = None,
    form: _Format = Form.TEXT,
) -> int:
    """Say what is decided about a release, by which line of the policy, and all that is said of it.

    Parameters
    ----------
    release
        A pinned release: name==version.
    policy
        Another policy than the one that is in force.
    data
        The server's data folder.
    index
        The name of a further index; by default the main one.
    upstream
        The index to ask for a project that nobody has asked for here; by default the one that pip is configured with.
    form
        text for a person, json for a tool.

    """
    from pratique.cli.targets import read_releases
    from pratique.gateway.following import read_file

    (wanted,) = read_releases([release])
    chosen = read_file(policy)[1] if policy else None
    explained = asyncio.run(_explain(wanted, chosen, data, upstream))
    found = [one.assessed for one in explained]
    if index and all(name != index for one in found for name, _ in one.rulings):
        raise BadSetting(f"There is no index {index}.", remedy="Its policy stands in [indexes.NAME].")
    if form is Form.JSON:
        json_out([{**assessed_object(one.assessed, index), "upload": one.as_object()} for one in explained])
    else:
        for one in explained:
            out(*one.lines(), *file_lines(one.assessed, index))
    served = all(one.served and dict(one.assessed.rulings)[index].decision.allowed for one in explained)
    return int(not served)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Explained:
    """A file, and what became of it where it was uploaded here."""

    assessed: Assessed
    upload: OwnFile | None = None

    @property
    def served(self) -> bool:
        """Whether it is on its project's page at all."""
        return self.upload is None

    def lines(self) -> list[str]:
        """For a person."""
        file = self.upload
        if file is None:
            return []
        by = f" by {file.judged_by}" if file.judged_by else ""
        why = file.taken_down or file.reason
        return [
            f"{file.filename} was uploaded here by {file.uploader} on {moment(file.uploaded)}: {_state(file)}{by}.",
            *([f"  {why}"] if why else []),
            "  What the policy says of it now:",
        ]

    def as_object(self) -> dict[str, object] | None:
        """For a tool."""
        file = self.upload
        if file is None:
            return None
        return {
            "state": _state(file),
            "reason": file.taken_down or file.reason,
            "uploader": file.uploader,
            "judged_by": file.judged_by,
        }


def _state(file: OwnFile) -> str:
    return "taken down" if file.taken_down is not None else file.state.value


async def _explain(wanted: Release, policy: Policy | None, data: Path, upstream: str | None) -> list[_Explained]:
    from pratique.names import version_in
    from pratique.versions import read_version
    from pratique.wiring import desk_in

    def is_it(filename: str) -> bool:
        return (version := read_version(version_in(filename))) is not None and version == read_version(wanted.version)

    async with desk_in(data, policy=policy, upstream=upstream, online=True) as desk:
        page = await desk.known.listings.listed(wanted.project)
        files = [file.filename for file in page.files if is_it(file.filename)] if page else []
        uploads = [
            file
            for file in await desk.releases.files(wanted.project)
            if file.filename not in files and is_it(file.filename)
        ]
        if not (files or uploads):
            why = desk.known.policies.private(wanted.project) or f"no index lists a file of {wanted.target}"
            raise BadSetting(f"There is nothing to explain: {why}.", remedy="Check name and version.")
        assess = desk.reviewing.assess
        return [
            *[_Explained(assessed=await assess(wanted.project, filename)) for filename in files],
            *[
                _Explained(assessed=await assess(wanted.project, file.filename, file.sha256), upload=file)
                for file in uploads
            ],
        ]
