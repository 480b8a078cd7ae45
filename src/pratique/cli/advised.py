"""``pratique advisories show`` and ``check``: read OSV records, ask about releases."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import Form, json_out, note, out
from pratique.errors import BadSetting

if TYPE_CHECKING:
    from pratique.advisories.model import Advisory
    from pratique.cli.targets import Release

_DATA = Path("pratique-data")
_Format = Annotated[Form, Parameter(name="--format")]


def show(identity: str, /, *, data: Path = _DATA, form: _Format = Form.TEXT) -> int:
    """Show a record, or those that have an alias.

    Parameters
    ----------
    identity
        The record's id, or an alias such as a CVE number.
    data
        The server's data folder.
    form
        text for a person; json for the record itself, one in a line.

    """
    documents = asyncio.run(_documents(identity, data))
    for document in documents:
        if form is Form.JSON:
            sys.stdout.write(f"{document.decode()}\n")
        else:
            from pratique.cli.record import lines

            out(*lines(document))
    if not documents:
        note(f"There is no record {identity}, nor one with that alias. Check the spelling, or import again.")
    return int(not documents)


async def _documents(identity: str, data: Path) -> list[bytes]:
    from pratique.wiring import advisories_in

    async with advisories_in(data, make=False) as store:
        ids = list(dict.fromkeys([identity, *await store.named(identity)]))
        found = await store.documents(ids)
        return [found[one] for one in ids if one in found]


def check(release: list[str], /, *, data: Path = _DATA, form: _Format = Form.TEXT) -> int:
    """Say what is known against releases.

    Exit status: 0 nothing is known; 1 something is; 2 bad usage, or no advisories are kept.

    Parameters
    ----------
    release
        Pinned releases: name==version.
    data
        The server's data folder.
    form
        text for a person; json for a tool.

    """
    from pratique.cli.targets import read_releases

    releases = read_releases(release)
    found = asyncio.run(_check(releases, data))
    if form is Form.JSON:
        json_out([_result(one, advisories) for one, advisories in found])
    else:
        for one, advisories in found:
            _known(one, advisories)
    return int(any(advisories for _, advisories in found))


async def _check(releases: Sequence[Release], data: Path) -> list[tuple[Release, tuple[Advisory, ...]]]:
    from pratique.advisories.match import matching
    from pratique.wiring import advisories_in

    async with advisories_in(data, make=False) as store:
        totals = await store.totals()
        if not totals.malware + totals.vulnerabilities:
            raise BadSetting(
                "No advisories are kept, so that nothing can be said.",
                remedy="Bring some in with `pratique advisories import`.",
            )
        return [(one, matching(await store.of(one.project), one.version)) for one in releases]


def _known(release: Release, advisories: Sequence[Advisory]) -> None:
    from pratique.advisories.signals import grouped

    out(f"{release.project}=={release.version}" + ("" if advisories else "  nothing known"))
    for group in sorted(grouped(advisories), key=lambda group: not group[0].malware):
        first, *others = group
        also = dict.fromkeys([*(one.id for one in others), *(alias for one in group for alias in one.aliases)])
        aliases = [name for name in also if name != first.id]
        named = f" ({', '.join(aliases)})" if aliases else ""
        out(f"  {'MALWARE' if first.malware else 'vulnerability':<14} {first.id}{named}  {first.summary}".rstrip())


def _result(release: Release, advisories: Sequence[Advisory]) -> dict[str, object]:
    return {
        "project": release.project,
        "version": release.version,
        "advisories": [
            {"id": a.id, "malware": a.malware, "aliases": list(a.aliases), "summary": a.summary} for a in advisories
        ],
    }
