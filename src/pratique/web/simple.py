"""``/simple/``: project pages as JSON or HTML (PEP 503, PEP 691), never with an address of the upstream."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from aiohttp import hdrs, web

from pratique.index.negotiate import negotiate
from pratique.index.serialize import serialize
from pratique.names import project_name
from pratique.web.answers import problem
from pratique.web.keys import SITE

_GZIP_FROM = 1_000


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [
        web.get("/simple/{project}/", _project),
        web.get("/simple/{project}", _redirect),
    ]


async def _redirect(request: web.Request) -> web.Response:
    return _moved(project_name(request.match_info["project"]))


async def _project(request: web.Request) -> web.StreamResponse:
    asked = request.match_info["project"]
    project = project_name(asked)
    if project != asked:
        return _moved(project)
    kind = negotiate(request.headers.getall(hdrs.ACCEPT, []))
    if kind is None:
        return problem(406, "Accept application/vnd.pypi.simple.v1+json or text/html (PEP 691).")
    page = await request.app[SITE].gateway.page(project)
    body = serialize(page, kind, link=lambda file: f"/files/{project}/{quote(file.filename)}")
    return _conditional(request, body, kind)


def _conditional(request: web.Request, body: bytes, content_type: str) -> web.Response:
    etag = hashlib.sha256(body).hexdigest()[:32]
    headers = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "max-age=0, must-revalidate"}
    if any(known.value in {etag, "*"} for known in request.if_none_match or ()):
        unchanged = web.Response(status=304, headers=headers)
        unchanged.etag = etag
        return unchanged
    response = web.Response(body=body, headers={**headers, "Content-Type": content_type})
    response.etag = etag
    if len(body) > _GZIP_FROM:
        response.enable_compression()
    return response


def _moved(project: str) -> web.Response:
    return web.Response(status=301, headers={"Location": f"/simple/{project}/"})
