"""``pratique audit-log``: what people decided, and the proof that the record of it was not rewritten."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli.say import moment, out

if TYPE_CHECKING:
    from pratique.audit import Entry, Head
    from pratique.review.verifying import Outcome
    from pratique.storage.review import SqlBook

_DATA = Path("pratique-data")
_PAGE = 1000


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
    from pratique.review.verifying import verify as look
    from pratique.wiring import book_in, head_files

    async with book_in(data, make=False) as book:
        heads: list[Head] = []
        paths = [head] if head else head_files(data)
        for path in paths:
            heads += await asyncio.to_thread(_heads, path, required=head is not None)
        outcome = look(await _all(book), heads, await book.decided(), await book.policies())
        gone = await asyncio.to_thread(lambda: [path for path in paths if not path.exists()])
    told = [
        f"{path} is not there, and had a line for each entry; copy audit-head to a place just named" for path in gone
    ]
    return replace(outcome, faults=(*outcome.faults, *(told if outcome.entries else ())))


def _heads(path: Path, *, required: bool) -> tuple[Head, ...]:
    """The heads of a file; of one that nobody named, none where it is not there."""
    from pratique.storage.review_head import read_heads

    return read_heads(path) if required or path.exists() else ()


async def _all(book: SqlBook) -> list[Entry]:
    found: list[Entry] = []
    while more := await book.entries(after=found[-1].number if found else 0, limit=_PAGE):
        found += more
    return found


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
    from pratique.wiring import book_in

    async with book_in(data, make=False) as book:
        return await _all(book)
