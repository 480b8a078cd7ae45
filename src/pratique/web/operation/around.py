"""Around every request: it is counted, timed, logged, and perhaps refused since there were too many."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache

from aiohttp import hdrs, web

from pratique.web.answers import problem
from pratique.web.client import client_of
from pratique.web.keys import REQUEST_ID
from pratique.web.operation.model import OPERATION, Operation

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_UNLIMITED = frozenset({"/healthz", "/readyz", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE"})
_INDEX_FEATURES = {"simple": "page", "files": "file", "osv": "advisories", "legacy": "upload", "report": "report"}
_CLIENT_CLOSED = 499
"""What logs say of a client that left, by custom."""


@web.middleware
async def observed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, pass it on, and tell afterwards; 429 for a client that asks too often."""
    request[REQUEST_ID] = f"{random.getrandbits(64):016x}"
    operation = request.app[OPERATION]
    fetched, start = operation.metrics.begin(), time.perf_counter()
    status, size = _CLIENT_CLOSED, None
    try:
        response = _too_many(request, operation) or await handler(request)
        status, size = response.status, response.content_length
    except web.HTTPException as error:
        status = error.status
        raise
    except Exception:
        status = 500
        raise
    else:
        return response
    finally:
        seconds = time.perf_counter() - start
        method = request.method if request.method in _METHODS else "other"
        operation.metrics.answered(feature(request), method, status, seconds, fetched)
        if operation.log is not None:
            operation.log.answered(
                request=request.get(REQUEST_ID, ""),
                client=client_of(request),
                agent=request.headers.get(hdrs.USER_AGENT, ""),
                method=method,
                path=_path(request),
                status=status,
                ms=seconds * 1000,
                size=size,
            )


def feature(request: web.Request) -> str:
    """What was asked for, in one of few words; what leads nowhere is ``none``."""
    resource = request.match_info.route.resource
    if resource is None:
        return "none"
    found = _feature(resource.canonical)
    return "metadata" if found == "file" and request.path.endswith((".metadata", ".provenance")) else found


@lru_cache(maxsize=1000)
def _feature(canonical: str) -> str:
    parts = canonical.strip("/").split("/")
    if parts[0].startswith("{index"):
        parts = parts[1:]
    return _INDEX_FEATURES.get(parts[0], "operation" if canonical in _UNLIMITED else "console")


def _too_many(request: web.Request, operation: Operation) -> web.Response | None:
    if operation.limiter is None or request.path in _UNLIMITED:
        return None
    seconds = operation.limiter.wait(client_of(request))
    if not seconds:
        return None
    return problem(429, f"too many requests from this address, try again in {seconds} seconds", retry_after=seconds)


def _path(request: web.Request) -> str:
    """The path; of pages for people only its shape, since links to log in by are secrets."""
    resource = request.match_info.route.resource
    if resource is None or feature(request) != "console":
        return request.path
    return resource.canonical
