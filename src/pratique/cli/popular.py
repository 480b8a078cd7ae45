"""``pratique popular``: the projects that names are compared with. Bring a newer list in, see its age, try names."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import Form, json_out, out
from pratique.printable import printable

if TYPE_CHECKING:
    from pratique.identity import Resemblance
    from pratique.names import ProjectName

_DATA = Path("pratique-data")
_SHOWN = 5
_Format = Annotated[Form, Parameter(name="--format")]


def bring(source: str, /, *, data: Path = _DATA, anyway: bool = False) -> int:
    """Use another list from now on.

    Parameters
    ----------
    source
        A file or URL: a name a line, the most popular first; or JSON, an array of names or of objects with a
        `project` or `name`, which may stand as `rows` in an object.
    data
        The server's data folder; it is made when it is missing.
    anyway
        Also take a list that has few of the most popular projects of the one in force.

    """
    from pratique.wiring import import_popular

    fresh = asyncio.run(import_popular(source, data, anyway=anyway))
    listing = fresh.listing
    out(f"{len(listing.names):,} names from {listing.source}: {fresh.added:,} new, {fresh.gone:,} gone.")
    for entry in fresh.skipped[:_SHOWN]:
        sys.stderr.write(f"pratique: skipped {printable(repr(entry))}, which is no name\n")
    if len(fresh.skipped) > _SHOWN:
        sys.stderr.write(f"pratique: skipped {len(fresh.skipped) - _SHOWN} more\n")
    out("A server that runs takes it at its next start.")
    return 0


def status(*, data: Path = _DATA, form: _Format = Form.TEXT) -> int:
    """Show which list is in force, where it came from and how old it is.

    Parameters
    ----------
    data
        The server's data folder.
    form
        text for a person, json for a tool.

    """
    from pratique.wiring import popular_in

    found = popular_in(data)
    if form is Form.JSON:
        listing = found.listing
        taken = f"{listing.taken:%Y-%m-%dT%H:%M:%SZ}" if listing and listing.taken else None
        source = listing.source if listing else ""
        json_out({"names": len(found.popular.names), "shipped": listing is None, "source": source, "taken": taken})
    else:
        out(found.told)
    return 0


def check(name: list[str], /, *, data: Path = _DATA, form: _Format = Form.TEXT) -> int:
    """Say for whom names could be taken.

    Parameters
    ----------
    name
        Names of projects, which need not exist.
    data
        The server's data folder: the list that is kept there is used.
    form
        text for a person, json for a tool.

    """
    from pratique.identity import Strength, look_alike
    from pratique.names import project_name
    from pratique.wiring import popular_in

    popular = popular_in(data).popular
    found = [(one, look_alike(one, popular)) for one in map(project_name, name)]
    if form is Form.JSON:
        json_out([_object(one, alike, known=one in popular) for one, alike in found])
    else:
        for one, alike in found:
            _told(one, alike, known=one in popular)
    return int(any(one.strength is Strength.STRONG for _, alike in found for one in alike))


def reset(*, data: Path = _DATA) -> int:
    """Go back to the list that this version ships with.

    Parameters
    ----------
    data
        The server's data folder.

    """
    from pratique.wiring import reset_popular

    there_was = reset_popular(data)
    out("The list that ships is in force." if there_was else "It was in force already.")
    return 0


def _told(name: ProjectName, alike: tuple[Resemblance, ...], *, known: bool) -> None:
    out(name + ("  is popular itself" if known else "" if alike else "  resembles no popular project"))
    for one in alike:
        out(f"  {one.strength.name.lower():<7} {one.target} ({one.technique})")


def _object(name: ProjectName, alike: tuple[Resemblance, ...], *, known: bool) -> dict[str, object]:
    return {
        "name": name,
        "popular": known,
        "resembles": [
            {"target": one.target, "technique": one.technique, "strength": one.strength.name.lower()} for one in alike
        ],
    }
