"""Hostile distributions, inspected by a real worker with less memory than most machines have."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path

from pratique.jobs import PoolInspector
from pratique.names import Sha256
from pratique.ports import Priority, Ticket
from pratique.screen import screen_file
from pratique.verdict import Report

MEMORY = 600 << 20
"""Bytes of private data that the worker may have: who needs more ends it, and the report says so."""
WHEEL = "example_pkg-1.0-py3-none-any.whl"


def inspected(
    folder: Path, archives: Mapping[str, bytes], *, file_seconds: float = 10.0, memory: int = MEMORY
) -> dict[str, Report]:
    """The report on each archive, in their order."""
    pool = PoolInspector(
        engine="1", workers=1, task=screen_file, seconds=100, memory_bytes=memory, file_seconds=file_seconds
    )
    return asyncio.run(_inspected(pool, folder, archives))


async def _inspected(pool: PoolInspector, folder: Path, archives: Mapping[str, bytes]) -> dict[str, Report]:
    reports = {}
    try:
        for name, data in archives.items():
            path = folder / "archive"
            path.write_bytes(data)
            digest = Sha256(hashlib.sha256(data).hexdigest())
            ticket = Ticket(filename=WHEEL, sha256=digest, path=path, size=len(data))
            reports[name] = await pool.inspect(ticket, priority=Priority.CLIENT)
    finally:
        await pool.close()
    return reports
