"""Advisories as rows: what is written of a record, and how it compares to what is there."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, Executable, bindparam, select

from pratique.advisories.model import MALWARE_PREFIX, Advisory
from pratique.advisories.record import Record, read_record
from pratique.names import ProjectName
from pratique.storage.documents import encode
from pratique.storage.schema import advisories

Row: TypeAlias = Mapping[str, object]
State: TypeAlias = tuple[datetime, str]
"""When a record was last modified, and the digest of its document."""

_ASKED = 500
"""Ids in one statement."""
_WHOLE = select(advisories.c.document).where(advisories.c.id == bindparam("id"))
_STATES = select(advisories.c.id, advisories.c.modified, advisories.c.digest)


def latest_of(records: Iterable[Record]) -> dict[str, Record]:
    """By id; of several records with one id the later modified one."""
    latest: dict[str, Record] = {}
    for record in records:
        if record.id not in latest or record.modified >= latest[record.id].modified:
            latest[record.id] = record
    return latest


def record_row(record: Record, *, source: str, seen: datetime) -> Row:
    """The row of a record, its document packed."""
    return {
        "id": record.id,
        "modified": record.modified,
        "withdrawn": record.withdrawn is not None,
        "malware": record.id.startswith(MALWARE_PREFIX),
        "source": source,
        "seen": seen,
        "digest": state_of(record)[1],
        "document": zlib.compress(record.document, 1),
    }


def claim_rows(record: Record) -> Iterator[Row]:
    """A row for each project that the record speaks of."""
    for project, advisory in record.claims:
        yield {"project": project, "id": record.id, "document": encode(advisory)}


def state_of(record: Record) -> State:
    """The record's state, to be compared with `states`."""
    return record.modified, hashlib.blake2b(record.document, digest_size=16).hexdigest()


def states(connection: Connection, ids: Sequence[str]) -> dict[str, State]:
    """What is kept of these records; unknown ids are left out."""
    return {
        row.id: (row.modified, row.digest)
        for some in slices(ids)
        for row in connection.execute(_STATES.where(advisories.c.id.in_(some)))
    }


def is_news(new: State, known: State | None) -> bool:
    """Whether it is later modified than what is kept, or says something else at the same moment."""
    return known is None or new[0] > known[0] or (new[0] == known[0] and new[1] != known[1])


def read_again(connection: Connection, identity: str, project: ProjectName) -> Advisory:
    """What a record says of a project, from the record: the shape that was kept is another version's."""
    document = connection.execute(_WHOLE, {"id": identity}).scalar_one()
    return dict(read_record(zlib.decompress(document)).claims)[project]


def write_all(connection: Connection, statement: Executable, rows: Sequence[Row]) -> None:
    """Execute a statement for each row, if there are any."""
    if rows:
        connection.execute(statement, rows)


def slices(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many ids at a time as a statement takes."""
    for at in range(0, len(ids), _ASKED):
        yield ids[at : at + _ASKED]
