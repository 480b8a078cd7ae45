"""The quarantine: what the gateway holds, and what reviewers decide about it."""

from __future__ import annotations

from pratique.accounts.principal import Scope
from pratique.errors import BadSetting
from pratique.review.expiry import until
from pratique.uploads.refusal import UploadRefused
from pratique.web.api import converting, sent, values
from pratique.web.api.endpoint import Call, Endpoint
from pratique.web.api.permission import clock_of
from pratique.web.deciding import Deed, assessed, decide, desk_of

_MOST = 200


async def _listed(call: Call) -> tuple[values.Held, ...]:
    held = await desk_of(call.site).reviewing().held(most=_MOST)
    return tuple(converting.held(one.assessed) for one in held)


async def _shown(call: Call) -> values.Held:
    return converting.held(await assessed(call.site, call.given("filename"), call.given("sha256")))


async def _review(call: Call) -> values.Held:
    one = await assessed(call.site, call.given("filename"), call.given("sha256"))
    try:
        await decide(call.site, one, _deed(call))
    except BadSetting as error:
        raise UploadRefused(error.message, remedy=error.remedy, status=409) from error
    return await _shown(call)


def _deed(call: Call) -> Deed:
    told = call.sent(sent.Decision)
    return Deed(
        answer=told.answer,
        reason=told.reason,
        actor=call.who.user,
        seen=told.seen,
        meant=told.malicious,
        expires=until(told.until, clock_of(call).now()) if told.until is not None else None,
    )


_FILE = "/quarantine/{sha256}/{filename}"
ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/quarantine",
        name="list_held",
        summary=f"The {_MOST} files of the upstream's that are held or refused and were asked for last.",
        scopes=(Scope.READ,),
        answers=tuple[values.Held, ...],
        handler=_listed,
    ),
    Endpoint(
        method="GET",
        path=_FILE,
        name="show_held",
        summary="A file that somebody asked for, and what stands against it.",
        scopes=(Scope.READ,),
        answers=values.Held,
        handler=_shown,
    ),
    Endpoint(
        method="POST",
        path=f"{_FILE}/review",
        name="review_held",
        summary="Release exactly these bytes, or reject them. Nobody lets their own upload pass.",
        scopes=(Scope.REVIEW,),
        takes=sent.Decision,
        answers=values.Held,
        conflicts=True,
        handler=_review,
    ),
)
