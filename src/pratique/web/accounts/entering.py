"""Log-in, second factor by code, log-out."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import hdrs, web

from pratique.accounts.entrance import SignedIn
from pratique.accounts.model import Level
from pratique.accounts.principal import NotAllowed, NotAuthenticated, Throttled
from pratique.web.accounts.gate import (
    accounts,
    enter,
    for_people,
    form,
    leave,
    place,
    present,
    show,
    signed_in,
    to,
    told,
    visit,
)


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [
        web.get("/account/log-in", for_people(_page)),
        web.post("/account/log-in", for_people(_log_in)),
        web.get("/account/second", for_people(_second_page)),
        web.post("/account/second", for_people(_second)),
        web.post("/account/log-out", for_people(_log_out)),
    ]


async def _page(request: web.Request) -> web.StreamResponse:
    after = place(request.query.get("next", ""))
    if await present(request):
        await signed_in(request)
        return to(after)
    return await show(request, "log-in.html", error=None, name="", after=after, nobody=await _nobody(request))


async def _nobody(request: web.Request) -> bool:
    """Whether there is no administrator yet, whom one could ask for a link."""
    return not await accounts(request).people.has_administrator()


async def _log_in(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    name, after = fields.get("name", ""), place(fields.get("next", ""))
    try:
        entered = await accounts(request).entrance.log_in(name, fields.get("password", ""), visit(request))
    except (NotAuthenticated, NotAllowed) as error:
        return await _refused(request, error, "log-in.html", name=name[:40], after=after, nobody=False)
    if (before := await present(request)) is not None:
        await accounts(request).entrance.log_out(before.session)
    steps = {Level.HALF: _second_then(after), Level.ENROL: "/account/factors", Level.FULL: after}
    return enter(request, to(steps[entered.session.level]), entered)


def _second_then(after: str) -> str:
    """Where the second factor is asked for, that leads on to what was wanted."""
    return "/account/second" if after == place("") else f"/account/second?next={quote(after, safe='/')}"


async def owing(request: web.Request) -> SignedIn:
    """Whoever owes the second factor; others are led on."""
    who = await present(request)
    if who is None or who.session.level is not Level.HALF:
        await signed_in(request)
        raise web.HTTPSeeOther("/account/")
    return who


async def _second_page(request: web.Request) -> web.StreamResponse:
    who = await owing(request)
    keys = await accounts(request).second.keys(who.user.name)
    return await show(request, "second.html", error=None, keys=keys, after=place(request.query.get("next", "")))


async def _second(request: web.Request) -> web.StreamResponse:
    who, fields = await owing(request), await form(request)
    second, after = accounts(request).second, place(fields.get("next", ""))
    try:
        entered = await second.prove_code(who, fields.get("code", ""), visit(request))
    except NotAuthenticated as error:
        return await _refused(request, error, "second.html", keys=await second.keys(who.user.name), after=after)
    return enter(request, to(after), entered)


async def _log_out(request: web.Request) -> web.StreamResponse:
    await form(request)
    if (who := await present(request)) is not None:
        await accounts(request).entrance.log_out(who.session)
    return leave(request, to("/account/log-in"))


async def _refused(
    request: web.Request, error: NotAuthenticated | NotAllowed, template: str, **values: object
) -> web.Response:
    response = await show(request, template, status=told(error), error=error, **values)
    if isinstance(error, Throttled):
        response.headers[hdrs.RETRY_AFTER] = str(error.seconds)
    return response
