"""What a gateway is made of: everything outside of it, and what its team decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from pratique.audit import NoReviews, Reviews
from pratique.cache import Cache, NoCache
from pratique.gateway.ahead import Caps
from pratique.gateway.patience import Patience
from pratique.identity import Popular, default_popular
from pratique.policy import Policy
from pratique.ports import Advisories, Blobs, Clock, Inspector, NoAdvisories, Store, Upstream
from pratique.releases import Local, NoLocal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a team decides about its gateway."""

    policy: Policy = field(default_factory=Policy)
    patience: Patience = field(default_factory=Patience)
    caps: Caps = field(default_factory=Caps)
    fresh: timedelta = timedelta(seconds=30)
    """How long an upstream's page is used without asking again; verdicts apply to it at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything outside."""

    store: Store
    blobs: Blobs
    upstream: Upstream
    inspector: Inspector
    clock: Clock
    advisories: Advisories = field(default_factory=NoAdvisories)
    local: Local = field(default_factory=NoLocal)
    """The team's own projects, whose names the upstream is never asked for."""
    reviews: Reviews = field(default_factory=NoReviews)
    """What people decided about files."""
    cache: Cache = field(default_factory=NoCache)
    """What may give way on the disk."""
    popular: Popular = field(default_factory=default_popular)
    """Whom names are compared with."""
