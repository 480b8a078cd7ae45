"""One operation of the API: its address, what it takes and answers, who may call it, and what does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from aiohttp import hdrs, web

from pratique.accounts.principal import NotAllowed, Principal, Scope
from pratique.errors import BadName, PratiqueError
from pratique.uploads.refusal import UploadRefused
from pratique.web.answers import failure, problem
from pratique.web.api.credentials import principal_of
from pratique.web.keys import SITE, Site

_T = TypeVar("_T")
BASE = "/api/v1"
_JSON = "application/json"
_BODY = 1 << 20
"""Bytes of a body that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A value behind the question mark: one of a few words."""

    name: str
    about: str
    among: type[StrEnum]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that was let in."""

    request: web.Request
    site: Site
    principal: Principal | None
    """Nothing where anybody may call."""
    body: Any
    """As the endpoint's ``takes`` says."""
    query: Mapping[str, str]

    @property
    def who(self) -> Principal:
        """Whoever calls an endpoint that asks for a scope."""
        if self.principal is None:  # pragma: no cover - such an endpoint lets nobody in without
            raise NotAllowed("Nobody is known.", remedy="Send a token.")
        return self.principal

    def given(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    def sent(self, kind: type[_T]) -> _T:
        """The body, as that kind of value."""
        if not isinstance(self.body, kind):  # pragma: no cover - decoded as such
            raise TypeError(kind)
        return self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation."""

    method: str
    path: str
    """Behind `BASE`; its parts in braces are described in `pratique.web.api.description.PARTS`."""
    name: str
    """For programs that are made from the description."""
    summary: str
    scopes: tuple[Scope, ...]
    """A token must be for one of these; none: anybody may call it."""
    answers: Any
    """The type of what `handler` returns."""
    handler: Callable[[Call], Awaitable[object]]
    takes: Any = None
    """The type of the body; nothing where there is none."""
    query: tuple[Query, ...] = ()
    conflicts: bool = False
    """Whether it may be refused because of what became of the thing meanwhile (409)."""


def route(endpoint: Endpoint) -> web.RouteDef:
    """Its route."""

    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return await _answered(request, endpoint)
        except UploadRefused as error:
            return problem(error.status, str(error))
        except BadName as error:
            return problem(404, str(error))
        except PratiqueError as error:
            answer = failure(error)
            if answer.status == 401:
                answer.headers[hdrs.WWW_AUTHENTICATE] = 'Bearer realm="pratique"'
            return answer

    return web.route(endpoint.method, f"{BASE}{endpoint.path}", answered)


async def _answered(request: web.Request, endpoint: Endpoint) -> web.StreamResponse:
    principal = None
    if endpoint.scopes:
        principal = await principal_of(request)
        if not any(map(principal.may, endpoint.scopes)):
            wanted = " or ".join(endpoint.scopes)
            raise NotAllowed(f"This token may not {wanted}.", remedy=f"Make one with the scope {wanted}.")
    try:
        query = _query(request, endpoint)
        body = await _body(request, endpoint)
    except _Malformed as error:
        return problem(error.status, str(error))
    call = Call(request=request, site=request.app[SITE], principal=principal, body=body, query=query)
    document = msgspec.json.encode(await endpoint.handler(call))
    return web.Response(body=document, headers={hdrs.CONTENT_TYPE: _JSON, hdrs.CACHE_CONTROL: "no-store"})


class _Malformed(Exception):
    """What was sent is not what is asked for."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _query(request: web.Request, endpoint: Endpoint) -> Mapping[str, str]:
    known = {one.name: [word.value for word in one.among] for one in endpoint.query}
    for name, value in request.query.items():
        if name not in known:
            raise _Malformed(400, f"There is no parameter {name[:60]!r}.")
        if value not in known[name] or len(request.query.getall(name)) > 1:
            raise _Malformed(400, f"{name} is one of {', '.join(known[name])}.")
    return dict(request.query)


async def _body(request: web.Request, endpoint: Endpoint) -> object:
    if endpoint.takes is None:
        return None
    if request.content_type != _JSON:
        raise _Malformed(415, "The body has to be JSON: send Content-Type: application/json.")
    data = bytearray()
    async for chunk in request.content.iter_chunked(1 << 16):
        data += chunk
        if len(data) > _BODY:
            raise _Malformed(413, f"The body has more than {_BODY:,} bytes.")
    try:
        return msgspec.json.decode(bytes(data), type=endpoint.takes)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise _Malformed(400, f"The body is not what is asked for: {error}. See {BASE}/openapi.json.") from error
