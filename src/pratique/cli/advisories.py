"""``pratique advisories``: bring OSV records in, see how fresh they are, read them, ask about releases."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.errors import BadSetting
from pratique.printable import printable

if TYPE_CHECKING:
    from datetime import datetime

    from pratique.advisories.model import Advisory
    from pratique.advisories.outside import Source, Totals
    from pratique.aftercare.importing import Outcome
    from pratique.cli.targets import Release

_DATA = Path("pratique-data")


class _Form(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


_Format = Annotated[_Form, Parameter(name="--format")]


def bring(source: str, /, *, data: Path = _DATA, whole: bool = False) -> int:
    """Bring OSV records in from a folder, a zip or a URL.

    Parameters
    ----------
    source
        A folder of .json records, a zip of them, or a URL of a zip; one that ends in a slash is that of an
        export (all.zip, and modified_id.csv beside it), of which only changes are fetched after the first time.
    data
        The server's data folder; it is made when it is missing.
    whole
        Read everything again, even where less would do.

    """
    from pratique.aftercare.schedule import summary

    outcome = asyncio.run(_bring(source, data, whole=whole))
    _out(summary(outcome))
    for problem in outcome.problems:
        _note(f"skipped {problem.name}: {problem.why}")
    if outcome.broken > len(outcome.problems):
        _note(f"skipped {outcome.broken - len(outcome.problems)} more")
    return 0


async def _bring(source: str, data: Path, *, whole: bool) -> Outcome:
    from pratique.wiring import advisories_in, importer_for

    async with advisories_in(data) as store, importer_for(store, data) as importer:
        return await importer.refresh(source, whole=whole)


def status(*, data: Path = _DATA, form: _Format = _Form.TEXT) -> int:
    """Show what is kept, where it came from and when it was last up to date.

    Parameters
    ----------
    data
        The server's data folder.
    form
        text for a person, json for a tool.

    """
    totals, sources = asyncio.run(_status(data))
    kept = totals.malware + totals.vulnerabilities
    if form is _Form.JSON:
        _json(
            {
                "malware": totals.malware,
                "vulnerabilities": totals.vulnerabilities,
                "withdrawn": totals.withdrawn,
                "sources": [_source_object(source) for source in sources],
            }
        )
    else:
        noun = "vulnerability" if totals.vulnerabilities == 1 else "vulnerabilities"
        _out(f"{totals.malware} malware, {totals.vulnerabilities} {noun}, {totals.withdrawn} withdrawn")
        for source in sources:
            _source(source)
    return int(not kept or any(source.error for source in sources))


async def _status(data: Path) -> tuple[Totals, tuple[Source, ...]]:
    from pratique.wiring import advisories_in

    async with advisories_in(data, make=False) as store:
        return await store.totals(), await store.sources()


def _source(source: Source) -> None:
    broken = f", {source.broken} broken and skipped" if source.broken else ""
    _out(source.name)
    _out(f"  last success  {_moment(source.succeeded)}, {source.records} records{broken}")
    if source.error:
        _out(f"  last attempt  {_moment(source.tried)} failed: {source.error}")


def _source_object(source: Source) -> dict[str, object]:
    return {
        "name": source.name,
        "last_success": _moment(source.succeeded, never=None),
        "last_attempt": _moment(source.tried, never=None),
        "error": source.error,
        "records": source.records,
        "broken": source.broken,
    }


def show(identity: str, /, *, data: Path = _DATA, form: _Format = _Form.TEXT) -> int:
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
        if form is _Form.JSON:
            sys.stdout.write(f"{document.decode()}\n")
        else:
            from pratique.cli.record import lines

            _out(*lines(document))
    if not documents:
        _note(f"There is no record {identity}, nor one with that alias. Check the spelling, or import again.")
    return int(not documents)


async def _documents(identity: str, data: Path) -> list[bytes]:
    from pratique.wiring import advisories_in

    async with advisories_in(data, make=False) as store:
        ids = list(dict.fromkeys([identity, *await store.named(identity)]))
        found = await store.documents(ids)
        return [found[one] for one in ids if one in found]


def check(release: list[str], /, *, data: Path = _DATA, form: _Format = _Form.TEXT) -> int:
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
    if form is _Form.JSON:
        _json([_result(one, advisories) for one, advisories in found])
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

    _out(f"{release.project}=={release.version}" + ("" if advisories else "  nothing known"))
    for group in sorted(grouped(advisories), key=lambda group: not group[0].malware):
        first, *others = group
        also = dict.fromkeys([*(one.id for one in others), *(alias for one in group for alias in one.aliases)])
        aliases = [name for name in also if name != first.id]
        named = f" ({', '.join(aliases)})" if aliases else ""
        _out(f"  {'MALWARE' if first.malware else 'vulnerability':<14} {first.id}{named}  {first.summary}".rstrip())


def _result(release: Release, advisories: Sequence[Advisory]) -> dict[str, object]:
    return {
        "project": release.project,
        "version": release.version,
        "advisories": [
            {"id": a.id, "malware": a.malware, "aliases": list(a.aliases), "summary": a.summary} for a in advisories
        ],
    }


def _moment(moment: datetime | None, *, never: str | None = "never") -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else never


def _json(value: object) -> None:
    sys.stdout.write(f"{json.dumps(value, indent=2)}\n")


def _out(*texts: str) -> None:
    sys.stdout.write("".join(f"{printable(text)}\n" for text in texts))


def _note(text: str) -> None:
    sys.stderr.write(f"pratique: {printable(text)}\n")
