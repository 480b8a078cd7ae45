"""One's own tokens: made, shown once, listed, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from aiohttp import web

from pratique.accounts.model import Token
from pratique.accounts.principal import NotAllowed, NotAuthenticated, Scope
from pratique.errors import BadName, PratiqueError
from pratique.names import ProjectName, project_name
from pratique.web.accounts.gate import accounts, for_people, form, origin, show, signed_in, to, told

_DAYS = 90


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [
        web.get("/account/tokens", for_people(_page)),
        web.post("/account/tokens", for_people(_create)),
        web.post("/account/tokens/revoke", for_people(_revoke)),
    ]


async def _page(request: web.Request) -> web.StreamResponse:
    return await _shown(request)


async def _shown(request: web.Request, error: PratiqueError | None = None) -> web.StreamResponse:
    who = await signed_in(request)
    now = accounts(request).parts.clock.now()
    tokens = [(token, token.serves(now)) for token in await accounts(request).access.tokens(who.user.name)]
    return await show(
        request,
        "tokens.html",
        status=told(error) if error else 200,
        error=error,
        tokens=tokens,
        scopes=[scope for scope in Scope if who.user.role.covers(scope.role)],
        days=_DAYS,
    )


async def _create(request: web.Request) -> web.StreamResponse:
    who, fields = await signed_in(request), await form(request)
    try:
        secret, token = await _created(request, who.user.name, fields)
    except (NotAllowed, NotAuthenticated, BadName) as error:
        return await _shown(request, error)
    return await show(request, "token.html", secret=secret, token=token, index=origin(request))


async def _created(request: web.Request, user: str, fields: Mapping[str, str]) -> tuple[str, Token]:
    return await accounts(request).access.create(
        user,
        label=fields.get("label", ""),
        scopes=[scope for scope in Scope if f"scope-{scope}" in fields],
        projects=_projects(fields.get("projects", "")),
        lasts=timedelta(days=_days(fields.get("days", ""))),
    )


async def _revoke(request: web.Request) -> web.StreamResponse:
    who, fields = await signed_in(request), await form(request)
    await accounts(request).access.revoke(fields.get("token", ""), user=who.user.name)
    return to("/account/tokens")


def _projects(text: str) -> frozenset[ProjectName] | None:
    names = text.replace(",", " ").split()
    return frozenset(project_name(name) for name in names) if names else None


def _days(text: str) -> int:
    """A number of days; 0, which is refused, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
