"""Trusted publishing: the end points that publishing tools use, and the page where workflows are registered."""

from __future__ import annotations

import json

from aiohttp import web

from pratique.accounts.principal import NotAllowed, NotAuthenticated, Throttled
from pratique.accounts.publishing import TrustedPublishing
from pratique.accounts.throttle import PER_ADDRESS_TOKENS, Throttle
from pratique.errors import BadName, BadSetting, NotFound, PratiqueError, UpstreamError
from pratique.names import project_name
from pratique.web.accounts.gate import accounts, for_people, form, show, signed_in, to, told, visit

_THROTTLE: web.AppKey[Throttle] = web.AppKey("minting", Throttle)


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [
        web.get("/_/oidc/audience", _audience),
        web.post("/_/oidc/mint-token", _mint),
        web.get("/account/publishing", for_people(_page)),
        web.post("/account/publishing", for_people(_register)),
        web.post("/account/publishing/remove", for_people(_remove)),
    ]


def throttle_in(app: web.Application) -> None:
    """Give an application what counts identity tokens that were refused."""
    app[_THROTTLE] = Throttle(PER_ADDRESS_TOKENS)


def _publishing(request: web.Request) -> TrustedPublishing:
    found = accounts(request).publishing
    if found is None:
        raise NotFound("This server trusts no issuer.", remedy="Start it with --trusted-issuer KIND=URL.")
    return found


async def _audience(request: web.Request) -> web.StreamResponse:
    return _json(200, {"audience": _publishing(request).audience})


async def _mint(request: web.Request) -> web.StreamResponse:
    publishing, now = _publishing(request), accounts(request).parts.clock.now()
    throttle, address = request.app[_THROTTLE], visit(request).address
    try:
        throttle.check(address, now)
        secret, token = await publishing.mint(await _token(request))
    except Throttled as error:
        return _refusal(429, "too-many-attempts", error)
    except NotAuthenticated as error:
        throttle.fail(address, now)
        return _refusal(422, "invalid-token", error)
    except NotAllowed as error:
        throttle.fail(address, now)
        return _refusal(422, "invalid-publisher", error)
    except UpstreamError as error:
        return _refusal(503, "not-enabled", error)
    return _json(200, {"success": True, "token": secret, "expires": int(token.expires.timestamp())})


async def _token(request: web.Request) -> str:
    try:
        given = json.loads(await request.text())
    except (ValueError, RecursionError, LookupError) as error:
        raise NotAuthenticated("This is no JSON.", remedy='Send {"token": "the identity token"}.') from error
    token = given.get("token") if isinstance(given, dict) else None
    if not isinstance(token, str):
        raise NotAuthenticated("There is no identity token.", remedy='Send {"token": "the identity token"}.')
    return token


def _refusal(status: int, code: str, error: PratiqueError) -> web.Response:
    """As the reference index answers, which is what tools read."""
    errors = [{"code": code, "description": str(error)}]
    response = _json(status, {"message": "Token request failed", "errors": errors})
    if isinstance(error, Throttled):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _json(status: int, document: object) -> web.Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return web.Response(status=status, body=json.dumps(document).encode(), headers=headers)


async def _page(request: web.Request) -> web.StreamResponse:
    return await _shown(request)


async def _shown(request: web.Request, error: PratiqueError | None = None) -> web.StreamResponse:
    who, publishing = await signed_in(request), accounts(request).publishing
    return await show(
        request,
        "publishing.html",
        status=told(error) if error else 200,
        error=error,
        issuers=publishing.issuers if publishing else (),
        publishers=await accounts(request).parts.store.publishers(user=who.user.name),
    )


async def _register(request: web.Request) -> web.StreamResponse:
    who, fields = await signed_in(request), await form(request)
    try:
        await _publishing(request).register(
            who.user,
            project_name(fields.get("project", "").strip()),
            fields.get("issuer", ""),
            subject=fields.get("subject", ""),
            workflow=fields.get("workflow", ""),
            environment=fields.get("environment", ""),
        )
    except (NotAllowed, BadName, BadSetting) as error:
        return await _shown(request, error)
    return to("/account/publishing")


async def _remove(request: web.Request) -> web.StreamResponse:
    who, fields = await signed_in(request), await form(request)
    await _publishing(request).forget(who.user, fields.get("publisher", ""))
    return to("/account/publishing")
