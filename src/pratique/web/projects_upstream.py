"""``/projects/NAME/`` of a project that lives at the upstream: what is known and kept of it here."""

from __future__ import annotations

from aiohttp import web

from pratique.errors import NotFound
from pratique.names import ProjectName
from pratique.ports import EventKind
from pratique.web.console import alike, page
from pratique.web.keys import SITE

_SHOWN = 100
_ANSWERS = (EventKind.DOWNLOAD, EventKind.REFUSAL, EventKind.LATE)


async def upstreams_page(request: web.Request, name: ProjectName) -> web.Response:
    """What the upstream's page said when it was seen last, what was inspected, and who asked; raises `NotFound`."""
    site = request.app[SITE]
    known, judged = await site.store.page(name), await site.gateway.judged(name)
    events = await site.store.events(project=name, kinds=_ANSWERS, limit=_SHOWN)
    if known is None and not judged and not events:
        raise NotFound(
            f"Nothing is known of {name} here: it is no project of our own, and no client has asked for it.",
            remedy=f"Ask for it once, for example with `pip download {name}`.",
        )
    listed, fetched = known or (None, None)
    return page(
        request,
        "projects/upstream.html",
        name=name,
        listed=listed,
        fetched=fetched,
        judged=judged[:_SHOWN],
        more=len(judged) > _SHOWN,
        events=alike(events),
        index=f"{request.url.origin()}/simple/",
    )
