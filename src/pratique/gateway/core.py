"""The core that whoever judges files of an index shares: its pages, its files, what is known, and the verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from pratique.gateway.asked import Known
from pratique.gateway.assessing import Assessor
from pratique.gateway.fetching import Fetcher
from pratique.gateway.judging import Judge
from pratique.gateway.pages import Pages
from pratique.gateway.parts import Ports
from pratique.gateway.policies import Policies
from pratique.gateway.vouching import NoVouching, Vouching
from pratique.names import ProjectName
from pratique.review.kept import Decisions


def fetcher_of(ports: Ports) -> Fetcher:
    """What brings files in."""
    return Fetcher(store=ports.store, blobs=ports.blobs, upstream=ports.upstream, cache=ports.cache, clock=ports.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """From a page to a decision."""

    pages: Pages
    fetcher: Fetcher
    assessor: Assessor
    judge: Judge

    @classmethod
    def of(
        cls,
        ports: Ports,
        policies: Policies,
        *,
        fresh: timedelta,
        fetcher: Fetcher,
        private: Callable[[ProjectName], str] = lambda _: "",
        vouching: Vouching | None = None,
    ) -> Core:
        """Out of everything outside; ``fresh`` and ``private`` as `Pages` has them; ``vouching``: who built files."""
        pages = Pages(
            store=ports.store,
            upstream=ports.upstream,
            clock=ports.clock,
            fresh=fresh,
            local=ports.local,
            private=private,
        )
        assessor = Assessor(
            Known(
                store=ports.store,
                clock=ports.clock,
                advisories=ports.advisories,
                local=ports.local,
                listings=pages,
                decisions=Decisions(ports.reviews, ports.clock),
                policies=policies,
                engine=ports.inspector.engine,
                vouching=vouching or NoVouching(),
                popular=ports.popular,
            )
        )
        judge = Judge(store=ports.store, inspector=ports.inspector, clock=ports.clock, assessor=assessor)
        return cls(pages=pages, fetcher=fetcher, assessor=assessor, judge=judge)

    async def close(self) -> None:
        """End what is under way; nothing half done is left."""
        await self.judge.close()
        await self.fetcher.close()
        await self.pages.close()
