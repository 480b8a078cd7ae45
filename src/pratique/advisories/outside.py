"""Protocols for what lies outside of this room: where records are kept, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pratique.advisories.model import Advisory
from pratique.advisories.record import Record
from pratique.names import ProjectName


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where records come from, and how the last attempt to bring them up to date went."""

    name: str
    """As it may be shown: a path, or an address without credentials."""
    etag: str = ""
    """Of the whole collection, where a server gave one."""
    newest: datetime | None = None
    """The latest change that is known to be here."""
    whole: datetime | None = None
    """When the whole collection was last read, rather than what had changed."""
    tried: datetime | None = None
    succeeded: datetime | None = None
    """When everything it has was last known to be here."""
    error: str = ""
    """Why the last attempt failed; empty where it did not."""
    records: int = 0
    """Records of it that are kept."""
    broken: int = 0
    """Records that the last attempt had to skip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What is kept, in records."""

    malware: int = 0
    vulnerabilities: int = 0
    withdrawn: int = 0


class AdvisoryStore(Protocol):
    """Records, found by project, by id and by alias. Everything raises `StorageError`."""

    async def of(self, project: ProjectName) -> tuple[Advisory, ...]:
        """What is said of a project, withdrawn records apart."""
        ...

    async def documents(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Whole records (JSON in one line) by id, withdrawn ones too; unknown ids are left out."""
        ...

    async def named(self, alias: str) -> tuple[str, ...]:
        """Ids of the records that have this alias."""
        ...

    async def moments(self, ids: Sequence[str]) -> dict[str, datetime]:
        """When each of these records was last modified; unknown ids are left out."""
        ...

    async def keep(self, records: Sequence[Record], *, source: str, seen: datetime) -> int:
        """Keep records, all or none of them; says how many were new or changed.

        Of two states of one record the later modified one is kept. ``seen`` marks what the source still has.
        """
        ...

    async def retire(self, *, source: str, before: datetime) -> int:
        """Forget what the source had, but was not seen in since; says how many."""
        ...

    async def held(self, source: str) -> int:
        """How many records are kept that came from this source."""
        ...

    async def totals(self) -> Totals:
        """How many records are kept."""
        ...

    async def sources(self) -> tuple[Source, ...]:
        """All sources that were ever tried, by name."""
        ...

    async def save_source(self, source: Source) -> None:
        """Remember how an attempt went."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file that was fetched whole."""

    path: Path
    etag: str


class Feed(Protocol):
    """Files at an address. Everything raises `UpstreamError`, and `NotFound` for what is not there."""

    async def fetch(self, url: str, *, etag: str, into: Path) -> Fetched | None:
        """Fetch a collection into the folder ``into``; nothing if it still has this etag."""
        ...

    async def read(self, url: str, *, limit: int) -> bytes:
        """A small file; one of more than ``limit`` bytes is an error."""
        ...
