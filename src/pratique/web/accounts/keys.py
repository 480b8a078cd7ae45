"""WebAuthn as scripts speak it: options out, answers in, as JSON. Errors are problems (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aiohttp import web

from pratique.accounts.principal import NotAllowed
from pratique.web.accounts.entering import owing
from pratique.web.accounts.gate import accounts, check_secret, enrolling, enter, place, relying, visit

_SCRIPT = "application/json"


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [
        web.post("/account/second/key/options", _ask),
        web.post("/account/second/key", _prove),
        web.post("/account/factors/keys/options", _ask_new),
        web.post("/account/factors/keys", _add),
    ]


async def read(request: web.Request) -> Mapping[str, object]:
    """What a script of ours sent; raises `NotAllowed` for what any other did."""
    if request.content_type != _SCRIPT:
        raise NotAllowed("This is no request of ours.", remedy="Go back and load the page again.")
    try:
        given = json.loads(await request.text())
    except (ValueError, RecursionError, LookupError) as error:
        raise NotAllowed("This is no JSON.", remedy="Go back and load the page again.") from error
    fields = given if isinstance(given, dict) else {}
    await check_secret(request, str(fields.get("csrf", "")))
    return fields


async def _ask(request: web.Request) -> web.StreamResponse:
    who, _ = await owing(request), await read(request)
    return _json(await accounts(request).second.begin_key(who, relying(request)))


async def _prove(request: web.Request) -> web.StreamResponse:
    who, fields = await owing(request), await read(request)
    answer = json.dumps(fields.get("answer"))
    entered = await accounts(request).second.prove_key(who, answer, relying(request), visit(request))
    return enter(request, _json(json.dumps({"next": place(str(fields.get("next", "")))})), entered)


async def _ask_new(request: web.Request) -> web.StreamResponse:
    who, _ = await enrolling(request), await read(request)
    return _json(await accounts(request).second.begin_adding(who, relying(request)))


async def _add(request: web.Request) -> web.StreamResponse:
    who, fields = await enrolling(request), await read(request)
    entered, codes = await accounts(request).second.finish_adding(
        who, json.dumps(fields.get("answer")), str(fields.get("name", "")), relying(request), visit(request)
    )
    response = _json(json.dumps({"next": "/account/factors", "codes": codes}))
    return enter(request, response, entered) if entered else response


def _json(text: str) -> web.Response:
    return web.Response(body=text.encode(), headers={"Content-Type": _SCRIPT, "Cache-Control": "no-store"})
