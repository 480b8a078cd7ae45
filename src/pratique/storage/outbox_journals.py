"""The journals that news is made of: events and the audit log, and how far each was read."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import Column, Connection, func, select

from pratique.audit import Entry
from pratique.notices import Happened
from pratique.ports import Event, EventKind
from pratique.storage.outbox_schema import outbox_read
from pratique.storage.review_schema import audit_log
from pratique.storage.schema import events

_TOLD_OF = (EventKind.VERDICT, EventKind.REFUSAL, EventKind.LATE)
_ENTRY = tuple(field.name for field in fields(Entry))


def read_so_far(connection: Connection) -> dict[str, int]:
    """The last number of each journal that was read; none of one that never was."""
    return {row.journal: row.number for row in connection.execute(select(outbox_read))}


def ends(connection: Connection) -> dict[str, int]:
    """The last number of each journal."""
    return {"events": _end(connection, events.c.id), "audit": _end(connection, audit_log.c.number)}


def is_behind(connection: Connection) -> bool:
    """Whether there is anything to read, which is cheap to ask and mostly not so."""
    read = read_so_far(connection)
    return any(read.get(name) != end for name, end in ends(connection).items())


def happened_between(connection: Connection, after: int, until: int) -> list[Happened]:
    """The events that may be news."""
    query = (
        select(events)
        .where(events.c.id > after, events.c.id <= until, events.c.kind.in_([kind.value for kind in _TOLD_OF]))
        .order_by(events.c.id)
    )
    found = []
    for row in connection.execute(query).all():
        values = {name: value for name, value in row._mapping.items() if name != "id"}  # noqa: SLF001  (its public name)
        event = Event(**{**values, "kind": EventKind(row.kind)})
        received, clients = _received(connection, event) if event.kind is EventKind.LATE else (0, 0)
        found.append(Happened(number=row.id, event=event, received=received, clients=clients))
    return found


def entries_between(connection: Connection, after: int, until: int) -> list[Entry]:
    """The entries of the audit log."""
    query = (
        select(audit_log).where(audit_log.c.number > after, audit_log.c.number <= until).order_by(audit_log.c.number)
    )
    return [Entry(**{name: getattr(row, name) for name in _ENTRY}) for row in connection.execute(query)]


def _end(connection: Connection, column: Column[int]) -> int:
    return connection.execute(select(func.max(column))).scalar() or 0


def _received(connection: Connection, event: Event) -> tuple[int, int]:
    query = select(func.count(), func.count(events.c.client.distinct())).where(
        events.c.kind == EventKind.DOWNLOAD.value,
        events.c.project == event.project,
        events.c.filename == event.filename,
        events.c.sha256 == event.sha256,
    )
    times, clients = connection.execute(query).one()
    return int(times), int(clients)
