"""What reviewers work with, in the console of a running server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.gateway.gateway import Gateway, Ports
from pratique.wiring.folder import database_of, folder_of
from pratique.wiring.stores import head_files

if TYPE_CHECKING:
    from pratique.gateway.assessing import Known
    from pratique.review.looking import Heads
    from pratique.storage.review import SqlBook
    from pratique.web.desk import Desk


@asynccontextmanager
async def console_over(data: Path, ports: Ports, gateway: Gateway, book: SqlBook) -> AsyncIterator[Desk]:
    """The console's desk beside a gateway, until the end."""
    from pratique.gateway.reviewing import Reviewing
    from pratique.storage.review_requests import SqlRequests
    from pratique.web.desk import Desk

    folder = await asyncio.to_thread(folder_of, data)
    requests = SqlRequests(database_of(folder))
    try:
        yield Desk(
            reviewing=lambda: Reviewing(_known(ports, gateway, book), book=book, requests=requests),
            policies=gateway.policies,
            log=book,
            heads=lambda: heads_in(folder),
        )
    finally:
        await requests.close()


def _known(ports: Ports, gateway: Gateway, book: SqlBook) -> Known:
    """Everything that is known now: every signal, whether it could change a decision or not."""
    from pratique.gateway.assessing import Known
    from pratique.gateway.offline import StoredListings
    from pratique.gateway.policies import Policies
    from pratique.review.kept import Decisions

    policies = Policies(gateway.policies.main, heeds_all=True)
    return Known(
        store=ports.store,
        clock=ports.clock,
        advisories=ports.advisories,
        local=ports.local,
        listings=StoredListings(store=ports.store, local=ports.local, policies=policies),
        decisions=Decisions(book, ports.clock),
        policies=policies,
        engine=ports.inspector.engine,
        vouching=gateway.vouching,
        popular=ports.popular,
    )


def heads_in(folder: Path) -> Heads:
    """The heads of the audit log that are kept outside of the database; raises `StorageError`."""
    from pratique.review.looking import Heads
    from pratique.storage.review_head import read_heads

    paths = head_files(folder)
    there = [path for path in paths if path.exists()]
    heads = tuple(head for path in there for head in read_heads(path))
    return Heads(heads=heads, missing=tuple(str(path) for path in paths if path not in there))
