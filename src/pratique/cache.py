"""What is kept of upstreams' files: when it was used last, where it came from, and the ports to what remembers it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pratique.names import ProjectName, Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file that was fetched from an upstream."""

    sha256: Sha256
    size: int
    """In bytes."""
    project: ProjectName
    filename: str
    upstream: str
    """Its name; empty where it is not known."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A blob that may be fetched again."""

    sha256: Sha256
    size: int
    """In bytes."""
    used: datetime
    """About when it was given to somebody last, or arrived."""
    pinned: str = ""
    """Why it has to stay; empty where it need not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """All that is kept of upstreams' files."""

    files: int = 0
    size: int = 0
    """In bytes."""
    pinned: int = 0
    """Files."""


class Shelf(Protocol):
    """Remembers what is kept of upstreams' files; the team's own files are no part of it. Raises `StorageError`."""

    async def arrived(self, arrival: Arrival) -> None:
        """A file was fetched and is kept; durable when this returns."""
        ...

    async def used(self, uses: Mapping[Sha256, datetime]) -> None:
        """When blobs were used last; what is not on the shelf is passed over."""
        ...

    async def stock(self) -> Stock:
        """How much there is."""
        ...

    async def oldest(self, *, before: datetime, limit: int, skip: int = 0) -> Sequence[Shelved]:
        """What was not used since then and is not pinned, the longest unused first."""
        ...

    async def forget(self, blobs: Collection[Sha256]) -> None:
        """These are not kept any more; where they came from stays on record."""
        ...

    async def arrivals(self, sha256: Sha256) -> Sequence[Arrival]:
        """As which files these bytes were fetched, the last first."""
        ...

    async def adopt(self, found: Iterable[Shelved], *, now: datetime) -> None:
        """Make the shelf what was ``found`` on the disk, but for what is not known to be an upstream's and is new.

        No use is later than ``now`` afterwards: a clock that was wrong must not keep a blob for ever.
        """
        ...


class Pins(Protocol):
    """What a person wants to stay on the shelf. Raises `StorageError`."""

    async def find(self, target: str) -> Sequence[tuple[Shelved, Sequence[Arrival]]]:
        """What goes by this file name, or by a SHA-256 that begins so."""
        ...

    async def pinned(self) -> Sequence[tuple[Shelved, Sequence[Arrival]]]:
        """All that has to stay, by file name."""
        ...

    async def pin(self, sha256: Sha256, reason: str) -> None:
        """Keep these bytes; with an empty reason they need not stay any more."""
        ...


class Cache(Protocol):
    """What the gateway tells about the blobs that it uses."""

    def touch(self, sha256: Sha256) -> None:
        """It is used now; cheap."""
        ...

    def lease(self, sha256: Sha256) -> AbstractContextManager[None]:
        """It stays until the end of the context."""
        ...

    async def arrived(self, arrival: Arrival) -> None:
        """It was fetched and is kept."""
        ...

    async def arrivals(self, sha256: Sha256) -> Sequence[Arrival]:
        """As which files these bytes were fetched, the last first."""
        ...

    async def make_room(self, size: int) -> bool:
        """The disk is full and ``size`` bytes are wanted: whether something gave way."""
        ...


class NoCache:
    """`Cache` of whoever keeps everything."""

    def touch(self, sha256: Sha256) -> None:
        """Nothing."""

    def lease(self, sha256: Sha256) -> AbstractContextManager[None]:  # noqa: ARG002
        """Nothing takes it away."""
        return nullcontext()

    async def arrived(self, arrival: Arrival) -> None:
        """Nothing."""

    async def arrivals(self, sha256: Sha256) -> Sequence[Arrival]:  # noqa: ARG002
        """Nothing is remembered."""
        return ()

    async def make_room(self, size: int) -> bool:  # noqa: ARG002
        """Nothing gives way."""
        return False
