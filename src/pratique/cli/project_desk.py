"""Own projects in a server's data folder, opened for one command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pratique.uploads.life import Publishing
    from pratique.uploads.reserving import Reserving

_T = TypeVar("_T")
DATA = Path("pratique-data")


def published(data: Path, work: Callable[[Publishing], Awaitable[_T]]) -> _T:
    """Run one use case over the data folder of a server, which may be running."""

    async def run() -> _T:
        from pratique.wiring import publishing_in

        async with publishing_in(data) as (publishing, _):
            return await work(publishing)

    return asyncio.run(run())


def reserved(data: Path, work: Callable[[Reserving], Awaitable[_T]]) -> _T:
    """The same, about which names are free."""

    async def run() -> _T:
        from pratique.wiring import publishing_in

        async with publishing_in(data) as (_, names):
            return await work(names)

    return asyncio.run(run())
