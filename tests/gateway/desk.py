"""A gateway, and a person beside it who reviews what it holds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pratique.errors import NotFound
from pratique.gateway.assessing import Known
from pratique.gateway.gateway import Gateway, Rules
from pratique.gateway.offline import StoredListings
from pratique.gateway.policies import Policies
from pratique.gateway.reviewing import Reviewing
from pratique.names import ProjectName
from pratique.policy.reading import read_policy
from pratique.ports import ProjectPage
from pratique.releases import NoLocal
from pratique.review.kept import Decisions
from pratique.review.looking import Heads
from pratique.storage.review import SqlBook, open_book
from pratique.storage.review_head import HeadFiles, read_heads
from pratique.storage.review_requests import SqlRequests
from pratique.web.desk import Desk
from tests.fakes.advisories import MemoryAdvisories
from tests.gateway.world import World, world


class Private(NoLocal):
    """A team that keeps a name for itself, under which nothing was published yet."""

    async def page(self, project: ProjectName) -> ProjectPage | None:
        """Nothing, and nothing of anybody else's."""
        if project == "acme-tools":
            raise NotFound(f"{project} is private.")
        return None


@dataclass
class Beside:
    """A gateway, and a person beside it."""

    made: World
    gateway: Gateway
    book: SqlBook
    requests: SqlRequests
    local: NoLocal
    head: Path

    def reviewing(self, policy: str | None = "") -> Reviewing:
        """The person's view, under a policy that comes into force; with none, under the one that is."""
        if policy is not None:
            self.gateway.policies.exchange(read_policy(policy))
        policies = Policies(self.gateway.policies.main, heeds_all=True)
        store, clock = self.made.store, self.made.clock
        known = Known(
            store=store,
            clock=clock,
            advisories=MemoryAdvisories(),
            local=self.local,
            listings=StoredListings(store=store, local=self.local, policies=policies),
            decisions=Decisions(self.book, clock),
            policies=policies,
            engine=self.made.inspector.engine,
        )
        return Reviewing(known, book=self.book, requests=self.requests)

    def console(self) -> Desk:
        """The same for the console."""
        return Desk(
            reviewing=lambda: self.reviewing(None),
            policies=self.gateway.policies,
            log=self.book,
            heads=lambda: Heads(heads=read_heads(self.head)) if self.head.exists() else Heads(),
        )


@asynccontextmanager
async def beside(folder: Path, files: Mapping[str, bytes]) -> AsyncIterator[Beside]:
    """Before an upstream with these files of one project."""
    url, local, head = f"sqlite:///{folder / 'db'}", Private(), folder / "audit-head"
    async with world(folder, files) as made:
        book = await open_book(url, HeadFiles(head))
        requests = SqlRequests(url)
        gateway = Gateway(replace(made.ports, reviews=book, local=local), Rules())
        try:
            yield Beside(made=made, gateway=gateway, book=book, requests=requests, local=local, head=head)
        finally:
            await gateway.close()
            await requests.close()
            await book.close()
