"""One's own account: what it is, who is logged in, what happened, and another password."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from pratique.accounts.passwords import PasswordRefused
from pratique.accounts.principal import NotAuthenticated
from pratique.notices import Notice
from pratique.web.accounts.gate import accounts, for_people, form, show, signed_in, to, told, visit
from pratique.web.keys import SITE


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [
        web.get("/account", _redirect),
        web.get("/account/", for_people(_page)),
        web.post("/account/sessions/end", for_people(_end)),
        web.get("/account/password", for_people(_password_page)),
        web.post("/account/password", for_people(_password)),
    ]


async def _redirect(_request: web.Request) -> web.StreamResponse:
    return to("/account/")


async def _page(request: web.Request) -> web.StreamResponse:
    who = await signed_in(request)
    parts = accounts(request).parts
    store, name = parts.store, who.user.name
    totp = await store.totp(name)
    now = parts.clock.now()
    return await show(
        request,
        "account.html",
        sessions=await store.sessions(name),
        records=await store.records(name),
        projects=await store.projects_of(name),
        tokens=[token for token in await store.tokens(name) if token.serves(now)],
        keys=await store.security_keys(name),
        totp=bool(totp and totp.confirmed),
        codes=await store.codes_left(name),
        notices=await _notices(request, name),
    )


async def _notices(request: web.Request, name: str) -> Sequence[Notice]:
    """What they were told lately."""
    lately = request.app[SITE].notices
    return await lately(name) if lately else ()


async def _end(request: web.Request) -> web.StreamResponse:
    who, fields = await signed_in(request), await form(request)
    entrance, store = accounts(request).entrance, accounts(request).parts.store
    if fields.get("session") == "others":
        await store.drop_sessions(who.user.name, but=who.session.digest)
    else:
        await entrance.end(who.user.name, fields.get("session", ""))
    return to("/account/")


async def _password_page(request: web.Request) -> web.StreamResponse:
    await signed_in(request)
    return await show(request, "password.html", problems=(), done=False)


async def _password(request: web.Request) -> web.StreamResponse:
    who, fields = await signed_in(request), await form(request)
    if fields.get("password", "") != fields.get("again", ""):
        problems, status = ("The two new passwords differ. Type the same one twice.",), 400
        return await show(request, "password.html", status=status, problems=problems, done=False)
    try:
        await accounts(request).people.change_password(
            who.user, fields.get("present", ""), fields.get("password", ""), session=who.session, visit=visit(request)
        )
    except PasswordRefused as refused:
        texts = tuple(problem.text for problem in refused.problems)
        return await show(request, "password.html", status=400, problems=texts, done=False)
    except NotAuthenticated as error:
        said = str(error) if told(error) == 429 else "The present password is wrong. Type it again."
        return await show(request, "password.html", status=told(error), problems=(said,), done=False)
    return await show(request, "password.html", problems=(), done=True)
