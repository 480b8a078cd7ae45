"""``/healthz``, ``/readyz`` and ``/metrics``, for whatever watches the server."""

from __future__ import annotations

import asyncio

from aiohttp import web

from pratique.errors import PratiqueError
from pratique.web.keys import SITE
from pratique.web.operation.model import OPERATION, Check
from pratique.web.osv import freshness

_SECONDS = 5.0
"""A check that takes longer has failed."""
_TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [web.get("/healthz", _alive), web.get("/readyz", _ready), web.get("/metrics", _metrics)]


async def _alive(_request: web.Request) -> web.Response:
    """The process answers: restart it only where this fails."""
    return web.Response(body=b"ok\n", headers=_TEXT)


async def _ready(request: web.Request) -> web.Response:
    """200 where files can be served; 503 with a line for each reason why not."""

    async def database() -> str:
        await request.app[SITE].store.events(limit=1)
        return ""

    checks = (database, *request.app[OPERATION].checks)
    reasons = [reason for reason in await asyncio.gather(*map(_outcome, checks)) if reason]
    if reasons:
        return web.Response(status=503, body="".join(f"{r}\n" for r in ["not ready", *reasons]).encode(), headers=_TEXT)
    notes = [await freshness(request), *[await note() for note in request.app[OPERATION].notes]]
    return web.Response(body=f"ready\n{''.join(notes)}".encode(), headers=_TEXT)


async def _outcome(check: Check) -> str:
    try:
        return await asyncio.wait_for(check(), _SECONDS)
    except TimeoutError:
        return f"{check.__name__}: no answer within {_SECONDS:g} seconds"
    except PratiqueError as error:
        return f"{check.__name__}: {error}"


async def _metrics(request: web.Request) -> web.Response:
    """Prometheus' text format."""
    text = await asyncio.to_thread(request.app[OPERATION].metrics.text)
    return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
