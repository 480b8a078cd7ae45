"""``/quarantine/``: what is held and why, for everybody; and each file of it, for reviewers to decide about."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from pratique.accounts.entrance import SignedIn
from pratique.accounts.principal import NotAllowed
from pratique.errors import BadSetting, NotFound, PratiqueError
from pratique.gateway.reviewing import Assessed, Held
from pratique.names import distribution_name, sha256_digest
from pratique.policy import Objection
from pratique.releases import State
from pratique.review.expiry import until
from pratique.web.accounts.gate import accounts, for_people, form, reviewer, show, to
from pratique.web.console import page
from pratique.web.desk import Desk
from pratique.web.keys import SITE

_SHOWN = 100
_REASON = 500
_SPANS = {"": "for good", "7d": "for 7 days", "30d": "for 30 days", "90d": "for 90 days"}


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [
        web.get("/quarantine", _redirect),
        web.get("/quarantine/", _queue),
        web.get("/quarantine/{sha256}/{filename}", for_people(_file)),
        web.post("/quarantine/{sha256}/{filename}", for_people(_decide)),
    ]


def desk_of(request: web.Request) -> Desk:
    """What reviewers work with; raises `NotFound` where there is none."""
    found = request.app[SITE].desk
    if found is None:
        raise NotFound("Nothing is reviewed on this server.")
    return found


async def _redirect(_request: web.Request) -> web.Response:
    raise web.HTTPMovedPermanently("/quarantine/")


async def _queue(request: web.Request) -> web.Response:
    """What is held, the last asked for first; ``?all=1`` what was held once as well."""
    everything = request.query.get("all") == "1"
    desk, releases = desk_of(request), request.app[SITE].releases
    held = await desk.reviewing().held(everything=everything, most=_SHOWN + 1)
    return page(
        request,
        "quarantine/list.html",
        held=held[:_SHOWN],
        more=len(held) > _SHOWN,
        everything=everything,
        first=_first,
        uploads=await releases.uploads(State.HELD, limit=_SHOWN) if releases else (),
        policy=desk.policies.described,
    )


def _first(one: Held) -> str:
    """The one thing that is said of it in a list."""
    standing = _standing(one.assessed)
    return standing[0].reason if standing else "nothing holds it any more"


async def _file(request: web.Request) -> web.StreamResponse:
    await reviewer(request)
    return await _shown(request, await _assessed(request))


async def _decide(request: web.Request) -> web.StreamResponse:
    who, fields = await reviewer(request), await form(request)
    one = await _assessed(request)
    try:
        await _carry_out(request, who, one, fields)
    except BadSetting as error:
        return await _shown(request, one, error)
    return to(request.path)


async def _carry_out(request: web.Request, who: SignedIn, one: Assessed, fields: Mapping[str, str]) -> None:
    """Release or reject exactly these bytes; raises `BadSetting`, `NotAllowed`."""
    reason, actor = fields.get("reason", "")[:_REASON], str(who.user.name)
    if fields.get("seen") != _seen(one):
        raise BadSetting(
            "Something else is said of this file than when you loaded the page.", remedy="Read it, then decide."
        )
    expires = _expires(fields, accounts(request).parts.clock.now())
    reviewing = desk_of(request).reviewing()
    match fields.get("deed"):
        case "release":
            await _not_ones_own(request, one, actor)
            if one.grave and fields.get("sha256", "").strip().lower() != one.case.sha256:
                raise BadSetting(
                    "This file is called malicious, and its SHA-256 was not given whole.",
                    remedy="If it is to pass all the same, copy the SHA-256 into the form.",
                )
            await reviewing.release(one, reason=reason, actor=actor, expires=expires)
        case "reject":
            await reviewing.reject(one, reason=reason, actor=actor, expires=expires)
        case _:
            raise NotAllowed("This is nothing that can be done here.", remedy="Go back and load the page again.")


async def _not_ones_own(request: web.Request, one: Assessed, actor: str) -> None:
    releases = request.app[SITE].releases
    file = await releases.file(one.case.filename) if releases else None
    if file is not None and file.sha256 == one.case.sha256 and file.uploader == actor:
        raise NotAllowed(f"{actor} uploaded {file.filename}: nobody lets their own files pass.", remedy="Ask another.")


def _expires(fields: Mapping[str, str], now: datetime) -> datetime | None:
    text = fields.get("until", "").strip() or fields.get("expires", "").strip()
    return until(text, now) if text else None


async def _assessed(request: web.Request) -> Assessed:
    sha256 = sha256_digest(request.match_info["sha256"])
    filename = distribution_name(request.match_info["filename"]).filename
    return await desk_of(request).reviewing().of(filename, sha256)


async def _shown(request: web.Request, one: Assessed, error: PratiqueError | None = None) -> web.StreamResponse:
    return await show(
        request,
        "quarantine/file.html",
        status=400 if error else 200,
        error=error,
        one=one,
        case=one.case,
        standing=_standing(one),
        lifted=[objection for objection in one.objections if objection.lifted],
        seen=_seen(one),
        spans=_SPANS,
        holds=one.case.review is not None and one.case.review.holds(accounts(request).parts.clock.now()),
        policy=desk_of(request).policies.described,
    )


def _standing(one: Assessed) -> list[Objection]:
    """What speaks against a file and is not lifted, the strictest first."""
    found = [objection for objection in one.objections if not objection.lifted and objection.action.strictness]
    return sorted(found, key=lambda objection: -objection.action.strictness)


def _seen(one: Assessed) -> str:
    """Changes with all that is said of a file: a release lifts that, so its reviewer has to have read it."""
    told = sorted(f"{objection.key} {objection.action} {objection.lifted}" for objection in one.objections)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
