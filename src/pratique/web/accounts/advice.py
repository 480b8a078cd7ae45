"""Advice on a password while it is typed: the same words as when the form is sent. Nothing of it is kept."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

from aiohttp import web

from pratique.accounts.passwords import by_itself
from pratique.accounts.strength import LONGEST, normal, strength
from pratique.accounts.throttle import Limit, Throttle
from pratique.web.accounts.gate import accounts, present, visit
from pratique.web.accounts.keys import read

_THROTTLE: web.AppKey[Throttle] = web.AppKey("advice", Throttle)
_LIMIT = Limit(attempts=600, within=timedelta(minutes=5))


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [web.post("/account/advice", _advise)]


def throttle_in(app: web.Application) -> None:
    """Give an application what counts its advice."""
    app[_THROTTLE] = Throttle((_LIMIT,))


async def _advise(request: web.Request) -> web.StreamResponse:
    fields = await read(request)
    now, address = accounts(request).parts.clock.now(), visit(request).address
    request.app[_THROTTLE].check(address, now)
    request.app[_THROTTLE].fail(address, now)
    password = normal(str(fields.get("password", ""))[: LONGEST + 1])
    hints = [*await _hints(request), *(str(fields.get(name, ""))[:100] for name in ("name", "email", "called"))]
    weighed = await asyncio.to_thread(strength, password, hints)
    problems = await asyncio.to_thread(by_itself, password, hints)
    said = " ".join(problem.text for problem in problems) or f"Strong enough. {weighed.advice}".strip()
    body = json.dumps({"score": weighed.score, "enough": not problems, "advice": said}).encode()
    return web.Response(body=body, headers={"Content-Type": "application/json", "Cache-Control": "no-store"})


async def _hints(request: web.Request) -> tuple[str, ...]:
    parts = accounts(request).parts
    who = await present(request)
    return await parts.hints(who.user) if who else parts.names
