"""The pages for people: where to begin and what happened lately."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pratique.index.signpost import is_signpost
from pratique.ports import Event, EventKind
from pratique.printable import printable
from pratique.web.keys import SITE, VIEWER

_SHOWN = 50
_DEEPEST = 2_000
"""Pages back that are shown; what lies further back is asked of the database."""
_BROWSERS = (
    ("Firefox/", "Firefox"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
)
"""What a browser's own name follows, those first that also call themselves by another's."""
_ANY = datetime.min.replace(tzinfo=UTC)
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
    made.filters |= {"plain": printable, "sentence": _sentence, "agent": _agent, "asked_for": _asked_for}
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
        events=alike(events[:_SHOWN]),
        more=len(events) > _SHOWN and number < _DEEPEST,
        number=number,
        kind=kind,
        kinds={name: title for name, (title, _) in _FILTERS.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An event, and how often it came one after another: a client may ask for parts of a file before all of it."""

    event: Event
    times: int


def alike(events: Iterable[Event]) -> list[Shown]:
    """Events without those that say the same as the one before."""
    groups = (list(group) for _, group in groupby(events, key=_said))
    return [Shown(event=group[0], times=len(group)) for group in groups]


def _said(event: Event) -> Event:
    """All of it but the moment and the request."""
    return replace(event, at=_ANY, request="")


def page_number(text: str) -> int:
    """From 1; what is no number is the first page."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(_DEEPEST))
    return min(max(1, int(text)), _DEEPEST) if plain else 1


def page(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """A template filled with ``values``, as a page that nobody keeps."""
    found = request.app[SITE].templates.get_template(template)
    text = found.render(viewer=request.get(VIEWER), **values)
    return web.Response(status=status, text=text, content_type="text/html", headers={"Cache-Control": "no-store"})


def _sentence(text: str) -> str:
    """Printable, and with a capital."""
    plain = printable(text)
    return plain[:1].upper() + plain[1:]


def _asked_for(event: Event) -> str:
    """The file; of a project of which nothing is given, the project: the file is only how it was said."""
    return event.project if is_signpost(event.filename) else event.filename


def _agent(text: str) -> str:
    """The client's name and version, without what it tells of the machine: of a browser, which one it is."""
    for mark, name in _BROWSERS if text.startswith("Mozilla/") else ():
        _, found, rest = text.partition(mark)
        if found:
            return printable(f"{name} {rest.partition('.')[0].partition(' ')[0]}", limit=40)
    return printable(text.split(" ", maxsplit=1)[0], limit=40)
