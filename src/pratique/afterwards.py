"""What is looked at again after it was passed on, and the ports to what remembers it and judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pratique.names import ProjectName, Sha256
from pratique.ports import Event, StoredBlob


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that was judged, or given out."""

    project: ProjectName
    filename: str
    sha256: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What is said of a file now."""

    verdict: str
    """Empty where this engine has not said anything."""
    action: str
    reason: str
    bad: bool
    """Whether it is refused, by every index, for what it is, and not for its age or by whim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far everything is judged again."""

    engine: str
    began: datetime | None = None
    """When the first file of this engine's was judged again."""
    judged: int = 0
    gone: int = 0
    """Not kept any more, so that nothing can be judged."""
    failing: int = 0
    """Could not be inspected, and are tried again later."""
    left: int = 0


class Aftercare(Protocol):
    """Remembers what was judged again and what turned bad. Everything raises `StorageError`."""

    async def outdated(self, engine: str, *, limit: int) -> Sequence[Kept]:
        """What another engine judged, the most downloaded first, then the newest."""
        ...

    async def failing(self, engine: str, *, before: datetime, most: int, limit: int) -> Sequence[Kept]:
        """What this engine could not inspect, was not tried since ``before`` and not more often than ``most``."""
        ...

    async def judged(self, kept: Kept, *, engine: str, outcome: str, at: datetime) -> None:
        """Remember an attempt: ``judged``, ``gone`` or ``failing``."""
        ...

    async def progress(self, engine: str) -> Progress:
        """How far it is."""
        ...

    async def received(self) -> Sequence[Kept]:
        """What was given out while nothing stood against it, the most downloaded first."""
        ...

    async def turned_bad(self, kept: Kept, event: Event) -> bool:
        """Put on record that it is bad, unless that is known; whether that was news, as of what was received it is."""
        ...

    async def turned_good(self, kept: Kept) -> None:
        """It is not bad any more: should it turn bad again, that is news."""
        ...

    async def bad(self) -> frozenset[Kept]:
        """What is known to be bad."""
        ...

    async def advisories(self) -> object:
        """Another value whenever advisories have changed."""
        ...


class Judging(Protocol):
    """The gateway, as whoever looks at things again needs it."""

    async def again(self, kept: Kept, blob: StoredBlob) -> str:
        """Inspect behind everybody who waits, keep what is found, and say the verdict."""
        ...

    async def now(self, kept: Kept) -> Now:
        """What is said of a file now; nobody outside is asked."""
        ...

    async def stamp(self) -> object:
        """Another value whenever a policy or a person may have decided otherwise."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A kept file that the upstream does not offer any more."""

    kept: Kept
    why: str
    """A sentence."""
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line of an upstream's journal."""

    project: ProjectName
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How following the upstream stands."""

    serial: int | None = None
    """How far its journal was read; nothing where it has none, or was not read yet."""
    succeeded: datetime | None = None
    """When everything was last looked at."""
    error: str = ""
    """Why the last look did not succeed; empty where it did."""
    again: tuple[Change, ...] = ()
    """What the journal named and could not be looked at, or was looked at on a page from before that: looked at again
    though the journal is not."""


class Removals(Protocol):
    """Remembers what the upstream removed. Everything raises `StorageError`."""

    async def in_use(self) -> Sequence[ProjectName]:
        """Projects of which files are kept."""
        ...

    async def files(self, project: ProjectName) -> Sequence[Kept]:
        """The kept files of a project."""
        ...

    async def removed(self) -> Sequence[Removal]:
        """Everything that is removed now."""
        ...

    async def set_removed(self, project: ProjectName, removals: Sequence[Removal]) -> None:
        """These files of a project are removed, and no others."""
        ...

    async def followed(self) -> Followed:
        """How it stands."""
        ...

    async def save_followed(self, followed: Followed) -> None:
        """Remember how it stands."""
        ...


class Journal(Protocol):
    """What an upstream tells of its changes; raises `UpstreamError`."""

    async def last(self) -> int | None:
        """The number of its newest line; nothing where it keeps no journal."""
        ...

    async def since(self, serial: int) -> Sequence[Change]:
        """What came after that line, the oldest first; perhaps not all at once."""
        ...
