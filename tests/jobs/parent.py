"""A program with an inspector, to be killed: ``python -m tests.jobs.parent FILE``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from pratique.jobs import PoolInspector
from pratique.names import Sha256
from pratique.ports import Priority, Ticket
from tests.jobs.tasks import obey


async def main() -> None:
    """Inspect one file."""
    path = Path(sys.argv[1])
    inspector = PoolInspector(engine="1", workers=1, task=obey)
    ticket = Ticket(filename="demo-1.tar.gz", sha256=Sha256(path.name), path=path)
    await inspector.inspect(ticket, priority=Priority.CLIENT)


if __name__ == "__main__":
    asyncio.run(main())
