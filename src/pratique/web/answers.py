"""Answers that clients show to people: the reason phrase for pip and Poetry, the problem's detail for uv."""

from __future__ import annotations

import json
import re
from http import HTTPStatus

from aiohttp import web

from pratique.accounts.principal import NotAllowed, NotAuthenticated, Throttled
from pratique.errors import DiskFull, NotFound, PratiqueError, UpstreamError
from pratique.names import ProjectName

_PHRASE = 200
DIGITS = 16
"""Of a digest in the address of a report."""
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


def phrase(reason: str, *, limit: int = _PHRASE) -> str:
    """A reason phrase (RFC 9112): at most ``limit`` printable ASCII characters, on one line."""
    clean = " ".join(_UNPRINTABLE.sub(" ", reason).split())
    return clean if len(clean) <= limit else f"{clean[: max(0, limit - 3)]}..."


def report_link(origin: str, project: ProjectName, sha256: str) -> str:
    """The address of the report on an artifact, short enough that a reason phrase has room for the reason."""
    return f"{origin}/report/{project}/{sha256[:DIGITS]}"


def problem(
    status: int, detail: str, *, title: str = "", link: str = "", step: str = "", retry_after: int | None = None
) -> web.Response:
    """A refusal (RFC 9457). The content type stands alone: a charset behind it makes uv ignore the body.

    ``title`` is written where the status has a name of another meaning; uv shows it. ``step`` is what whoever reads
    it can do next; it stands before the ``link``, where that leads.
    """
    document = {
        "type": link or "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    further = f"{step}: {link}" if step and link else link
    if further:
        document["detail"] = f"{detail} ({further})"
    headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    said = f"{phrase(detail, limit=_PHRASE - len(further) - 3)} - {further}" if further else detail
    return web.Response(status=status, reason=phrase(said), body=json.dumps(document).encode(), headers=headers)


def failure(error: PratiqueError) -> web.Response:
    """What became of an error of ours: not there, not for them, the upstream's fault, or our own."""
    if isinstance(error, NotFound):
        return problem(404, str(error))
    if isinstance(error, Throttled):
        return problem(429, str(error), retry_after=error.seconds)
    if isinstance(error, NotAuthenticated):
        return problem(401, str(error))
    if isinstance(error, NotAllowed):
        return problem(403, str(error))
    if isinstance(error, DiskFull):
        return problem(507, str(error))
    return problem(502 if isinstance(error, UpstreamError) else 500, str(error))
