"""What a distribution says of itself: ``METADATA`` and ``PKG-INFO`` (core metadata specification)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pratique.artifact import Member

_READ = 2_000_000
_PLACES = re.compile(r"(?:[^/]+\.dist-info/METADATA|PKG-INFO)")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataFacts:
    """Fields as written; empty where absent or unreadable."""

    path: str
    name: str = ""
    version: str = ""
    summary: str = ""
    description: str = ""
    """At most 10,000 characters."""
    author_email: str = ""
    links: tuple[str, ...] = ()
    """Home page and project URLs."""
    requires: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()
    """Requirements that name a URL (PEP 508 ``name @ URL``)."""


def read_metadata(member: Member) -> MetadataFacts | None:
    """Core metadata of a distribution's own metadata file, None for any other member; never raises."""
    if not _PLACES.fullmatch(member.path):
        return None
    from packaging.metadata import parse_email

    raw, _ = parse_email(member.data[:_READ])
    requires = tuple(raw.get("requires_dist", ()))
    return MetadataFacts(
        path=member.path,
        name=raw.get("name", ""),
        version=raw.get("version", ""),
        summary=raw.get("summary", ""),
        description=raw.get("description", "")[:10_000],
        author_email=raw.get("author_email", ""),
        links=(*([raw["home_page"]] if "home_page" in raw else []), *raw.get("project_urls", {}).values()),
        requires=requires,
        direct=tuple(r for r in requires if re.search(r"@\s*[a-z+]{2,12}://", r, re.IGNORECASE)),
    )
