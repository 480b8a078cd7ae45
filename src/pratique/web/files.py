"""``/files/<project>/<filename>`` and what lies beside it: nothing leaves before hash and decision are known."""

from __future__ import annotations

from functools import lru_cache
from typing import assert_never

from aiohttp import hdrs, web

from pratique.gateway.outcome import Pending, Refused
from pratique.names import distribution_name, project_name
from pratique.policy import Action
from pratique.ports import Judged, StoredBlob
from pratique.web.answers import problem, report_link
from pratique.web.blob import BlobResponse
from pratique.web.keys import INDEX, SITE, visitor

_RELEASE = "a reviewer can release it"
_METADATA = ".metadata"
_PROVENANCE = ".provenance"
_BESIDE = {_METADATA: "text/plain; charset=utf-8", _PROVENANCE: "application/vnd.pypi.integrity.v1+json"}


def routes() -> list[web.RouteDef]:
    """The routes of this feature; ``HEAD`` goes the same way as ``GET``."""
    place = "/files/{project}/{filename}"
    return [web.get(place, _file), web.get(f"/{INDEX}{place}", _file)]


@lru_cache(maxsize=10_000)  # the same names come again and again, and taking one apart costs more than the rest
def _checked(filename: str) -> str:
    return distribution_name(filename).filename


async def _file(request: web.Request) -> web.StreamResponse:
    project = project_name(request.match_info["project"])
    asked = request.match_info["filename"]
    beside = next((suffix for suffix in _BESIDE if asked.endswith(suffix)), "")
    filename = _checked(asked.removesuffix(beside))
    gateway, who = request.app[SITE].gateway, visitor(request)
    answer: Judged | StoredBlob | Refused | Pending
    if beside == _METADATA:
        answer = await gateway.metadata(project, filename, who)
    elif beside == _PROVENANCE:
        answer = await gateway.provenance(project, filename, who)
    else:
        answer = await gateway.file(project, filename, who, record=request.method != hdrs.METH_HEAD)
    return _answer(request, answer, filename, _BESIDE.get(beside, "application/octet-stream"))


def _answer(
    request: web.Request, answer: Judged | StoredBlob | Refused | Pending, filename: str, content_type: str
) -> web.StreamResponse:
    match answer:
        case Judged():
            return BlobResponse(answer.blob, content_type)
        case StoredBlob():
            return BlobResponse(answer, content_type)
        case Refused():
            return _refusal(request, answer, filename)
        case Pending():
            return problem(503, answer.reason, retry_after=answer.retry_after)
        case _:
            assert_never(answer)


def _refusal(request: web.Request, refused: Refused, filename: str) -> web.Response:
    """Why, and what can be done next: whatever was inspected has a report, and what is held can be released."""
    if not refused.verdict:
        return problem(403, refused.reason)
    link = report_link(str(request.url.origin()), distribution_name(filename).project, refused.sha256)
    step = _RELEASE if refused.action == Action.QUARANTINE else ""
    return problem(403, refused.reason, link=link, step=step)
