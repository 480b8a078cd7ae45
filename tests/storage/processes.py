"""Starts the programs of `tests.storage.children`."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def child(name: str, folder: Path) -> AsyncIterator[Process]:
    """A child program; killed at the end, if it still lives."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.storage.children", name, str(folder), stdout=PIPE, cwd=_ROOT
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
