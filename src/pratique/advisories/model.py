"""Advisories as they are matched: what one record says of one project of the ecosystem PyPI."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MALWARE_PREFIX = "MAL-"
"""Ids of records that call a release malicious begin so; all others speak of vulnerabilities."""


class RangeKind(StrEnum):
    """How the versions of a range are ordered (OSV ``affected[].ranges[].type``)."""

    ECOSYSTEM = "ECOSYSTEM"
    """As the ecosystem orders them: for PyPI that is PEP 440."""
    SEMVER = "SEMVER"
    """By SemVer 2.0, section 11."""
    GIT = "GIT"
    """By a repository's commit graph: nothing follows from it for a version, only from ``versions``."""


class EventKind(StrEnum):
    """What happens at a version of a range (OSV ``affected[].ranges[].events``)."""

    INTRODUCED = "introduced"
    FIXED = "fixed"
    LAST_AFFECTED = "last_affected"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change of status at a version."""

    kind: EventKind
    version: str
    """As it is written; for ``introduced`` "0" comes before every version, for ``limit`` "*" after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A timeline of events, in the record's order."""

    kind: RangeKind
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """Versions that are affected: those listed, and those within any of the ranges."""

    versions: tuple[str, ...] = ()
    """In canonical form (`pratique.advisories.order.canonical`)."""
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """What a record says of one project."""

    id: str
    modified: datetime
    summary: str = ""
    aliases: tuple[str, ...] = ()
    """Ids of the same matter elsewhere."""
    affected: tuple[Affected, ...] = ()

    @property
    def malware(self) -> bool:
        """Whether it calls the release malicious, rather than vulnerable."""
        return self.id.startswith(MALWARE_PREFIX)
