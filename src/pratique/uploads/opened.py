"""The use case of uploads put together, with what runs beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pratique.accounts.principal import Authenticator
from pratique.policy import Policy
from pratique.ports import Blobs, Clock, Inspector, Store
from pratique.releases import Releases
from pratique.uploads.limits import UploadLimits
from pratique.uploads.provenance import NoAttestations, Verifier
from pratique.uploads.receiving import Receiver
from pratique.uploads.screening import Ports, Screening
from pratique.uploads.uploads import Uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Everything that uploads need of the outside."""

    releases: Releases
    store: Store
    blobs: Blobs
    inspector: Inspector
    accounts: Authenticator
    clock: Clock
    policy: Policy = field(default_factory=Policy)
    verifier: Verifier = field(default_factory=NoAttestations)
    changed: Callable[[], None] = lambda: None
    """Told after each verdict."""


@asynccontextmanager
async def uploads_over(
    outside: Outside, folder: Path, *, limits: UploadLimits | None = None, hold: float = 12.0
) -> AsyncIterator[Uploads]:
    """Take uploads, by way of ``folder``, and screen also what an earlier process left; until the end."""
    limits = limits or UploadLimits()
    receiver = Receiver(
        releases=outside.releases,
        store=outside.store,
        blobs=outside.blobs,
        accounts=outside.accounts,
        clock=outside.clock,
        limits=limits,
        verifier=outside.verifier,
    )
    screening = Screening(
        Ports(
            releases=outside.releases,
            store=outside.store,
            blobs=outside.blobs,
            inspector=outside.inspector,
            accounts=outside.accounts,
            clock=outside.clock,
            policy=outside.policy,
            changed=outside.changed,
        )
    )
    uploads = Uploads(receiver=receiver, screening=screening, folder=folder, limits=limits, hold=hold)
    keeper = asyncio.create_task(uploads.keep(), name="pratique-uploads")
    try:
        yield uploads
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        await uploads.close()
