"""What an attempt to bring advisories in has brought: record by record, a batch at a time; broken ones are told.

Memory is bounded however many records there are: one batch of at most `_BATCH` records or `_BATCH_BYTES` bytes is
held at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from pratique.advisories.collection import Item
from pratique.advisories.record import BadRecord, Record, read_record

_BATCH = 500
_BATCH_BYTES = 8 << 20
_TOLD = 100
"""Problems that are told one by one; what comes after them is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A record that was skipped, and why."""

    name: str
    why: str


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What an attempt brought."""

    source: str
    whole: bool = True
    """Whether the whole collection was read, rather than what had changed."""
    same: bool = False
    """Whether the source itself was the same as the last time, so that nothing had to be read."""
    read: int = 0
    """Records on projects of ours."""
    changed: int = 0
    """Of these, new or changed."""
    other: int = 0
    """Records on other ecosystems alone: passed over."""
    idle: int = 0
    """Records that name no version, so that they match nothing."""
    retired: int = 0
    """Records that the source no longer has."""
    broken: int = 0
    problems: list[Problem] = field(default_factory=list)
    """The first of the broken ones."""
    newest: datetime | None = None

    def note(self, name: str, why: str) -> None:
        """Count a record that is skipped."""
        self.broken += 1
        if len(self.problems) < _TOLD:
            self.problems.append(Problem(name=name, why=why))

    def add(self, record: Record) -> bool:
        """Count a record; says whether it is to be kept."""
        self.newest = max(self.newest or record.modified, record.modified)
        self.idle += record.idle
        self.other += record.other
        self.read += not record.other
        return not record.other


def next_batch(found: Iterator[Item], outcome: Outcome) -> list[Record | None]:
    """The next records; nothing in place of each that is not kept, and an empty list at the end."""
    batch: list[Record | None] = []
    size = 0
    for item in found:
        record = _record(item, outcome)
        batch.append(record if record and outcome.add(record) else None)
        size += len(item.raw)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            break
    return batch


def _record(item: Item, outcome: Outcome) -> Record | None:
    if item.error:
        outcome.note(item.name, item.error)
        return None
    try:
        return read_record(item.raw)
    except BadRecord as error:
        outcome.note(item.name, str(error))
        return None
