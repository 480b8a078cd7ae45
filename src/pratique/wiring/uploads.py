"""What makes a server the team's own index, besides a gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.gateway.gateway import Ports
from pratique.policy import Policy
from pratique.wiring.settings import ServerSettings

if TYPE_CHECKING:
    from pratique.accounts.accounts import Accounts
    from pratique.accounts.trusted import TrustedPublisher
    from pratique.names import ProjectName
    from pratique.storage.releases import SqlReleases
    from pratique.uploads.own import OwnIndex
    from pratique.uploads.uploads import Uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What makes this server the team's own index, besides a gateway."""

    releases: SqlReleases
    accounts: Accounts
    uploads: Uploads | None


@asynccontextmanager
async def taking_uploads(
    settings: ServerSettings,
    ports: Ports,
    releases: SqlReleases,
    own: OwnIndex,
    accounts: Accounts,
    policy: Callable[[], Policy],
) -> AsyncIterator[Index]:
    """Uploads are taken, and screened beside everything else, until the end."""
    from pratique.accounts.publishing import publishers_of
    from pratique.uploads.attested import AttestedByPublishers
    from pratique.uploads.opened import uploads_over
    from pratique.uploads.outside import Outside

    async def publishers(project: ProjectName) -> Sequence[TrustedPublisher]:
        return await publishers_of(project, accounts.parts, accounts.access)

    outside = Outside(
        releases=releases,
        store=ports.store,
        blobs=ports.blobs,
        inspector=ports.inspector,
        accounts=accounts.access,
        clock=ports.clock,
        policy=policy,
        changed=own.changed,
        verifier=AttestedByPublishers(publishers),
        popular=ports.popular,
        hold_new_names=settings.hold_new_names,
    )
    async with uploads_over(outside, settings.data / "uploads") as uploads:
        yield Index(releases=releases, accounts=accounts, uploads=uploads)
