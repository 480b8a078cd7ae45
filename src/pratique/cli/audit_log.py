"""``pratique audit-log``: what people decided, and the proof that the record of it was not rewritten."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli.say import moment, out

if TYPE_CHECKING:
    from pratique.audit import Entry, Head
    from pratique.review.verifying import Outcome

_DATA = Path("pratique-data")


def verify(*, data: Path = _DATA, head: Path | None = None) -> int:
    """Prove that the audit log was not rewritten.

    Each entry names the one before it by its digest. Whoever owns the database can make the whole chain anew; so
    the digests are kept in a file outside of it, too, and compared with that.

    Parameters
    ----------
    data
        The server's data folder.
    head
        The file of heads; by default the one in the data folder and the one that PRATIQUE_AUDIT_HEAD names.

    """
    outcome = asyncio.run(_verify(data, head))
    out(*outcome.faults)
    if outcome.faults:
        out(f"The audit log is not what it was: {len(outcome.faults)} contradictions in {outcome.entries} entries.")
        return 1
    out(f"{outcome.entries} entries, each as it was written. The head is {outcome.digest}.")
    if outcome.unproven:
        out(f"The last {outcome.unproven} are in no head that was given: only their own chain holds them.")
    return 0


async def _verify(data: Path, head: Path | None) -> Outcome:
    from pratique.review.looking import Heads, look
    from pratique.wiring import book_in, heads_in

    async with book_in(data, make=False) as book:
        heads = await asyncio.to_thread(heads_in, data) if head is None else Heads(heads=await _heads(head))
        _, outcome = await look(book, heads)
        return outcome


async def _heads(path: Path) -> tuple[Head, ...]:
    from pratique.storage.review_head import read_heads

    return await asyncio.to_thread(read_heads, path)


def show(*, data: Path = _DATA, last: int = 50) -> int:
    """Show the newest entries, the newest last.

    Parameters
    ----------
    data
        The server's data folder.
    last
        How many.

    """
    for entry in asyncio.run(_show(data))[-max(1, last) :]:
        out(
            f"{entry.number}  {moment(entry.at)}  {entry.act} by {entry.actor}  {entry.subject}",
            f"   {entry.detail}",
            f"   {entry.digest}",
        )
    return 0


async def _show(data: Path) -> list[Entry]:
    from pratique.review.looking import whole
    from pratique.wiring import book_in

    async with book_in(data, make=False) as book:
        return await whole(book)
