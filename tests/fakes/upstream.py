"""An upstream in memory, with a switch for each thing that goes wrong."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from pratique.errors import NotFound, UpstreamError
from pratique.names import ProjectName
from pratique.ports import IndexFile, ProjectPage


@dataclass
class Body:
    """A response body; ``length`` may lie."""

    data: bytes
    length: int | None

    async def chunks(self) -> AsyncIterator[bytes]:
        """In small pieces."""
        step = max(7, len(self.data) // 100)
        for at in range(0, len(self.data), step):
            yield self.data[at : at + step]


@dataclass
class FakeUpstream:
    """`pratique.ports.Upstream` of one project: its files by name."""

    project: ProjectName
    files: dict[str, bytes] = field(default_factory=dict)
    metadata: dict[str, bytes] = field(default_factory=dict)
    provenance: dict[str, bytes] = field(default_factory=dict)
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Fields of a file's entry that are not as they should be."""
    quarantined: str = ""
    """Why the project is in quarantine (PEP 792): its page then lists nothing."""
    down: bool = False
    cut: bool = False
    hold: asyncio.Event | None = None
    """Makes every fetch wait until it is set."""
    fetched: list[str] = field(default_factory=list)
    pages: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def page(self, project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        """All files."""
        del known
        self.pages += 1
        if self.down:
            raise UpstreamError("The upstream is down.")
        if project != self.project:
            raise NotFound(f"No {project}.")
        if self.quarantined:
            return ProjectPage(project=project, files=(), status="quarantined", status_reason=self.quarantined)
        return ProjectPage(project=project, files=tuple(self._listed(name) for name in self.files))

    @asynccontextmanager
    async def fetch(self, url: str, *, upstream: str = "") -> AsyncIterator[Body]:
        """A file, or the metadata beside one."""
        del upstream
        name = url.rpartition("/")[2]
        self.fetched.append(name)
        async with self._changed:
            self._changed.notify_all()
        if self.hold is not None:
            await self.hold.wait()
        if self.down:
            raise UpstreamError("The upstream is down.")
        plain, _, beside = name.rpartition(".")
        besides = {"metadata": self.metadata, "provenance": self.provenance}.get(beside)
        data = self.files[name] if besides is None else besides.get(plain)
        if data is None:
            raise NotFound(f"No {name}.")
        yield Body(data[:10], len(data)) if self.cut else Body(data, len(data))

    async def asked_for(self, number: int) -> None:
        """Return once so many fetches began."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.fetched) >= number)

    def _listed(self, name: str) -> IndexFile:
        core = self.metadata.get(name)
        file = IndexFile(
            filename=name,
            url=f"http://upstream.invalid/{name}",
            hashes=(("sha256", hashlib.sha256(self.files[name]).hexdigest()),),
            size=len(self.files[name]),
            core_metadata=(("sha256", hashlib.sha256(core).hexdigest()),) if core else False,
            provenance=f"http://upstream.invalid/{name}.provenance" if name in self.provenance else None,
        )
        return structs.replace(file, **self.changes.get(name, {}))
