"""Single-use links: the first administrator, and passwords. Looking at one does not use it up; the form does."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from pratique.accounts.model import Link, LinkKind, User
from pratique.accounts.passwords import PasswordRefused, Problem
from pratique.errors import BadName
from pratique.web.accounts.gate import accounts, for_people, form, show, to


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [
        web.get("/account/link/{secret}", for_people(_page)),
        web.post("/account/link/{secret}", for_people(_use)),
    ]


async def _page(request: web.Request) -> web.StreamResponse:
    link = await accounts(request).people.link(request.match_info["secret"])
    return await _shown(request, link, {}, ())


async def _use(request: web.Request) -> web.StreamResponse:
    fields, secret = await form(request), request.match_info["secret"]
    link = await accounts(request).people.link(secret)
    if fields.get("password", "") != fields.get("again", ""):
        return await _shown(request, link, fields, ("The two passwords differ. Type the same one twice.",))
    try:
        await _used(request, link, secret, fields)
    except PasswordRefused as refused:
        return await _shown(request, link, fields, tuple(_text(problem) for problem in refused.problems))
    except BadName as error:
        return await _shown(request, link, fields, (str(error),))
    return to("/account/log-in")


async def _used(request: web.Request, link: Link, secret: str, fields: Mapping[str, str]) -> User:
    people, password = accounts(request).people, fields.get("password", "")
    if link.kind is LinkKind.PASSWORD:
        return await people.set_password(secret, password)
    return await people.make_administrator(
        secret,
        name=fields.get("name", ""),
        email=fields.get("email", ""),
        called=fields.get("called", ""),
        password=password,
    )


async def _shown(
    request: web.Request, link: Link, fields: Mapping[str, str], problems: tuple[str, ...]
) -> web.StreamResponse:
    return await show(
        request,
        "link.html",
        status=400 if problems else 200,
        link=link,
        problems=problems,
        given={name: fields.get(name, "")[:200] for name in ("name", "email", "called")},
    )


def _text(problem: Problem) -> str:
    return problem.text
