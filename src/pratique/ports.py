"""Ports: Protocols for everything outside the pure core. Adapters implement them, `wiring` chooses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Protocol

import msgspec

from pratique.advisories.model import Advisory
from pratique.names import ProjectName, Sha256
from pratique.policy import Decision
from pratique.verdict import Report


class EventKind(StrEnum):
    """What happened to an artifact."""

    DOWNLOAD = "download"
    REFUSAL = "refusal"
    VERDICT = "verdict"
    LATE = "late-verdict"
    """A file that somebody received turned out bad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the record: who asked for what, when, and what was answered and why."""

    kind: EventKind
    at: datetime
    project: str
    filename: str
    sha256: str = ""
    """Empty where the bytes were never seen."""
    client: str = ""
    """The client's address."""
    user_agent: str = ""
    action: str = ""
    verdict: str = ""
    reason: str = ""
    request: str = ""
    """The request's id, also sent as ``X-Request-Id``: ties a client's log to this record."""
    index: str = ""
    """The further index that was asked; empty for the main one, and for what nobody asked for."""
    upstream: str = ""
    """The name of the upstream that lists the file; empty for the team's own, or where none was looked at."""


class IndexFile(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A file as the upstream's project page lists it (PEP 503, 592, 658/714, 691, 700, 740).

    No dataclass: a page has thousands, and these are made in a twentieth of the time and take no garbage collection.
    """

    filename: str
    url: str
    """Absolute, at the upstream."""
    hashes: tuple[tuple[str, str], ...] = ()
    requires_python: str | None = None
    size: int | None = None
    upload_time: str | None = None
    yanked: bool | str = False
    core_metadata: bool | tuple[tuple[str, str], ...] = False
    provenance: str | None = None
    upstream: str = ""
    """The name of the upstream that lists it."""

    @property
    def sha256(self) -> str | None:
        """The SHA-256 that the upstream promises, if it does."""
        return dict(self.hashes).get("sha256")


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class ProjectPage:
    """A project's page at an index (PEP 691, 700, 792). What is made from one may last as long as it does."""

    project: ProjectName
    files: tuple[IndexFile, ...]
    versions: tuple[str, ...] = ()
    status: str = "active"
    status_reason: str = ""
    etag: str = ""
    last_serial: int | None = None
    upstream: str = ""
    """The name of the upstream that has it; all its files are from there."""
    index: str = ""
    """That upstream's address, without credentials: its name may be another one tomorrow."""


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """The current moment, in UTC and aware of it."""
        ...


class Download(Protocol):
    """A response body on its way from the upstream."""

    length: int | None

    def chunks(self) -> AsyncIterator[bytes]:
        """The body, as it arrives; raises `UpstreamError` when it ends early."""
        ...


class Upstream(Protocol):
    """The index behind the gateway, or several in order of priority."""

    async def page(self, project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        """A project's page (``known`` if it has not changed); raises `NotFound`, `UpstreamError`."""
        ...

    def fetch(self, url: str, *, upstream: str = "") -> AbstractAsyncContextManager[Download]:
        """Open a file that the upstream of that name lists; raises `NotFound` or `UpstreamError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBlob:
    """A blob that is complete and durable."""

    sha256: Sha256
    size: int
    path: Path


class BlobWriter(Protocol):
    """A blob on its way in: nothing is visible before `commit`, nothing is left after an error."""

    async def write(self, chunk: bytes) -> None:
        """Append, hashing as it goes."""
        ...

    async def commit(self, *, expected: str | None = None) -> StoredBlob:
        """Make it visible under its digest; raises `StorageError` if it is not the expected one."""
        ...


class Blobs(Protocol):
    """Content-addressed files."""

    def spool(self) -> AbstractAsyncContextManager[BlobWriter]:
        """A place for bytes whose digest is not known yet."""
        ...

    async def find(self, sha256: Sha256) -> StoredBlob | None:
        """A complete blob, or nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """What is remembered of a file at a URL of the upstream, so that it is served when that is down."""

    project: ProjectName
    filename: str
    url: str
    sha256: Sha256


class Store(Protocol):
    """The database."""

    async def record(self, events: Iterable[Event]) -> None:
        """Append events; they are durable when this returns."""
        ...

    async def events(
        self,
        *,
        project: str | None = None,
        sha256: str | None = None,
        kinds: Collection[EventKind] = (),
        limit: int = 1000,
        skip: int = 0,
    ) -> list[Event]:
        """The newest events first, after as many as ``skip`` says; of all kinds, or of some."""
        ...

    async def save_report(self, report: Report, *, engine: str) -> None:
        """Keep a report by the artifact's SHA-256 and file name, replacing one of an older engine."""
        ...

    async def report(self, sha256: Sha256, filename: str, *, engine: str) -> Report | None:
        """The report of this engine version for these bytes under this name."""
        ...

    async def judged(self, project: ProjectName, *, engine: str) -> list[Report]:
        """All reports of a project's files: what a page needs to mark releases."""
        ...

    async def save_page(self, page: ProjectPage, *, fetched: datetime) -> None:
        """Remember a project's page."""
        ...

    async def page(self, project: ProjectName) -> tuple[ProjectPage, datetime] | None:
        """The remembered page and when it was fetched."""
        ...

    async def projects(self) -> list[ProjectName]:
        """The projects whose pages are remembered, in order."""
        ...

    async def save_file(self, file: KnownFile) -> None:
        """Remember which blob a listed file is."""
        ...

    async def file(self, project: ProjectName, filename: str) -> KnownFile | None:
        """The blob of a listed file, if it was fetched before."""
        ...


class Advisories(Protocol):
    """What is published about releases: vulnerabilities, and malware."""

    async def of(self, project: ProjectName) -> tuple[Advisory, ...]:
        """What is said of a project; raises `StorageError`."""
        ...


class NoAdvisories:
    """`Advisories` of whoever keeps none."""

    async def of(self, project: ProjectName) -> tuple[Advisory, ...]:  # noqa: ARG002
        """Nothing."""
        return ()


class Priority(IntEnum):
    """Who waits for an inspection; lower is sooner."""

    CLIENT = 0
    AHEAD = 10
    AGAIN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """An artifact to inspect."""

    filename: str
    sha256: Sha256
    path: Path
    size: int = field(default=0)


class Inspector(Protocol):
    """Runs the engine in killable worker processes, within limits on time and memory."""

    engine: str
    """The engine's version: reports of another one are not reused."""

    async def inspect(self, ticket: Ticket, *, priority: Priority) -> Report:
        """Inspect; a crash or time-out gives a report with verdict `error`. Cancelling frees the place.

        The same artifact asked for twice is inspected once, at the more urgent priority.
        """
        ...

    async def close(self) -> None:
        """End the workers."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A file that may be answered for: where its bytes are, what was found, what was decided."""

    blob: StoredBlob
    report: Report
    decision: Decision


class Observer(Protocol):
    """Told what happens, so that it can be counted; it must not raise."""

    def recorded(self, events: Iterable[Event]) -> None:
        """Events that are durable."""
        ...

    def asked_upstream(self, what: str, outcome: str, seconds: float) -> None:
        """A request to the upstream (``page``, ``file``), how it ended, and the seconds until its answer began."""
        ...


class NoObserver:
    """`Observer` of whoever counts nothing."""

    def recorded(self, events: Iterable[Event]) -> None:
        """Nothing."""

    def asked_upstream(self, what: str, outcome: str, seconds: float) -> None:
        """Nothing."""
