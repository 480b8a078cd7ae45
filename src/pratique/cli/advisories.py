"""``pratique advisories import`` and ``status``: bring OSV records in, see how fresh they are."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import Form, json_out, note, out

if TYPE_CHECKING:
    from datetime import datetime

    from pratique.advisories.outside import Source, Totals
    from pratique.aftercare.brought import Outcome

_DATA = Path("pratique-data")
_Format = Annotated[Form, Parameter(name="--format")]


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
    out(summary(outcome))
    for problem in outcome.problems:
        note(f"skipped {problem.name}: {problem.why}")
    if outcome.broken > len(outcome.problems):
        note(f"skipped {outcome.broken - len(outcome.problems)} more")
    return 0


async def _bring(source: str, data: Path, *, whole: bool) -> Outcome:
    from pratique.wiring import advisories_in, importer_for

    async with advisories_in(data) as store, importer_for(store, data) as importer:
        return await importer.refresh(source, whole=whole, by_hand=True)


def status(*, data: Path = _DATA, form: _Format = Form.TEXT) -> int:
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
    if form is Form.JSON:
        json_out(
            {
                "malware": totals.malware,
                "vulnerabilities": totals.vulnerabilities,
                "withdrawn": totals.withdrawn,
                "sources": [_source_object(source) for source in sources],
            }
        )
    else:
        noun = "vulnerability" if totals.vulnerabilities == 1 else "vulnerabilities"
        out(f"{totals.malware} malware, {totals.vulnerabilities} {noun}, {totals.withdrawn} withdrawn")
        for source in sources:
            _source(source)
    return int(not kept or any(source.error for source in sources))


async def _status(data: Path) -> tuple[Totals, tuple[Source, ...]]:
    from pratique.wiring import advisories_in

    async with advisories_in(data, make=False) as store:
        return await store.totals(), await store.sources()


def _source(source: Source) -> None:
    broken = f", {source.broken} broken and skipped" if source.broken else ""
    noun = "record" if source.records == 1 else "records"
    out(source.name)
    out(f"  last success  {_moment(source.succeeded)}, {source.records} {noun}{broken}")
    if source.error:
        out(f"  last attempt  {_moment(source.tried)} failed: {source.error}")


def _source_object(source: Source) -> dict[str, object]:
    return {
        "name": source.name,
        "last_success": _moment(source.succeeded, never=None),
        "last_attempt": _moment(source.tried, never=None),
        "error": source.error,
        "records": source.records,
        "broken": source.broken,
    }


def _moment(moment: datetime | None, *, never: str | None = "never") -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else never
