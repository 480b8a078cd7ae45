"""What is wrong with core metadata that can be read: said field by field, in words that whoever builds can act on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pratique.errors import BadName
from pratique.names import project_name
from pratique.printable import printable

if TYPE_CHECKING:
    from packaging.metadata import Metadata

_LABEL = 32
_LINKS = frozenset({"http", "https"})


def objections(metadata: Metadata, *, summary: int) -> Iterator[str]:
    """Everything that no index should pass on; ``summary`` is how many characters that may have."""
    if len(metadata.summary or "") > summary:
        yield f"summary: it has more than {summary} characters."
    for requirement in metadata.requires_dist or ():
        if not _is_name(requirement.name):
            yield f"requires-dist: {printable(requirement.name, limit=80)!r} is not a project name."
        if requirement.url:
            yield f"requires-dist: {printable(str(requirement), limit=200)!r} names a URL, which no index has checked."
    pages = {**(metadata.project_urls or {}), "home-page": metadata.home_page, "download-url": metadata.download_url}
    for label, url in pages.items():
        if url and not is_link(url):
            yield f"{printable(label, limit=_LABEL)}: {printable(url, limit=100)!r} is not an http or https address."
        if len(label) > _LABEL:
            yield f"project-url: the label {printable(label, limit=_LABEL)!r} has more than {_LABEL} characters."
    for classifier in metadata.classifiers or ():
        if " :: " not in classifier or not classifier.isprintable():
            yield f"classifier: {printable(classifier, limit=100)!r} is none."


def is_link(url: str) -> bool:
    """Whether it is an address that a page may lead to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in _LINKS and bool(parts.hostname) and url.isprintable() and len(url) <= 2000


def fault(error: Exception) -> str:
    """What `packaging` says of a field, with the field's name before it once."""
    field, said = getattr(error, "field", ""), printable(str(error), limit=300).rstrip(".")
    return f"{said}." if not field or field in said else f"{field}: {said}."


def _is_name(raw: str) -> bool:
    try:
        project_name(raw)
    except BadName:
        return False
    return True
