"""A gateway's surroundings in memory: an upstream, an inspector and a clock that tests command."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pratique.artifact import Artifact
from pratique.errors import NotFound, UpstreamError
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.names import ProjectName, distribution_name, project_name
from pratique.ports import IndexFile, Priority, ProjectPage, Ticket
from pratique.verdict import Report, weigh

BAD = b"would drop a second stage"
DEMO = project_name("demo")


def wheel(version: str) -> str:
    """A wheel's file name."""
    return f"demo-{version}-py3-none-any.whl"


@dataclass
class Body:
    """A response body; ``length`` may lie."""

    data: bytes
    length: int | None

    async def chunks(self) -> AsyncIterator[bytes]:
        """In small pieces."""
        for at in range(0, len(self.data), 7):
            yield self.data[at : at + 7]


@dataclass
class FakeUpstream:
    """Files by name, and switches for what goes wrong."""

    files: dict[str, bytes] = field(default_factory=dict)
    promised: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, bytes] = field(default_factory=dict)
    down: bool = False
    cut: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    fetched: list[str] = field(default_factory=list)
    pages: int = 0

    async def page(self, project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        """All files, as one project's page."""
        del known
        self.pages += 1
        if self.down:
            raise UpstreamError("The upstream is down.")
        if project != DEMO:
            raise NotFound(f"No {project}.")
        return ProjectPage(project=project, files=tuple(self._listed(name) for name in self.files))

    def _listed(self, name: str) -> IndexFile:
        digest = self.promised.get(name) or hashlib.sha256(self.files[name]).hexdigest()
        core = self.metadata.get(name)
        return IndexFile(
            filename=name,
            url=f"http://upstream.invalid/{name}",
            hashes=(("sha256", digest),),
            size=len(self.files[name]),
            core_metadata=(("sha256", hashlib.sha256(core).hexdigest()),) if core else False,
        )

    @asynccontextmanager
    async def fetch(self, url: str) -> AsyncIterator[Body]:
        """A file, once the gate is open."""
        name = url.rpartition("/")[2]
        self.fetched.append(name)
        self.reached.set()
        await self.gate.wait()
        if self.down:
            raise UpstreamError("The upstream is down.")
        data = self.metadata[name.removesuffix(".metadata")] if name.endswith(".metadata") else self.files[name]
        yield Body(data[:10], len(data)) if self.cut else Body(data, len(data))


@dataclass
class FakeInspector:
    """Finds `BAD` by its bytes, when the gate is open."""

    engine: str = "1"
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[tuple[str, Priority]] = field(default_factory=list)

    async def inspect(self, ticket: Ticket, *, priority: Priority) -> Report:
        """A report, malicious if the marker is inside."""
        self.asked.append((ticket.filename, priority))
        self.reached.set()
        await self.gate.wait()
        findings = (_FOUND,) if BAD in await asyncio.to_thread(ticket.path.read_bytes) else ()
        judgement = weigh(findings)
        artifact = Artifact(name=distribution_name(ticket.filename), sha256=ticket.sha256, size=ticket.size)
        return Report(artifact=artifact, verdict=judgement.verdict, score=judgement.score, findings=findings)

    async def close(self) -> None:
        """Nothing to end."""


_FOUND = Finding(
    rule="dropper",
    behaviour=Behaviour.SECOND_STAGE,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    phase=Phase.INSTALL,
    path="setup.py",
    line=3,
    message="fetches a program and runs it",
    proven=True,
)


@dataclass
class FakeClock:
    """Stands still until it is told."""

    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.at

    def pass_by(self, seconds: float) -> None:
        """Move on."""
        self.at += timedelta(seconds=seconds)
