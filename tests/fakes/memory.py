"""Ports in memory: real enough to run the use cases, and held to the same contracts as what they stand for."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pratique.artifact import Artifact
from pratique.errors import StorageError
from pratique.names import ProjectName, Sha256, distribution_name
from pratique.ports import BlobWriter, Event, EventKind, KnownFile, Priority, ProjectPage, StoredBlob, Ticket
from pratique.verdict import Report, Verdict


@dataclass
class MemoryStore:
    """`pratique.ports.Store` in dictionaries."""

    recorded: list[Event] = field(default_factory=list)
    reports: dict[tuple[str, str], tuple[str, Report]] = field(default_factory=dict)
    pages: dict[str, tuple[ProjectPage, datetime]] = field(default_factory=dict)
    files: dict[tuple[str, str], KnownFile] = field(default_factory=dict)

    async def record(self, events: Iterable[Event]) -> None:
        """Append."""
        self.recorded.extend(events)

    async def events(
        self,
        *,
        project: str | None = None,
        sha256: str | None = None,
        kinds: Collection[EventKind] = (),
        limit: int = 1000,
        skip: int = 0,
    ) -> list[Event]:
        """The newest first."""
        found = [
            event
            for event in reversed(self.recorded)
            if project in {None, event.project}
            and sha256 in {None, event.sha256}
            and (not kinds or event.kind in kinds)
        ]
        return found[skip : skip + limit]

    async def save_report(self, report: Report, *, engine: str) -> None:
        """Replace."""
        self.reports[report.artifact.sha256, report.artifact.name.filename] = engine, report

    async def report(self, sha256: Sha256, filename: str, *, engine: str) -> Report | None:
        """That engine's, or nothing."""
        by, report = self.reports.get((sha256, filename), ("", None))
        return report if by == engine else None

    async def judged(self, project: ProjectName, *, engine: str) -> list[Report]:
        """By file name."""
        found = [r for by, r in self.reports.values() if by == engine and r.artifact.name.project == project]
        return sorted(found, key=lambda report: (report.artifact.name.filename, report.artifact.sha256))

    async def save_page(self, page: ProjectPage, *, fetched: datetime) -> None:
        """Replace."""
        self.pages[page.project] = page, fetched

    async def page(self, project: ProjectName) -> tuple[ProjectPage, datetime] | None:
        """The remembered page."""
        return self.pages.get(project)

    async def projects(self) -> list[ProjectName]:
        """By name."""
        return sorted(ProjectName(name) for name in self.pages)

    async def save_file(self, file: KnownFile) -> None:
        """Replace."""
        self.files[file.project, file.filename] = file

    async def file(self, project: ProjectName, filename: str) -> KnownFile | None:
        """The remembered file."""
        return self.files.get((project, filename))


@dataclass
class MemoryBlobs:
    """`pratique.ports.Blobs`: bytes are gathered in memory and laid into ``folder``, since a blob has a path."""

    folder: Path

    @asynccontextmanager
    async def spool(self) -> AsyncIterator[BlobWriter]:
        """Nothing is visible before `commit`."""
        yield _MemoryWriter(self.folder)

    async def find(self, sha256: Sha256) -> StoredBlob | None:
        """A committed blob."""
        return await asyncio.to_thread(_stored, self.folder / sha256)


@dataclass
class _MemoryWriter:
    folder: Path
    data: bytearray = field(default_factory=bytearray)

    async def write(self, chunk: bytes) -> None:
        self.data += chunk

    async def commit(self, *, expected: str | None = None) -> StoredBlob:
        digest = Sha256(hashlib.sha256(self.data).hexdigest())
        if expected not in {None, digest}:
            raise StorageError(f"The content's SHA-256 is {digest}, not {expected} as promised.")
        path = self.folder / digest
        await asyncio.to_thread(path.write_bytes, self.data)
        return StoredBlob(sha256=digest, size=len(self.data), path=path)


def _stored(path: Path) -> StoredBlob | None:
    return StoredBlob(sha256=Sha256(path.name), size=path.stat().st_size, path=path) if path.exists() else None


@dataclass
class FakeClock:
    """`pratique.ports.Clock` that stands still until it is told."""

    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.at

    def pass_by(self, seconds: float) -> None:
        """Move on."""
        self.at += timedelta(seconds=seconds)


@dataclass
class FakeInspector:
    """`pratique.ports.Inspector` with preset reports by file name; anything else is clean.

    ``judge`` makes a report from the bytes instead. ``hold`` makes every inspection wait until it is set;
    ``asked`` remembers what was asked for.
    """

    engine: str = "1"
    reports: dict[str, Report] = field(default_factory=dict)
    judge: Callable[[Ticket, bytes], Report] | None = None
    hold: asyncio.Event | None = None
    asked: list[tuple[Ticket, Priority]] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def inspect(self, ticket: Ticket, *, priority: Priority) -> Report:
        """The preset report, once nothing holds it."""
        self.asked.append((ticket, priority))
        async with self._changed:
            self._changed.notify_all()
        if self.hold is not None:
            await self.hold.wait()
        if self.judge is not None:
            return self.judge(ticket, await asyncio.to_thread(ticket.path.read_bytes))
        return self.reports.get(ticket.filename) or _clean(ticket)

    async def asked_for(self, number: int) -> None:
        """Return once so many inspections were asked for."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.asked) >= number)

    async def close(self) -> None:
        """Nothing to end."""


def _clean(ticket: Ticket) -> Report:
    artifact = Artifact(name=distribution_name(ticket.filename), sha256=ticket.sha256, size=ticket.size)
    return Report(artifact=artifact, verdict=Verdict.CLEAN, score=0.0, findings=())
