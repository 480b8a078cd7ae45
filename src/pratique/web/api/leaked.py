"""Where a scanner reports tokens that it found: each is revoked at once, and its owner told.

Whoever holds a whole token may report it without logging in: the worst that they could do with it is worse.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from pratique.errors import NotFound
from pratique.web.api.endpoint import Call, Endpoint
from pratique.web.api.sent import Leaked
from pratique.web.api.values import Revoked, encodable

_MOST = 100
_Reports = Annotated[tuple[Leaked, ...], Meta(max_length=_MOST)]


async def _reported(call: Call) -> tuple[Revoked, ...]:
    if call.site.accounts is None:
        raise NotFound("This server has no accounts.", remedy="Ask whoever runs it.")
    access, found = call.site.accounts.access, call.sent(tuple)
    return tuple(
        [
            Revoked(token=f"{encodable(one.token[:9])}...", revoked=await access.leaked(one.token, where=one.url))
            for one in found
        ]
    )


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/leaked-tokens",
        name="report_leaked_tokens",
        summary=f"Report up to {_MOST} tokens that were found in public: each is revoked at once. No log-in is needed.",
        scopes=(),
        takes=_Reports,
        answers=tuple[Revoked, ...],
        handler=_reported,
    ),
)
