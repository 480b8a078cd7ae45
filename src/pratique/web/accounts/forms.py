"""Whether a form is ours, and was made for the browser that sends it (CSRF)."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import hdrs, web

from pratique.accounts.entrance import is_form_secret
from pratique.accounts.principal import NotAllowed
from pratique.web.accounts.sessions import bound, origin

_ELSEWHERE = "Load the page again. Behind a proxy, the server has to be started with --public-url."
_FORM = "application/x-www-form-urlencoded"


async def form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form that one of our own pages sent (no CSRF); raises `NotAllowed` for any other."""
    _same_site(request)
    if request.content_type != _FORM:
        raise NotAllowed("This is no form of ours.", remedy="Go back and load the page again.")
    given = await request.post()
    fields = {name: value for name, value in given.items() if isinstance(value, str)}
    await check_secret(request, fields.get("csrf", ""))
    return fields


async def check_secret(request: web.Request, given: str) -> None:
    """Whether a form, or a script of ours, was made for this browser; raises `NotAllowed`."""
    _same_site(request)
    if not is_form_secret(given, await bound(request)):
        raise NotAllowed("This form was not made for you, or is too old.", remedy="Go back and load the page again.")


def _same_site(request: web.Request) -> None:
    """What browsers say of where a request comes from; older ones say nothing, and the form's secret decides."""
    sent = request.headers.get(hdrs.ORIGIN)
    fetched = request.headers.get("Sec-Fetch-Site", "same-origin")
    if (sent is not None and sent != origin(request)) or fetched not in {"same-origin", "none"}:
        raise NotAllowed("This request comes from another site.", remedy=_ELSEWHERE)
