"""Second factors: an authenticator, security keys, recovery codes."""

from __future__ import annotations

from ipaddress import ip_address

import segno
from aiohttp import web
from markupsafe import Markup

from pratique.accounts.entrance import Entered, SignedIn
from pratique.accounts.principal import NotAllowed, NotAuthenticated
from pratique.errors import PratiqueError
from pratique.web.accounts.gate import (
    accounts,
    adopt,
    enrolling,
    enter,
    for_people,
    form,
    relying,
    show,
    signed_in,
    to,
    told,
    visit,
)


def routes() -> list[web.RouteDef]:
    """The routes of this part."""
    return [
        web.get("/account/factors", for_people(_page)),
        web.get("/account/factors/authenticator", for_people(_totp_page)),
        web.post("/account/factors/authenticator", for_people(_totp)),
        web.post("/account/factors/authenticator/remove", for_people(_drop_totp)),
        web.post("/account/factors/codes", for_people(_codes)),
        web.post("/account/factors/keys/remove", for_people(_drop_key)),
    ]


async def _page(request: web.Request) -> web.StreamResponse:
    who = await enrolling(request)
    store, name = accounts(request).parts.store, who.user.name
    totp = await store.totp(name)
    return await show(
        request,
        "factors.html",
        keys=await store.security_keys(name),
        totp=bool(totp and totp.confirmed),
        codes=await store.codes_left(name),
        nameless=_is_address(relying(request).host),
    )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def _totp_page(request: web.Request) -> web.StreamResponse:
    return await _totp_shown(request, await enrolling(request))


async def _totp_shown(request: web.Request, who: SignedIn, error: PratiqueError | None = None) -> web.StreamResponse:
    secret, address = await accounts(request).second.begin_totp(who)
    picture = segno.make(address, micro=False).svg_inline(scale=5, border=4, dark="#000", light="#fff")
    return await show(
        request,
        "authenticator.html",
        status=told(error) if error else 200,
        error=error,
        picture=Markup(picture),  # noqa: S704  (made here, of squares alone)
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    )


async def _totp(request: web.Request) -> web.StreamResponse:
    who, fields = await enrolling(request), await form(request)
    try:
        entered, codes = await accounts(request).second.confirm_totp(who, fields.get("code", ""), visit(request))
    except NotAuthenticated as error:
        return await _totp_shown(request, who, error)
    return await _added(request, who, entered, codes)


async def _added(
    request: web.Request, who: SignedIn, entered: Entered | None, codes: tuple[str, ...]
) -> web.StreamResponse:
    """What follows a new factor: recovery codes where there were none, and a new session where that was owed."""
    if entered:
        adopt(request, who, entered)
    response = await show(request, "codes.html", codes=codes) if codes else to("/account/factors")
    return enter(request, response, entered) if entered else response


async def _drop_totp(request: web.Request) -> web.StreamResponse:
    who, _ = await signed_in(request), await form(request)
    await accounts(request).second.drop_totp(who.user)
    return to("/account/factors")


async def _drop_key(request: web.Request) -> web.StreamResponse:
    who, fields = await signed_in(request), await form(request)
    try:
        key = bytes.fromhex(fields.get("key", ""))
    except ValueError as error:
        raise NotAllowed("There is no such key.", remedy="See the list of keys.") from error
    await accounts(request).second.drop_key(who.user, key)
    return to("/account/factors")


async def _codes(request: web.Request) -> web.StreamResponse:
    who, _ = await signed_in(request), await form(request)
    return await show(request, "codes.html", codes=await accounts(request).second.renew_codes(who.user.name))
