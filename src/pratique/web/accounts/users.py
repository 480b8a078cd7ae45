"""Users, for administrators."""

from __future__ import annotations

from aiohttp import web

from pratique.accounts.entrance import SignedIn
from pratique.accounts.model import User
from pratique.accounts.principal import NotAllowed, Role
from pratique.errors import BadName, PratiqueError
from pratique.web.accounts.gate import accounts, administrator, for_people, form, origin, show, to, told


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [
        web.get("/users", _redirect),
        web.get("/users/", for_people(_page)),
        web.post("/users/", for_people(_add)),
        web.get("/users/{name}", for_people(_user_page)),
        web.post("/users/{name}", for_people(_change)),
    ]


async def _redirect(_request: web.Request) -> web.StreamResponse:
    return to("/users/")


async def _page(request: web.Request) -> web.StreamResponse:
    await administrator(request)
    return await _shown(request)


async def _shown(request: web.Request, error: PratiqueError | None = None) -> web.StreamResponse:
    parts = accounts(request).parts
    users = [(user, await parts.has_factor(user.name)) for user in await parts.store.users()]
    return await show(
        request,
        "users.html",
        status=told(error) if error else 200,
        error=error,
        users=users,
        roles=list(Role),
        missing=parts.breached.missing,
    )


async def _add(request: web.Request) -> web.StreamResponse:
    who, fields = await administrator(request), await form(request)
    people = accounts(request).people
    try:
        user = await people.add(
            fields.get("name", ""),
            role=_role(fields.get("role", "")),
            email=fields.get("email", ""),
            called=fields.get("called", ""),
            by=who.user.name,
        )
    except (NotAllowed, BadName) as error:
        return await _shown(request, error)
    return await _invited(request, user, who)


async def _user_page(request: web.Request) -> web.StreamResponse:
    await administrator(request)
    parts = accounts(request).parts
    user = await parts.known(request.match_info["name"])
    return await show(
        request,
        "user.html",
        user=user,
        second=await parts.has_factor(user.name),
        roles=list(Role),
        records=await parts.store.records(user.name),
        tokens=await parts.store.tokens(user.name),
        projects=await parts.store.projects_of(user.name),
        now=parts.clock.now(),
    )


async def _change(request: web.Request) -> web.StreamResponse:
    """One button, one change."""
    who, fields = await administrator(request), await form(request)
    people, by = accounts(request).people, who.user.name
    user = await accounts(request).parts.known(request.match_info["name"])
    match fields.get("do", ""):
        case "role":
            await people.change_role(user.name, _role(fields.get("role", "")), by=by)
        case "email":
            await people.change_address(user.name, fields.get("email", ""), by=by)
        case "disable":
            await people.disable(user.name, fields.get("reason", ""), by=by)
        case "enable":
            await people.enable(user.name, by=by)
        case "link":
            return await _invited(request, user, who)
        case "reset":
            await accounts(request).second.reset(user.name, by=by)
        case "revoke":
            await accounts(request).access.revoke(fields.get("token", ""), user=user.name, by=by)
        case _:
            raise NotAllowed("There is no such change.", remedy="Go back and load the page again.")
    return to(f"/users/{user.name}")


async def _invited(request: web.Request, user: User, who: SignedIn) -> web.StreamResponse:
    secret = await accounts(request).people.password_link(user.name, by=who.user.name)
    return await show(request, "invited.html", user=user, link=f"{origin(request)}/account/link/{secret}")


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise NotAllowed("There is no such role.", remedy=f"Choose one of {', '.join(Role)}.") from error
