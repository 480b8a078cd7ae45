"""Programs that a test starts in order to kill them: ``python -m tests.storage.children NAME FOLDER``."""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path

from pratique.errors import StorageError
from pratique.storage.database import open_store
from pratique.storage.disk import DiskBlobs
from tests.fakes.values import an_event


def say(text: str) -> None:
    """A line that the test reads at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def record(folder: Path) -> None:
    """Record events from many tasks for ever, naming each once it is durable."""
    store = await open_store(f"sqlite:///{folder / 'p.db'}")

    async def client(first: int) -> None:
        for number in range(first, sys.maxsize, 16):
            await store.record([an_event(number)])
            say(an_event(number).request)

    await asyncio.gather(*(client(first) for first in range(16)))


async def spool(folder: Path) -> None:
    """Be in the middle of a blob for ever."""
    async with DiskBlobs(folder).spool() as writer:
        await writer.write(b"x" * (2 << 20))
        say("spooling")
        await asyncio.Event().wait()


async def overflow(folder: Path) -> None:
    """Write more than the system lets a file have, as on a full disk."""
    blobs = DiskBlobs(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    try:
        async with blobs.spool() as writer:
            for _ in range(4):
                await writer.write(b"x" * (1 << 20))
    except StorageError as error:
        say(str(error))
    say(f"{_count(folder)} files")
    blobs.close()


def _count(folder: Path) -> int:
    return sum(path.is_file() and path.name != ".lock" for path in folder.rglob("*"))


def main() -> None:
    """Run the one that is named."""
    programs = {"record": record, "spool": spool, "overflow": overflow}
    asyncio.run(programs[sys.argv[1]](Path(sys.argv[2])))


if __name__ == "__main__":
    main()
