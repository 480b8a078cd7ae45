"""An OSV record in words, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import msgspec

from pratique.advisories.model import Affected, Event, EventKind
from pratique.advisories.record import Record, read_record

_WIDTH = 100
_VERSIONS = 20
_DETAILS = 60
"""Lines."""


class _Reference(msgspec.Struct):
    url: str


class _Text(msgspec.Struct):
    summary: str = ""
    details: str = ""
    published: str = ""
    references: list[_Reference] = []


def lines(document: bytes) -> list[str]:
    """What a person asks of a record: what it is, what it affects, where to read on."""
    record, text = read_record(document), msgspec.json.decode(document, type=_Text)
    kind = "malware" if record.id.startswith("MAL-") else "vulnerability"
    told = [f"{record.id}  {kind}{', withdrawn' if record.withdrawn else ''}", f"  {text.summary}".rstrip()]
    told += [f"  also known as  {', '.join(record.aliases)}"] if record.aliases else []
    told += [f"  published      {text.published}"] if text.published else []
    told += [f"  modified       {record.modified:%Y-%m-%dT%H:%M:%SZ}"]
    told += [f"  withdrawn      {record.withdrawn:%Y-%m-%dT%H:%M:%SZ}"] if record.withdrawn else []
    told += list(_affects(record))
    told += [f"  see            {reference.url}" for reference in text.references]
    wrapped = [piece for line in text.details.splitlines() for piece in textwrap.wrap(line, _WIDTH) or [""]]
    cut = ["  ..."] if len(wrapped) > _DETAILS else []
    return [*told, *(["", *(f"  {piece}" for piece in wrapped[:_DETAILS]), *cut] if wrapped else []), ""]


def _affects(record: Record) -> Iterator[str]:
    for project, advisory in record.claims:
        told = [words for affected in advisory.affected for words in _versions(affected)]
        yield f"  affects        {project}: {'; '.join(told) or 'no version is named'}"


def _versions(affected: Affected) -> Iterator[str]:
    for within in affected.ranges:
        yield f"{', '.join(_event(event) for event in within.events)} ({within.kind.value.lower()})"
    if affected.versions:
        rest = len(affected.versions) - _VERSIONS
        more = f" and {rest} more" if rest > 0 else ""
        yield f"{', '.join(affected.versions[:_VERSIONS])}{more}"


def _event(event: Event) -> str:
    sign = {
        EventKind.INTRODUCED: ">=",
        EventKind.FIXED: "<",
        EventKind.LAST_AFFECTED: "<=",
        EventKind.LIMIT: "below",
    }[event.kind]
    return f"{sign} {event.version}"
