"""``/audit/``: who decided what, and whether the record of it is what it was; ``/policy/``: what is in force."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from aiohttp import web

from pratique.audit import Entry
from pratique.policy.actions import actions_of
from pratique.printable import printable
from pratique.review.looking import look
from pratique.web.accounts.gate import for_people, reviewer, show
from pratique.web.console import page_number
from pratique.web.deciding import desk_of
from pratique.web.keys import SITE

_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry, with its details in pairs."""

    entry: Entry
    details: tuple[tuple[str, str], ...]


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [
        web.get("/audit", _to_audit),
        web.get("/audit/", for_people(_audit)),
        web.get("/policy", _to_policy),
        web.get("/policy/", for_people(_policy)),
    ]


async def _to_audit(_request: web.Request) -> web.Response:
    raise web.HTTPMovedPermanently("/audit/")


async def _to_policy(_request: web.Request) -> web.Response:
    raise web.HTTPMovedPermanently("/policy/")


async def _audit(request: web.Request) -> web.StreamResponse:
    """The newest entries first; the whole log is verified each time: a look that trusts the last one proves nothing."""
    await reviewer(request)
    desk = desk_of(request.app[SITE])
    entries, outcome = await look(desk.log, await asyncio.to_thread(desk.heads))
    number = page_number(request.query.get("page", "1"))
    last = len(entries) - (number - 1) * _SHOWN
    shown = entries[max(0, last - _SHOWN) : max(0, last)]
    return await show(
        request,
        "audit/log.html",
        lines=[Line(entry=entry, details=_details(entry)) for entry in reversed(shown)],
        outcome=outcome,
        number=number,
        more=last > _SHOWN,
    )


def _details(entry: Entry) -> tuple[tuple[str, str], ...]:
    try:
        found = json.loads(entry.detail)
    except ValueError:
        return (("detail", entry.detail),)
    if not isinstance(found, dict):
        return (("detail", entry.detail),)
    return tuple((str(name), _text(value)) for name, value in found.items() if value not in (None, "", []))


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


async def _policy(request: web.Request) -> web.StreamResponse:
    """Which policy is in force, its own words, and all names that are kept."""
    await reviewer(request)
    desk, releases = desk_of(request.app[SITE]), request.app[SITE].releases
    private = desk.policies.main.private
    return await show(
        request,
        "audit/policy.html",
        described=desk.policies.described,
        indexes=[(name, actions_of(one)) for name, one in (("", desk.policies.main), *desk.policies.main.indexes)],
        text="\n".join(printable(line) for line in desk.policies.source.text.splitlines()),
        names=sorted(private.names),
        prefixes=sorted(private.prefixes),
        why=private.reason,
        private=list((await releases.private()).values()) if releases else [],
        prohibited=list((await releases.prohibited()).values()) if releases else [],
    )
