"""What goes on beside serving: everything kept is judged again, and whoever wants to be told is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.aftercare.removed import WithoutRemoved
from pratique.gateway.gateway import Gateway, Ports
from pratique.ports import Clock
from pratique.wiring.folder import database_of, folder_of, require_database
from pratique.wiring.settings import ServerSettings, UpstreamSettings
from pratique.wiring.terminal import tell

if TYPE_CHECKING:
    from pratique.aftercare.late import Late
    from pratique.aftercare.rejudging import Rejudging
    from pratique.aftercare.upstream import Following
    from pratique.storage.aftercare import SqlAftercare
    from pratique.web.operation import Operation


@asynccontextmanager
async def aftercare_in(data: Path, *, make: bool = False) -> AsyncIterator[SqlAftercare]:
    """What is looked at again, in a data folder; raises `BadSetting` where there is no database and none is made."""
    from pratique.storage.aftercare import open_aftercare

    await require_database(data, make=make)
    found = await open_aftercare(database_of(await asyncio.to_thread(folder_of, data)))
    try:
        yield found
    finally:
        await found.close()


@asynccontextmanager
async def looked_after(
    settings: ServerSettings, operation: Operation, ports: Ports, gateway: Gateway, refusing: WithoutRemoved
) -> AsyncIterator[None]:
    """Beside everything else, until the end; raises `BadSetting`."""
    from pratique.aftercare.late import Late
    from pratique.aftercare.rejudging import Rejudging
    from pratique.aftercare.upstream import Following
    from pratique.upstream.journal import HttpJournal

    async with aftercare_in(settings.data, make=True) as aftercare:
        judging = gateway.afterwards
        late = Late(aftercare=aftercare, judging=judging, clock=ports.clock, tell=tell)
        rejudging = Rejudging(
            engine=ports.inspector.engine,
            aftercare=aftercare,
            judging=judging,
            blobs=ports.blobs,
            late=late,
            clock=ports.clock,
            tell=tell,
            load=getattr(ports.inspector, "load", lambda: (0, 0)),
        )
        _show(operation, late, rejudging)
        async with AsyncExitStack() as stack:
            works = [late.run(), rejudging.run()]
            if settings.aftercare.follow_every:
                single = len(settings.upstreams.sources) < 2
                journal = await stack.enter_async_context(HttpJournal(_first(settings.upstreams))) if single else None
                following = Following(
                    removals=aftercare.removals(),
                    upstream=ports.upstream,
                    store=ports.store,
                    local=ports.local,
                    refusing=refusing,
                    late=late,
                    clock=ports.clock,
                    tell=tell,
                    every=settings.aftercare.follow_every,
                    private=gateway.policies.private,
                    journal=journal,
                )
                await following.begin()
                _show_following(following, operation, ports.clock)
                works.append(following.run())
            await stack.enter_async_context(_beside(*works))
            yield


def _first(upstreams: UpstreamSettings) -> str:
    """The index whose journal is followed; the journals of several would have to be told apart: there, pages are."""
    from pratique.upstream import default_upstream

    return upstreams.sources[0].url if upstreams.sources else default_upstream()


def _show_following(following: Following, operation: Operation, clock: Clock) -> None:
    async def note() -> str:
        lag = following.lag(clock.now())
        looked = f"looked at {lag:.0f} seconds ago" if lag >= 0 else "not looked at yet"
        failed = f", and the last look failed: {following.followed.error}" if following.followed.error else ""
        return f"removals at the upstream: {looked}{failed}\n"

    watch = operation.metrics.watch
    told = "Seconds since the upstream was last looked at for removals."
    watch("pratique_upstream_lag_seconds", told, lambda: following.lag(clock.now()))
    operation.notes.append(note)


@asynccontextmanager
async def _beside(*works: Coroutine[object, object, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work, name="pratique-aftercare") for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _show(operation: Operation, late: Late, rejudging: Rejudging) -> None:
    async def note() -> str:
        left = rejudging.progress.left
        return f"rejudging: {left} kept files are left for the engine in use\n" if left else ""

    watch = operation.metrics.watch
    watch("pratique_late_verdicts", "Files that turned bad after they were given out.", lambda: late.found)
    watch("pratique_rejudge_left", "Kept files that are still to be judged again.", lambda: rejudging.progress.left)
    watch("pratique_rejudge_judged", "Kept files that were judged again.", lambda: rejudging.progress.judged)
    watch("pratique_rejudge_gone", "Files that are not kept any more.", lambda: rejudging.progress.gone)
    watch("pratique_rejudge_failing", "Kept files that cannot be inspected.", lambda: rejudging.progress.failing)
    operation.notes.append(note)
