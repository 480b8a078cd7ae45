"""What a distribution says of itself: core metadata (``METADATA``, ``PKG-INFO``), and what building it requires."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pratique.artifact import Member
from pratique.facts.references import (
    BuildReferences,
    build_references,
    configured_references,
    direct_references,
    scripted_references,
)

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
    optional: tuple[str, ...] = ()
    """Those of a source tree that only an extra would bring in."""


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
        direct=tuple(direct_references(member.data)),
    )


def read_build(member: Member) -> MetadataFacts | None:
    """What a source tree's own configuration or ``setup.py`` requires by URL, None for any other member."""
    if member.path == "pyproject.toml":
        return _built(member, build_references(member.data))
    if member.path == "setup.cfg":
        return _built(member, configured_references(member.data))
    if member.path == "setup.py" and b"://" in member.data:
        return _built(member, scripted_references(member.data))
    return None


def _built(member: Member, found: BuildReferences) -> MetadataFacts | None:
    if not (found.required or found.optional):
        return None
    return MetadataFacts(path=member.path, direct=found.required, optional=found.optional)
