"""``/simple/``: pages as JSON or HTML (PEP 503, PEP 691), never with an address of the upstream."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from urllib.parse import quote

from aiohttp import hdrs, web

from pratique.errors import Withheld
from pratique.gateway.metadata import is_offered
from pratique.index.negotiate import negotiate
from pratique.index.promised import BELIEVES, has_unhashed, only_hashed
from pratique.index.serialize import serialize, serialize_projects
from pratique.names import ProjectName, project_name
from pratique.ports import IndexFile, ProjectPage
from pratique.web.answers import problem
from pratique.web.keys import INDEX, RENDERER, SITE, index_of
from pratique.web.rendered import Rendered, render
from pratique.web.withheld import refusal, shown

_HEEDING = ("pip/", "uv/", "poetry/")
"""What the ``User-Agent`` of clients begins with that look at the status of an answer before they take its body."""
_PLAIN = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
"""A name that is itself in a URL."""
_ALL, _LISTED, _HASHED = "all", "listed", "hashed"
"""Metadata that are offered: of all wheels, as the upstream lists them, and of those only what has a digest."""


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    places = (
        ("/simple", _root_redirect),
        ("/simple/", _projects),
        ("/simple/{project}/", _project),
        ("/simple/{project}", _redirect),
    )
    return [web.get(before + place, handler) for before in ("", f"/{INDEX}") for place, handler in places]


def _base(request: web.Request) -> str:
    """What the addresses of this index begin with; raises `NotFound` where there is no such index."""
    index = index_of(request)
    return f"/{index}" if index else ""


async def _root_redirect(request: web.Request) -> web.Response:
    return _moved(f"{_base(request)}/simple/")


async def _redirect(request: web.Request) -> web.Response:
    return _moved(f"{_base(request)}/simple/{project_name(request.match_info['project'])}/")


async def _projects(request: web.Request) -> web.Response:
    """What was asked for here; whatever else the upstream has is found by asking for it."""
    base = _base(request)

    async def rendered(kind: str) -> Rendered:
        return render(serialize_projects(await request.app[SITE].gateway.projects(), kind, f"{base}/simple/"))

    return await _negotiated(request, rendered)


async def _project(request: web.Request) -> web.Response:
    asked = request.match_info["project"]
    project = project_name(asked)
    base = _base(request)
    if project != asked:
        return _moved(f"{base}/simple/{project}/")
    origin = f"{request.scheme}://{request.host}"

    async def rendered(kind: str) -> Rendered:
        page, told = await shown(request, project), _told(request)
        if told == _HASHED and not has_unhashed(page):
            told = _LISTED
        key = project, kind, origin + base, told
        return await request.app[RENDERER].get(page, key, lambda: _page(page, kind, origin, base, told))

    try:
        response = await _negotiated(request, rendered)
    except Withheld as withheld:
        return await refusal(request, project, withheld)
    if stale := await request.app[SITE].gateway.stale_for(project):
        response.headers["Age"] = str(int(stale.total_seconds()))  # RFC 9111 section 5.1
    return response


def _told(request: web.Request) -> str:
    """Which metadata are offered: those that are read from wheels here only to whom heeds a refusal of them."""
    agent = request.headers.get(hdrs.USER_AGENT, "")
    if agent.startswith(_HEEDING):
        return _ALL
    return _HASHED if agent.startswith(BELIEVES) else _LISTED


def _page(page: ProjectPage, kind: str, origin: str, base: str, told: str) -> bytes:
    def link(file: IndexFile) -> str:
        return f"{base}{_link(page.project, file)}"

    def provenance(file: IndexFile) -> str | None:
        """PEP 740 wants it absolute."""
        return f"{origin}{link(file)}.provenance" if file.provenance else None

    page = only_hashed(page) if told == _HASHED else page
    return serialize(page, kind, link, provenance, is_offered if told == _ALL else None)


def _link(project: ProjectName, file: IndexFile) -> str:
    name = file.filename
    return f"/files/{project}/{name if _PLAIN.fullmatch(name) else quote(name)}"


async def _negotiated(request: web.Request, rendered: Callable[[str], Awaitable[Rendered]]) -> web.Response:
    kind = negotiate(request.headers.getall(hdrs.ACCEPT, []))
    if kind is None:
        return problem(406, "Accept application/vnd.pypi.simple.v1+json or text/html (PEP 691).")
    page = await rendered(kind)
    packed = page.packed if _takes_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, "")) else None
    headers = {
        "Vary": "Accept, Accept-Encoding",
        "Cache-Control": "max-age=0, must-revalidate",
        hdrs.ETAG: page.packed_etag if packed else page.etag,
    }
    if hdrs.IF_NONE_MATCH in request.headers and _is_known(request, page):
        return web.Response(status=304, headers=headers)
    if packed:
        headers[hdrs.CONTENT_ENCODING] = "gzip"
    return web.Response(body=packed or page.body, headers={**headers, hdrs.CONTENT_TYPE: kind})


def _is_known(request: web.Request, page: Rendered) -> bool:
    """Whether the client has the page, packed or not."""
    return any(
        known.value == "*" or f'"{known.value}"' in {page.etag, page.packed_etag}
        for known in request.if_none_match or ()
    )


@lru_cache(maxsize=1000)
def _takes_gzip(accepted: str) -> bool:
    """RFC 9110 section 12.5.3, for the one coding that there is; a weight of 0 forbids it."""
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in {"gzip", "*"}:
            return weight.replace(" ", "").rstrip("0.") != "q="
    return False


def _moved(place: str) -> web.Response:
    return web.Response(status=301, headers={hdrs.LOCATION: place})
