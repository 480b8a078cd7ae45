"""``pratique cache``: what a server keeps of upstreams' files, and what of it has to stay."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import Form, json_out, moment, out
from pratique.errors import BadSetting

if TYPE_CHECKING:
    from pratique.cache import Arrival, Shelved, Stock

_DATA = Path("pratique-data")
_DIGEST = re.compile(r"[0-9a-f]{8,64}", re.ASCII)


def status(*, data: Path = _DATA, form: Annotated[Form, Parameter(name="--format")] = Form.TEXT) -> int:
    """Say how much is kept of upstreams' files, and what is pinned.

    Parameters
    ----------
    data
        The server's data folder.
    form
        How it is printed. [default: text]

    """
    stock, pinned = asyncio.run(_status(data))
    if form is Form.JSON:
        json_out(
            {"files": stock.files, "bytes": stock.size, "pinned": [_object(one, arrivals) for one, arrivals in pinned]}
        )
        return 0
    out(f"{stock.files} files of upstreams, {stock.size:,} bytes; {stock.pinned} pinned.")
    out(*(f"  {_line(one, arrivals)}: {one.pinned}" for one, arrivals in pinned))
    return 0


def pin(target: str, /, *, reason: Annotated[str, Parameter(name="--reason")], data: Path = _DATA) -> int:
    """Keep a file for good, however long nobody asks for it.

    Parameters
    ----------
    target
        The file's name, or at least 8 signs of its SHA-256.
    reason
        Why, for whoever finds it.
    data
        The server's data folder.

    """
    if not reason.strip():
        raise BadSetting("A pin needs a reason.", remedy="Say with --reason why it has to stay.")
    one, arrivals = asyncio.run(_pin(target, " ".join(reason.split()), data))
    out(f"Kept for good: {_line(one, arrivals)}")
    return 0


def unpin(target: str, /, *, data: Path = _DATA) -> int:
    """Let a pinned file give way again, once others are used more.

    Parameters
    ----------
    target
        The file's name, or at least 8 signs of its SHA-256.
    data
        The server's data folder.

    """
    one, arrivals = asyncio.run(_pin(target, "", data))
    out(f"Not pinned any more: {_line(one, arrivals)}")
    return 0


async def _status(data: Path) -> tuple[Stock, Sequence[tuple[Shelved, Sequence[Arrival]]]]:
    from pratique.wiring import shelf_in

    async with shelf_in(data) as shelf:
        return await shelf.stock(), await shelf.pinned()


async def _pin(target: str, reason: str, data: Path) -> tuple[Shelved, Sequence[Arrival]]:
    from pratique.wiring import shelf_in

    async with shelf_in(data) as shelf:
        found = await shelf.find(target) if _DIGEST.fullmatch(target) or "." in target else ()
        if not found:
            raise BadSetting(
                f"No file of an upstream that is kept goes by {target}.",
                remedy="Name a file, or at least 8 signs of its SHA-256; ask for it once if it is not kept.",
            )
        if len(found) > 1:
            raise BadSetting(
                f"{target} is more than one file.",
                remedy=f"Give the SHA-256 of the one you mean: {', '.join(one.sha256 for one, _ in found)}.",
            )
        await shelf.pin(found[0][0].sha256, reason)
        return found[0]


def _line(one: Shelved, arrivals: Sequence[Arrival]) -> str:
    names = ", ".join(sorted({arrival.filename for arrival in arrivals})) or "a file without a name"
    return f"{names} ({one.sha256[:12]}, {one.size:,} bytes, used {moment(one.used)})"


def _object(one: Shelved, arrivals: Sequence[Arrival]) -> dict[str, object]:
    return {
        "sha256": one.sha256,
        "bytes": one.size,
        "used": one.used.isoformat(),
        "reason": one.pinned,
        "files": [
            {"project": arrival.project, "filename": arrival.filename, "upstream": arrival.upstream}
            for arrival in arrivals
        ],
    }
