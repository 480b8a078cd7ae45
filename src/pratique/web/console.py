"""The pages for people: where to begin and what happened lately."""

from __future__ import annotations

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pratique.ports import EventKind
from pratique.printable import printable
from pratique.web.keys import SITE

_SHOWN = 50
_DEEPEST = 2_000
"""Pages back that are shown; what lies further back is asked of the database."""
_FILTERS = {
    "": ("Answers", (EventKind.DOWNLOAD, EventKind.REFUSAL)),
    "refusal": ("Refused", (EventKind.REFUSAL,)),
    "download": ("Served", (EventKind.DOWNLOAD,)),
    "verdict": ("Inspected", (EventKind.VERDICT,)),
}


def templates() -> Environment:
    """The templates, with everything escaped that goes into them; ``plain`` takes text that a package wrote."""
    made = Environment(
        loader=PackageLoader("pratique.web"), autoescape=select_autoescape(default=True), undefined=StrictUndefined
    )
    made.filters |= {"plain": printable, "sentence": _sentence, "agent": _agent}
    return made


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [web.get("/", _start)]


async def _start(request: web.Request) -> web.Response:
    """Where to begin, and the newest events: ``?kind=refusal&page=2``."""
    asked = request.query.get("kind", "")
    kind = asked if asked in _FILTERS else ""
    number = page_number(request.query.get("page", "1"))
    events = await request.app[SITE].store.events(kinds=_FILTERS[kind][1], limit=_SHOWN + 1, skip=(number - 1) * _SHOWN)
    return page(
        request,
        "start.html",
        index=f"{request.url.origin()}/simple/",
        host=request.host,
        events=events[:_SHOWN],
        more=len(events) > _SHOWN and number < _DEEPEST,
        number=number,
        kind=kind,
        kinds={name: title for name, (title, _) in _FILTERS.items()},
    )


def page_number(text: str) -> int:
    """From 1; what is no number is the first page."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(_DEEPEST))
    return min(max(1, int(text)), _DEEPEST) if plain else 1


def page(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """A template filled with ``values``, as a page that nobody keeps."""
    text = request.app[SITE].templates.get_template(template).render(**values)
    return web.Response(status=status, text=text, content_type="text/html", headers={"Cache-Control": "no-store"})


def _sentence(text: str) -> str:
    """Printable, and with a capital."""
    plain = printable(text)
    return plain[:1].upper() + plain[1:]


def _agent(text: str) -> str:
    """The client's name and version, without what it tells of the machine."""
    return printable(text.split(" ", maxsplit=1)[0], limit=40)
