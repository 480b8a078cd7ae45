"""Whom names are compared with: the list of popular projects of a data folder, or the one that ships."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.identity.listing import Listing
from pratique.identity.popular import SHIPPED, Popular, default_popular
from pratique.wiring.settings import SystemClock

if TYPE_CHECKING:
    from pratique.aftercare.popular import Fresh
    from pratique.gateway.guarding import Guard


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The list that names are compared with."""

    popular: Popular
    listing: Listing | None = None
    """Where it came from; None for the one that ships."""

    @property
    def mark(self) -> str:
        """What it adds to an engine's version: reports by another list are not reused."""
        return f"+names.{self.popular.mark}" if self.listing else ""

    @property
    def told(self) -> str:
        """How many, from where and how old, in a few words."""
        number = f"{len(self.popular.names):,} names"
        if self.listing is None:
            return f"{number}, as shipped ({SHIPPED:%Y-%m-%d})"
        if self.listing.taken is None:
            return f"{number} from {self.listing.source or 'an unknown source'}, of unknown age"
        days = (SystemClock().now() - self.listing.taken).days
        age = "today" if days < 1 else "1 day ago" if days == 1 else f"{days:,} days ago"
        return f"{number} from {self.listing.source}, taken {age} ({self.listing.taken:%Y-%m-%d})"


def popular_in(data: Path) -> InForce:
    """The list in force for a data folder, which need not exist; raises `BadSetting` where it is damaged."""
    from pratique.storage.popular import PopularFile

    listing = PopularFile(data).read()
    return InForce(popular=listing.popular if listing else default_popular(), listing=listing)


async def import_popular(where: str, data: Path, *, anyway: bool = False) -> Fresh:
    """Read a list and keep it in a data folder; raises what `fresh_list` does, and `StorageError`."""
    import asyncio

    from pratique.aftercare.popular import fresh_list
    from pratique.errors import BadSetting
    from pratique.storage.popular import PopularFile
    from pratique.upstream.feed import HttpFeed

    try:
        in_force = popular_in(data).popular
    except BadSetting:
        in_force = default_popular()  # what is damaged is about to be replaced
    async with HttpFeed() as feed:
        fresh = await fresh_list(where, feed=feed, now=SystemClock().now(), in_force=in_force, anyway=anyway)
    await asyncio.to_thread(PopularFile(data).keep, fresh.listing)
    return fresh


@asynccontextmanager
async def guard_in(data: Path) -> AsyncIterator[Guard]:
    """What guards the private names of a data folder, by the policy that came into force there last."""
    from pratique.gateway.guarding import Guard
    from pratique.gateway.policies import Policies
    from pratique.policy.reading import read_policy
    from pratique.wiring.outside import own_index
    from pratique.wiring.stores import book_in, releases_in

    async with book_in(data, make=False) as book, releases_in(data, make=False) as releases:
        policy = read_policy((await book.policy() or ("", ""))[1], "in force")
        yield Guard(
            local=own_index(releases),
            policies=Policies(policy, heeds_all=True),
            clock=SystemClock(),
            popular=popular_in(data).popular,
        )


def reset_popular(data: Path) -> bool:
    """Go back to the list that ships; says whether there was another one."""
    from pratique.storage.popular import PopularFile

    return PopularFile(data).forget()
