"""What a decision is asked about, and the parts that know something of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pratique.gateway.policies import Policies
from pratique.gateway.vouching import NoVouching, Vouching
from pratique.identity import Popular, default_popular
from pratique.names import ProjectName
from pratique.ports import Advisories, Clock, IndexFile, ProjectPage, Store
from pratique.releases import Local
from pratique.review.kept import Decisions
from pratique.verdict import Report


class Listings(Protocol):
    """What projects' pages said when they were last seen; nothing is asked for at the upstream."""

    async def listed(self, project: ProjectName) -> ProjectPage | None:
        """The page, if one was ever seen."""
        ...

    async def listed_file(self, project: ProjectName, filename: str) -> IndexFile | None:
        """A file as that page lists it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The parts that know something."""

    store: Store
    clock: Clock
    advisories: Advisories
    local: Local
    listings: Listings
    decisions: Decisions
    policies: Policies
    engine: str
    """Whose reports."""
    vouching: Vouching = field(default_factory=NoVouching)
    popular: Popular = field(default_factory=default_popular)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a decision is asked about."""

    project: ProjectName
    filename: str
    index: str = ""
    sha256: str = ""
    """Which bytes, where they are neither those of the report nor those that its page promises."""
    report: Report | None = None
    """Nothing where the file was not inspected."""
    file: IndexFile | None = None
    """As its page lists it, where that is at hand already."""
    at: datetime | None = None
    """When it was asked for; now where nothing is said."""
    vouch: bool = True
    """Whether its publishers may be looked up, where a policy asks for them."""
