"""What surrounds every request, chosen when the server starts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from pratique.web.client import Network
from pratique.web.operation.limiting import Limiter
from pratique.web.operation.logs import LogFormat, RequestLog
from pratique.web.operation.metrics import Metrics

__all__ = ["OPERATION", "Check", "LogFormat", "Operation"]

Check = Callable[[], Awaitable[str]]
"""Why something that the server needs does not work; empty where it does."""

Note = Callable[[], Awaitable[str]]
"""Lines on how something stands that the server can do without for a while; each ends with a line break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Metrics always; a log of requests and a limit for each client where somebody asked for them."""

    metrics: Metrics = field(default_factory=Metrics)
    log: RequestLog | None = None
    limiter: Limiter | None = None
    checks: tuple[Check, ...] = ()
    notes: list[Note] = field(default_factory=list)
    """May grow while the server starts."""
    trusted: tuple[Network, ...] = ()
    """Proxies before the server, whose word on the client's address counts."""


OPERATION: web.AppKey[Operation] = web.AppKey("operation", Operation)
