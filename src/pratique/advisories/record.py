"""Reading one OSV record: tolerant of what it does not need, exact about what it matches by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from pratique.advisories.model import Advisory, Affected, Event, EventKind, Range, RangeKind
from pratique.advisories.order import canonical
from pratique.advisories.tidy import tidy
from pratique.errors import BadName, PratiqueError
from pratique.names import ProjectName, project_name

RECORD_BYTES = 16 << 20
"""The largest record that is read, in bytes."""

_ECOSYSTEM = "PyPI"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,199}", re.ASCII)
_BOM = b"\xef\xbb\xbf"
_SUMMARY = 300


class BadRecord(PratiqueError):
    """A record that cannot be relied on; the message says where the fault is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record, read: the whole document, and what it says of each project."""

    id: str
    modified: datetime
    withdrawn: datetime | None
    aliases: tuple[str, ...]
    claims: tuple[tuple[ProjectName, Advisory], ...]
    """Nothing where the record is withdrawn, or is about other ecosystems alone."""
    other: bool
    """Whether no part of it is about this ecosystem."""
    document: bytes
    """The record as JSON in one line, in the shape that the schema asks for."""

    @property
    def idle(self) -> bool:
        """Whether it names projects but no version of them, so that it matches nothing."""
        return bool(self.claims) and not any(a.versions or a.ranges for _, c in self.claims for a in c.affected)


class _Wire(msgspec.Struct, gc=False):
    pass


class _Package(_Wire):
    name: str
    ecosystem: str


class _Event(_Wire):
    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class _Range(_Wire):
    type: str
    events: list[_Event] | None = None


class _Affected(_Wire):
    package: _Package | None = None
    ranges: list[_Range] | None = None
    versions: list[str] | None = None


class _Osv(_Wire):
    id: str
    modified: datetime
    schema_version: str | None = None
    published: datetime | None = None
    withdrawn: datetime | None = None
    aliases: list[str] | None = None
    summary: str | None = None
    affected: list[_Affected] | None = None


_DECODER = msgspec.json.Decoder(_Osv)


def read_record(raw: bytes) -> Record:
    """Read a record's JSON; raises `BadRecord`. Fields that nothing is matched by may have any shape."""
    osv = _decoded(raw)
    _check(osv)
    ours = [a for a in osv.affected or () if a.package and a.package.ecosystem.partition(":")[0] == _ECOSYSTEM]
    aliases = tuple(dict.fromkeys(a for a in osv.aliases or () if a != osv.id and _ID.fullmatch(a)))
    claims = () if osv.withdrawn else tuple(_claims(osv, ours, aliases))
    return Record(
        id=osv.id,
        modified=osv.modified,
        withdrawn=osv.withdrawn,
        aliases=aliases,
        claims=claims,
        other=not ours,
        document=_document(raw.removeprefix(_BOM)),
    )


def _document(raw: bytes) -> bytes:
    """In a field that nothing is matched by, too, there may be what no reader takes: a number without end."""
    try:
        return tidy(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise BadRecord(f"It cannot be handed on: {error}.") from error


def _decoded(raw: bytes) -> _Osv:
    if len(raw) > RECORD_BYTES:
        raise BadRecord(f"It is larger than {RECORD_BYTES} bytes.")
    try:
        raw.decode("utf-8")
        return _DECODER.decode(raw.removeprefix(_BOM))
    except UnicodeDecodeError as error:
        raise BadRecord(f"It is not UTF-8 (byte {error.start}).") from error
    except msgspec.ValidationError as error:
        raise BadRecord(f"It is no OSV record: {error}.") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRecord(f"It is not JSON: {error}.") from error


def _check(osv: _Osv) -> None:
    if not _ID.fullmatch(osv.id):
        raise BadRecord(f"Its id {osv.id[:80]!r} is not one that a record can have.")
    if (osv.schema_version or "1.").partition(".")[0] != "1":
        raise BadRecord(f"It follows version {osv.schema_version} of the schema; version 1 is known here.")
    for name, moment in (("modified", osv.modified), ("published", osv.published), ("withdrawn", osv.withdrawn)):
        if moment is not None and moment.tzinfo is None:
            raise BadRecord(f"Its moment `{name}` has no time zone (RFC 3339).")


def _claims(osv: _Osv, ours: list[_Affected], aliases: tuple[str, ...]) -> Iterator[tuple[ProjectName, Advisory]]:
    """What it says of each project, in the order in which they are named."""
    entries: dict[ProjectName, list[Affected]] = {}
    for number, one in enumerate(ours):
        assert one.package is not None  # noqa: S101  (`ours` holds no other)
        try:
            project = project_name(one.package.name)
        except BadName as error:
            raise BadRecord(f"In affected[{number}]: {error.message}") from error
        versions = tuple(dict.fromkeys(canonical(version) for version in one.versions or ()))
        ranges = tuple(kept for one_range in one.ranges or () if (kept := _range(one_range, number)))
        entries.setdefault(project, []).append(Affected(versions=versions, ranges=ranges))
    for project, affected in entries.items():
        advisory = Advisory(
            id=osv.id,
            modified=osv.modified,
            summary=(osv.summary or "")[:_SUMMARY],
            aliases=aliases,
            affected=tuple(affected),
        )
        yield project, advisory


def _range(wire: _Range, number: int) -> Range | None:
    """A range; nothing for a kind that no version of the schema knows, or one without any event."""
    try:
        kind = RangeKind(wire.type)
    except ValueError:
        raise BadRecord(f"In affected[{number}]: there are no ranges of the type {wire.type[:40]!r}.") from None
    events = tuple(event for one in wire.events or () for event in _events(one))
    return Range(kind=kind, events=events) if events else None


def _events(wire: _Event) -> Iterator[Event]:
    """One event is meant for each object; where there are more, each holds."""
    if wire.introduced is not None:
        yield Event(kind=EventKind.INTRODUCED, version=wire.introduced.strip())
    if wire.fixed is not None:
        yield Event(kind=EventKind.FIXED, version=wire.fixed.strip())
    if wire.last_affected is not None:
        yield Event(kind=EventKind.LAST_AFFECTED, version=wire.last_affected.strip())
    if wire.limit is not None:
        yield Event(kind=EventKind.LIMIT, version=wire.limit.strip())
