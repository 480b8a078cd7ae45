"""What went wrong, as a page where a person looks: tools keep the reason phrase and the problem document."""

from __future__ import annotations

import json
from http import HTTPStatus

from aiohttp import hdrs, web

from pratique.web.answers import phrase
from pratique.web.console import page
from pratique.web.keys import REQUEST_ID

_PROBLEM = "application/problem+json"
_BROWSER = "application/xhtml+xml"
"""Every browser says that it takes this when somebody follows a link, and no installer ever did."""
_HEADINGS = {
    401: "Log in first",
    403: "This is not given to you",
    404: "There is nothing here",
    405: "This cannot be done here",
    429: "Too many requests",
    502: "The upstream could not answer",
    503: "Not yet",
}


def for_people(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """The same answer as a page, where a browser asked and it is a problem; else the answer itself."""
    if response.content_type != _PROBLEM or not isinstance(response, web.Response) or not by_a_person(request):
        return response
    body = response.body
    document = json.loads(body) if isinstance(body, bytes) else {}
    detail, report = _apart(str(document.get("detail", "")), str(document.get("type", "")))
    made = _page(request, response.status, detail, report)
    made.set_status(response.status, response.reason)
    for name in ("Retry-After", "WWW-Authenticate"):
        if name in response.headers:
            made.headers[name] = response.headers[name]
    return made


def _apart(detail: str, link: str) -> tuple[str, str]:
    """What is said without the link, and the link, which a page shows by itself; none where nothing is linked."""
    if link in {"", "about:blank"}:
        return detail, ""
    return detail.removesuffix(f" ({link})").replace(f": {link})", ")"), link


def not_routed(request: web.Request, error: web.HTTPException) -> web.Response:
    """The page of an address that leads nowhere, or of a method that it does not know."""
    detail = f"{request.method} {request.path[:200]} is not served here."
    made = _page(request, error.status, detail, "")
    for name in (hdrs.ALLOW,):
        if name in error.headers:
            made.headers[name] = error.headers[name]
    return made


def by_a_person(request: web.Request) -> bool:
    """Whether a browser shows the answer to somebody."""
    return _BROWSER in request.headers.get(hdrs.ACCEPT, "")


def _page(request: web.Request, status: int, detail: str, report: str) -> web.Response:
    return page(
        request,
        "error.html",
        status=status,
        code=status,
        title=phrase(HTTPStatus(status).phrase),
        heading=_HEADINGS.get(status, "Something went wrong"),
        detail=detail,
        report=report,
        request_id=request[REQUEST_ID],
    )
