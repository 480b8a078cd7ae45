"""Read the HTML of a project's page: its anchors and what its head says (PEP 503, PEP 629)."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_PAGE_TAGS = {"html", "body", "a"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """An ``<a>`` with a link; attributes without a value are empty strings."""

    href: str
    attributes: dict[str, str]


@dataclass(slots=True, kw_only=True)
class Markup:
    """What an HTML document holds that an index page may."""

    anchors: list[Anchor] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    base: str | None = None
    is_page: bool = False
    """Whether it is HTML at all."""


def read_markup(body: bytes) -> Markup:
    """Read HTML as UTF-8, never failing: what is no HTML has ``is_page`` unset.

    A tag or comment that doesn't end is not read: the parser's attempts at it take quadratic time.
    """
    reader = _Reader()
    try:
        reader.feed(body.decode("utf-8", "replace"))
    except (AssertionError, ValueError):  # the parser's own answer to some malformed declarations
        return Markup()
    return reader.markup


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.markup = Markup()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes: dict[str, str] = {}
        for name, value in attrs:
            attributes.setdefault(name, value or "")
        self.markup.is_page |= tag in _PAGE_TAGS
        if tag == "a" and "href" in attributes:
            self.markup.anchors.append(Anchor(href=attributes["href"], attributes=attributes))
        elif tag == "meta" and "name" in attributes:
            self.markup.meta.setdefault(attributes["name"].lower(), attributes.get("content", ""))
        elif tag == "base" and self.markup.base is None:
            self.markup.base = attributes.get("href")
