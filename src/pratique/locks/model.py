"""What a lock file says."""

from __future__ import annotations

from dataclasses import dataclass, field

from pratique.names import ProjectName


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One release that a file pins."""

    project: ProjectName
    version: str
    """Normalised (PEP 440)."""
    path: str
    """The file that says so."""
    line: int = 0
    """Where, from 1; 0 where that is not known."""
    files: tuple[tuple[str, str], ...] = ()
    """Names of the release's files that may be installed, each with its SHA-256, which may be empty."""
    hashes: frozenset[str] = frozenset()
    """Every SHA-256 that may be installed, whichever file has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What in a file cannot be read, or pins nothing that an index has."""

    path: str
    line: int
    """From 1; 0 where it is the whole file."""
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A file, with all that it says and all that is wrong with it."""

    pins: tuple[Pin, ...] = ()
    faults: tuple[Fault, ...] = ()
    detours: tuple[Fault, ...] = ()
    """Options in it that lead an installer to other indexes or folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a format says of one release, before any of it is checked."""

    name: object
    version: object
    line: int = 0
    elsewhere: str = ""
    """Where it is taken from, if that is no index."""
    files: tuple[tuple[object, object], ...] = ()
    """Name and hash of each file, as written; either may be missing."""
    own: bool = field(default=False)
    """It is the project itself, or a part of it: nothing that anybody published."""
