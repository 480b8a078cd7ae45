"""Advisories in memory, held to the same contract as the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pratique.advisories.model import Advisory
from pratique.advisories.outside import Source, Totals
from pratique.advisories.record import Record
from pratique.names import ProjectName


@dataclass
class _Kept:
    record: Record
    source: str
    seen: datetime


@dataclass
class MemoryAdvisories:
    """`pratique.advisories.outside.AdvisoryStore` in dictionaries."""

    kept: dict[str, _Kept] = field(default_factory=dict)
    tried: dict[str, Source] = field(default_factory=dict)

    async def of(self, project: ProjectName) -> tuple[Advisory, ...]:
        """By reading all of them."""
        return tuple(claim for one in self.kept.values() for name, claim in one.record.claims if name == project)

    async def documents(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Those that are kept."""
        return {one: self.kept[one].record.document for one in ids if one in self.kept}

    async def named(self, alias: str) -> tuple[str, ...]:
        """In order."""
        return tuple(sorted(name for name, one in self.kept.items() if alias in one.record.aliases))

    async def moments(self, ids: Sequence[str]) -> dict[str, datetime]:
        """Those that are kept."""
        return {one: self.kept[one].record.modified for one in ids if one in self.kept}

    async def keep(self, records: Sequence[Record], *, source: str, seen: datetime) -> int:
        """Replace what is older or differs."""
        changed = set()
        for record in records:
            known = self.kept.get(record.id)
            if known is None or record.modified > known.record.modified:
                newer = True
            else:
                same_moment = record.modified == known.record.modified
                newer = same_moment and record.document != known.record.document
                if same_moment and not newer and known.source == source:
                    known.seen = seen
            if newer:
                self.kept[record.id] = _Kept(record=record, source=source, seen=seen)
                changed.add(record.id)
        return len(changed)

    async def retire(self, *, source: str, before: datetime) -> int:
        """Drop what was not seen."""
        gone = [name for name, one in self.kept.items() if one.source == source and one.seen < before]
        for name in gone:
            del self.kept[name]
        return len(gone)

    async def held(self, source: str) -> int:
        """Count."""
        return sum(one.source == source for one in self.kept.values())

    async def totals(self) -> Totals:
        """Count."""
        standing = [name for name, one in self.kept.items() if one.record.withdrawn is None]
        malware = sum(name.startswith("MAL-") for name in standing)
        return Totals(
            malware=malware, vulnerabilities=len(standing) - malware, withdrawn=len(self.kept) - len(standing)
        )

    async def sources(self) -> tuple[Source, ...]:
        """By name."""
        return tuple(one for _, one in sorted(self.tried.items()))

    async def save_source(self, source: Source) -> None:
        """Replace."""
        self.tried[source.name] = source
