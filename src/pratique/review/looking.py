"""Looking at the whole audit log, and at what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pratique.audit import Entry, Head
from pratique.policy import Review
from pratique.review.verifying import Outcome, verify

_PAGE = 1000


class Log(Protocol):
    """What keeps the log. Everything raises `StorageError`."""

    async def entries(self, *, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """What is on record behind an entry, the oldest first."""
        ...

    async def decided(self) -> Sequence[tuple[int, Review]]:
        """Every decision, with the number of its entry."""
        ...

    async def policies(self) -> Mapping[int, str]:
        """The text of each policy that ever came into force, by the number of its entry."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What is kept of the log outside of the database."""

    heads: tuple[Head, ...] = ()
    missing: tuple[str, ...] = ()
    """Files that should hold some and are not there."""


async def whole(log: Log) -> list[Entry]:
    """Every entry, the oldest first."""
    found: list[Entry] = []
    while more := await log.entries(after=found[-1].number if found else 0, limit=_PAGE):
        found += more
    return found


async def look(log: Log, heads: Heads) -> tuple[list[Entry], Outcome]:
    """The entries, and whether they are what they were."""
    entries = await whole(log)
    outcome = verify(entries, heads.heads, await log.decided(), await log.policies())
    told = [
        f"{path} is not there, and had a line for each entry; copy audit-head to a place just named"
        for path in heads.missing
    ]
    return entries, replace(outcome, faults=(*outcome.faults, *(told if entries else ())))
