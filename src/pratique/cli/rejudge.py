"""``pratique rejudge``: how far a server has judged again what it keeps."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import Form, json_out, moment, out

if TYPE_CHECKING:
    from pratique.afterwards import Progress

_DATA = Path("pratique-data")


def rejudge(
    *,
    status: Annotated[bool, Parameter(negative=())] = True,
    data: Path = _DATA,
    form: Annotated[Form, Parameter(name="--format")] = Form.TEXT,
) -> int:
    """Say how far a server has judged again what it keeps; it does so by itself.

    Parameters
    ----------
    status
        Show it, which is all that this command does.
    data
        The server's data folder.
    form
        text for a person, json for a tool.

    """
    del status  # there is nothing else to ask for
    found = asyncio.run(_progress(data))
    if form is Form.JSON:
        began = found.began.isoformat() if found.began else None
        numbers = {name: getattr(found, name) for name in ("judged", "gone", "failing", "left")}
        json_out({"engine": found.engine, "began": began, **numbers})
    else:
        out(*_lines(found))
    return int(bool(found.left))


def _lines(found: Progress) -> list[str]:
    since = f" since {moment(found.began)}" if found.began else ""
    return [
        f"engine   {found.engine}",
        f"left     {found.left}",
        f"judged   {found.judged}{since}",
        f"gone     {found.gone} (not kept any more)",
        f"failing  {found.failing} (could not be inspected; tried again later)",
    ]


async def _progress(data: Path) -> Progress:
    from pratique.wiring import default_engine
    from pratique.wiring.aftercare import aftercare_in

    async with aftercare_in(data) as aftercare:
        return await aftercare.progress(default_engine(data).version)
