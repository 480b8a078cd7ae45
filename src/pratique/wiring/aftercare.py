"""What goes on beside serving: whoever wants to be told is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pratique.wiring.notices import telling
from pratique.wiring.settings import ServerSettings

if TYPE_CHECKING:
    from pratique.telling.herald import Herald
    from pratique.web.operation import Operation


@asynccontextmanager
async def looked_after(settings: ServerSettings, operation: Operation) -> AsyncIterator[None]:
    """Beside everything else, until the end; raises `BadSetting`."""
    async with telling(settings.aftercare.notify, settings.data, settings.accounts.public_url) as herald:
        if herald is not None:
            _show(herald, operation)
        yield


def _show(herald: Herald, operation: Operation) -> None:
    from pratique.telling.herald import described

    async def note() -> str:
        return described(herald.standing.backlog)

    watch = operation.metrics.watch
    watch("pratique_notices_pending", "Notices on their way to webhooks.", lambda: herald.standing.pending)
    watch("pratique_notices_dead", "Notices that were given up.", lambda: herald.standing.dead)
    watch("pratique_notices_delivered", "Notices delivered since the start.", lambda: herald.standing.delivered)
    watch("pratique_notices_failed", "Attempts that failed since the start.", lambda: herald.standing.failed)
    operation.notes.append(note)
