"""Descriptions, as people are shown them: rendered by a library that knows what markup can do, then cleaned."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email.message import EmailMessage

from pratique.releases import About
from pratique.uploads.refusal import UploadRefused

_PLAIN = "text/plain"
_RST = "text/x-rst"
_MARKDOWN = "text/markdown"


async def check_description(about: About, html: Callable[[About], Awaitable[str | None]]) -> None:
    """Raise `UploadRefused` for a description that ``html`` cannot render as what it says it is."""
    kind = media_type(about)
    if kind not in {_PLAIN, _RST, _MARKDOWN}:
        raise UploadRefused(
            "description-content-type: it is none of text/x-rst, text/markdown and text/plain.",
            remedy="Name the right one in the project's own configuration.",
        )
    if about.description and about.description_type and await html(about) is None:
        raise UploadRefused(
            f"description: it cannot be rendered as {kind}.", remedy="Check it with `twine check` and repair it."
        )


def rendered(about: About) -> str | None:
    """The description as harmless HTML; nothing where it cannot be rendered. Blocking.

    No scripts, no styles, no forms, and links only to http, https and mailto. Never raises, but for lack of memory.
    """
    try:
        return _cleaned(about)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - markup makes parsers fail in many ways, and all of them say the same
        return None


def _cleaned(about: About) -> str | None:
    import nh3
    from readme_renderer import markdown, rst, txt

    kind = media_type(about)
    if kind == _MARKDOWN:
        html = markdown.render(about.description)
    elif kind == _RST:
        html = rst.render(about.description)
    else:
        html = txt.render(about.description)
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES) if html is not None else None


# fmt: off
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "span", "strong", "sub", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var",
}
# fmt: on
"""No pictures: what is fetched from elsewhere tells its owner who reads."""
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}


def media_type(about: About) -> str:
    """The description's media type, without parameters (core metadata, Description-Content-Type)."""
    if not about.description_type:
        return _RST
    message = EmailMessage()
    message["content-type"] = about.description_type.replace("\n", " ").replace("\r", " ")
    return message.get_content_type()
