"""``/quarantine/``: what is held and why, for everybody; and each file of it, for reviewers to decide about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from pratique.accounts.entrance import SignedIn
from pratique.accounts.principal import NotAllowed
from pratique.errors import BadSetting, PratiqueError
from pratique.gateway.reviewing import Assessed, Held
from pratique.policy import Answer
from pratique.releases import State
from pratique.review.expiry import until
from pratique.web.accounts.gate import accounts, for_people, form, reviewer, reviewing, show, to
from pratique.web.console import page
from pratique.web.deciding import Deed, assessed, decide, desk_of, seen, standing
from pratique.web.keys import SITE
from pratique.web.queue import QUEUE, SHOWN

_REASON = 500
_ANSWERS = {"release": Answer.RELEASE, "reject": Answer.REJECT}
_SPANS = {"": "for good", "7d": "for 7 days", "30d": "for 30 days", "90d": "for 90 days"}


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [
        web.get("/quarantine", _redirect),
        web.get("/quarantine/", _queue),
        web.get("/quarantine/{sha256}/{filename}", for_people(_file)),
        web.post("/quarantine/{sha256}/{filename}", for_people(_decide)),
    ]


async def _redirect(_request: web.Request) -> web.Response:
    raise web.HTTPMovedPermanently("/quarantine/")


async def _queue(request: web.Request) -> web.Response:
    """What is held, the last asked for first; ``?all=1`` what was held once as well."""
    everything = request.query.get("all") == "1"
    desk, releases = desk_of(request.app[SITE]), request.app[SITE].releases
    queue, reviews = request.app[QUEUE], reviewing(request)
    held = await (queue.now if reviews else queue.lately)(desk.reviewing(), everything=everything)
    return page(
        request,
        "quarantine/list.html",
        held=held[:SHOWN],
        more=len(held) > SHOWN,
        everything=everything,
        first=_first,
        uploads=await releases.uploads(State.HELD, limit=SHOWN) if releases else (),
        policy=desk.policies.described if reviews else "",
    )


def _first(one: Held) -> str:
    """The one thing that is said of it in a list."""
    found = standing(one.assessed)
    return found[0].reason if found else "nothing holds it any more"


async def _file(request: web.Request) -> web.StreamResponse:
    await reviewer(request)
    return await _shown(request, await _assessed(request))


async def _decide(request: web.Request) -> web.StreamResponse:
    who, fields = await reviewer(request), await form(request)
    one = await _assessed(request)
    try:
        await decide(request.app[SITE], one, _deed(request, who, one, fields))
    except BadSetting as error:
        return await _shown(request, one, error)
    return to(request.path)


def _deed(request: web.Request, who: SignedIn, one: Assessed, fields: Mapping[str, str]) -> Deed:
    """What the form says; raises `BadSetting`, `NotAllowed`."""
    answer = _ANSWERS.get(fields.get("deed", ""))
    if answer is None:
        raise NotAllowed("This is nothing that can be done here.", remedy="Go back and load the page again.")
    meant = fields.get("sha256", "").strip().lower() == one.case.sha256
    if answer is Answer.RELEASE and one.grave and not meant:
        raise BadSetting(
            "This file is called malicious, and its SHA-256 was not given whole.",
            remedy="If it is to pass all the same, copy the SHA-256 into the form.",
        )
    return Deed(
        answer=answer,
        reason=fields.get("reason", "")[:_REASON],
        actor=str(who.user.name),
        seen=fields.get("seen", ""),
        meant=meant,
        expires=_expires(fields, accounts(request).parts.clock.now()),
    )


def _expires(fields: Mapping[str, str], now: datetime) -> datetime | None:
    text = fields.get("until", "").strip() or fields.get("expires", "").strip()
    return until(text, now) if text else None


async def _assessed(request: web.Request) -> Assessed:
    return await assessed(request.app[SITE], request.match_info["filename"], request.match_info["sha256"])


async def _shown(request: web.Request, one: Assessed, error: PratiqueError | None = None) -> web.StreamResponse:
    return await show(
        request,
        "quarantine/file.html",
        status=400 if error else 200,
        error=error,
        one=one,
        case=one.case,
        standing=standing(one),
        lifted=[objection for objection in one.objections if objection.lifted],
        seen=seen(one),
        spans=_SPANS,
        holds=one.case.review is not None and one.case.review.holds(accounts(request).parts.clock.now()),
        policy=desk_of(request.app[SITE]).policies.described,
    )
