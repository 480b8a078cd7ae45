"""``pratique project``: names that are not free."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.project_desk import DATA, reserved
from pratique.cli.project_forms import reserved_object
from pratique.cli.say import Form, json_out, out
from pratique.cli.takedown import Reason, actor
from pratique.names import project_name

if TYPE_CHECKING:
    from pratique.releases import Reserved
    from pratique.uploads.reserving import Reserving


def names(*, data: Path = DATA, form: Annotated[Form, Parameter(name="--format")] = Form.TEXT) -> int:
    """List the names that nobody may upload, and the prefixes that are looked for here alone.

    Parameters
    ----------
    data
        The server's data folder.
    form
        text for a person; json for a tool.

    """
    prohibited, private = reserved(data, _both)
    if form is Form.JSON:
        json_out(
            [reserved_object(one, "prohibited") for one in prohibited]
            + [reserved_object(one, "private") for one in private]
        )
        return 0
    out(*(_line(one, "prohibited") for one in prohibited), *(_line(one, "private") for one in private))
    if not prohibited and not private:
        out("No name is prohibited or private: `pratique project prohibit NAME`, `pratique project private PREFIX`.")
    return 0


async def _both(names: Reserving) -> tuple[Sequence[Reserved], Sequence[Reserved]]:
    return await names.prohibited(), await names.private()


def _line(one: Reserved, kind: str) -> str:
    why = f"  {one.reason}" if one.reason else ""
    return f"{kind:<10}  {one.name}  {one.since:%Y-%m-%d} by {one.by}{why}"


def prohibit(name: str, /, *, reason: Reason = "", data: Path = DATA) -> int:
    """Let nobody upload under a name.

    Parameters
    ----------
    name
        The project's name.
    reason
        What whoever tries it reads.
    data
        The server's data folder.

    """
    reserved(data, lambda names: names.prohibit(project_name(name), reason, by=actor()))
    out(f"Nobody may upload {project_name(name)}.")
    return 0


def allow(name: str, /, *, data: Path = DATA) -> int:
    """Undo a prohibition.

    Parameters
    ----------
    name
        The project's name.
    data
        The server's data folder.

    """
    was = reserved(data, lambda names: names.allow(project_name(name), by=actor()))
    out(f"{project_name(name)} may be uploaded." if was else f"{project_name(name)} was not prohibited.")
    return 0


def private(prefix: str, /, *, reason: Reason = "", data: Path = DATA) -> int:
    """Never ask the upstream for names that begin so.

    Parameters
    ----------
    prefix
        What names begin with, such as acme-.
    reason
        Why, for the record.
    data
        The server's data folder.

    """
    written = reserved(data, lambda names: names.make_private(prefix, reason, by=actor()))
    out(f"Names that begin with {written} are looked for here alone.")
    return 0


def public(prefix: str, /, *, data: Path = DATA) -> int:
    """Undo that.

    Parameters
    ----------
    prefix
        What names begin with, such as acme-.
    data
        The server's data folder.

    """
    was = reserved(data, lambda names: names.make_public(prefix, by=actor()))
    out("It is no longer private." if was else "It was not private.")
    return 0
