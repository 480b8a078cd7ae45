"""The pages for people: where to begin, what happened lately, and the report on an artifact."""

from __future__ import annotations

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pratique.errors import NotFound
from pratique.names import distribution_name, sha256_digest
from pratique.policy import rank
from pratique.ports import EventKind
from pratique.web.keys import SITE
from pratique.web.osv import freshness

_SHOWN = 25


def templates() -> Environment:
    """The templates, with everything escaped that goes into them."""
    return Environment(
        loader=PackageLoader("pratique.web"), autoescape=select_autoescape(default=True), undefined=StrictUndefined
    )


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [
        web.get("/", _start),
        web.get("/report/{sha256}/{filename}", _report),
        web.get("/healthz", _alive),
        web.get("/readyz", _ready),
    ]


async def _start(request: web.Request) -> web.Response:
    events = await request.app[SITE].store.events(limit=200)
    answers = [event for event in events if event.kind is not EventKind.VERDICT]
    return _html(
        request, "start.html", index=f"{request.url.origin()}/simple/", host=request.host, events=answers[:_SHOWN]
    )


async def _report(request: web.Request) -> web.Response:
    sha256 = sha256_digest(request.match_info["sha256"])
    filename = distribution_name(request.match_info["filename"]).filename
    found = await request.app[SITE].gateway.report(sha256, filename)
    if found is None:
        raise NotFound(f"There is no report on {filename} with this digest.")
    report, decision = found
    events = await request.app[SITE].store.events(sha256=sha256, limit=_SHOWN)
    findings = sorted(report.findings, key=rank, reverse=True)
    return _html(request, "report.html", report=report, decision=decision, findings=findings, events=events)


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(body=b"ok\n", headers={"Content-Type": "text/plain; charset=utf-8"})


async def _ready(request: web.Request) -> web.Response:
    """Ready once the database answers; raises `StorageError` where it does not."""
    await request.app[SITE].store.events(limit=1)
    said = f"ready\n{await freshness(request)}"
    return web.Response(body=said.encode(), headers={"Content-Type": "text/plain; charset=utf-8"})


def _html(request: web.Request, template: str, **values: object) -> web.Response:
    text = request.app[SITE].templates.get_template(template).render(**values)
    return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})
