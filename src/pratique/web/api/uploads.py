"""Uploads: in which state they are, and the review of those that are held."""

from __future__ import annotations

from pratique.accounts.principal import Scope
from pratique.errors import NotFound
from pratique.names import distribution_name
from pratique.releases import State
from pratique.web.api import converting, sent, values
from pratique.web.api.endpoint import Call, Endpoint, Query
from pratique.web.api.permission import publishing, releases_of


async def _listed(call: Call) -> tuple[values.File, ...]:
    asked = call.query.get("state")
    return tuple(map(converting.file, await publishing(call).uploads(State(asked) if asked else None)))


async def _shown(call: Call) -> values.File:
    filename = distribution_name(call.given("filename")).filename
    found = await releases_of(call).file(filename)
    if found is None:
        raise NotFound(f"Nobody uploaded {filename}.", remedy="See the uploads.")
    return converting.file(found)


async def _review(call: Call) -> values.File:
    filename = distribution_name(call.given("filename")).filename
    review = call.sent(sent.Review)
    acts, reason = publishing(call), " ".join(review.reason.split())
    decide = acts.approve if review.approve else acts.reject
    return converting.file(await decide(filename, reason, by=call.who.user))


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/uploads",
        name="list_uploads",
        summary="The latest 200 uploads, the newest first.",
        scopes=(Scope.READ,),
        query=(Query(name="state", about="Only those in this state: held is what waits for a reviewer.", among=State),),
        answers=tuple[values.File, ...],
        handler=_listed,
    ),
    Endpoint(
        method="GET",
        path="/uploads/{filename}",
        name="show_upload",
        summary="An upload and its state, for whoever waits for it.",
        scopes=(Scope.READ,),
        answers=values.File,
        handler=_shown,
    ),
    Endpoint(
        method="POST",
        path="/uploads/{filename}/review",
        name="review_upload",
        summary="Publish an upload that is held, or turn it down. Nobody lets their own pass.",
        scopes=(Scope.REVIEW,),
        takes=sent.Review,
        answers=values.File,
        conflicts=True,
        handler=_review,
    ),
)
