"""Where a scanner reports tokens that it found: each is revoked at once, and its owner told.

Whoever holds a whole token may report it without logging in: the worst that they could do with it is worse.
"""

from __future__ import annotations

import json

from aiohttp import web

from pratique.web.accounts.gate import accounts
from pratique.web.answers import problem

_MOST = 100
_REMEDY = 'Send a JSON array of objects: [{"token": "prat_...", "url": "where it was found"}].'


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [web.post("/api/v1/leaked-tokens", _report)]


async def _report(request: web.Request) -> web.StreamResponse:
    try:
        given = json.loads(await request.text())
    except (ValueError, RecursionError, LookupError):
        return problem(400, f"This is no JSON. {_REMEDY}")
    found = given if isinstance(given, list) else [given]
    if len(found) > _MOST or not all(isinstance(one, dict) and isinstance(one.get("token"), str) for one in found):
        return problem(400, f"These are not up to {_MOST} reports. {_REMEDY}")
    answers = [
        {
            "token": f"{one['token'][:9]}...",
            "revoked": await accounts(request).access.leaked(one["token"], where=str(one.get("url", ""))),
        }
        for one in found
    ]
    return web.Response(body=json.dumps(answers).encode(), headers={"Content-Type": "application/json"})
