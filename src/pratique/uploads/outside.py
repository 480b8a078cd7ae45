"""Everything that uploads need of the outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pratique.accounts.principal import Authenticator
from pratique.identity import Popular, default_popular
from pratique.policy import Policy
from pratique.ports import Blobs, Clock, Inspector, Store
from pratique.releases import Releases
from pratique.uploads.provenance import NoAttestations, Verifier
from pratique.uploads.rendering import DirectRenderer, Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The ports, and what a team decides."""

    releases: Releases
    store: Store
    blobs: Blobs
    inspector: Inspector
    accounts: Authenticator
    clock: Clock
    policy: Callable[[], Policy] = Policy
    """The one in force, asked for at each upload: it may be exchanged at any time."""
    verifier: Verifier = field(default_factory=NoAttestations)
    renderer: Renderer = field(default_factory=DirectRenderer)
    changed: Callable[[], None] = lambda: None
    """Told after each verdict."""
    popular: Popular = field(default_factory=default_popular)
    """Whom new names are compared with."""
    hold_new_names: bool = False
    """Whether the first upload of each new project waits for a reviewer, whatever its name is like."""
