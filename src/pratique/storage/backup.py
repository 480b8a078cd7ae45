"""A backup: every table at one moment, in a file that either kind of database can be made from again.

A zip with a line of JSON for each row (``tables/NAME``), the blobs that nobody else has (``blobs/SHA256``), files of
the data folder (``files/NAME``), and ``manifest``, which names every other member with its SHA-256. The manifest's own
SHA-256 is the zip's comment, so that a change of any byte is found.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import GenericAlias
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Engine, Table, select

from pratique.errors import StorageError
from pratique.storage.dialects.engines import FAILURES, snapshot
from pratique.storage.dialects.tables import columns_of
from pratique.storage.failures import storage_error
from pratique.storage.making import every_table, refuse_newer, refuse_strangers, version_of
from pratique.storage.schema import SCHEMA_VERSION, metadata, versions

MANIFEST = "manifest"
FORMAT = 1
_CHUNK = 1 << 20

Which = Literal["own", "all", "none"]
"""The blobs that go into a backup: of files that were uploaded here, all, or none."""


class TablePart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table in a backup."""

    columns: tuple[str, ...]
    rows: int


class BlobPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A blob that was there at the time, in the backup or not."""

    sha256: str
    size: int
    """Bytes."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup holds."""

    format: int
    schema: int
    """The version of the schema."""
    made: datetime
    program: str
    tables: dict[str, TablePart]
    blobs: tuple[BlobPart, ...]
    digests: dict[str, str]
    """SHA-256 of every member but this one."""


class Members:
    """The members of a backup on its way, each digested as it is written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.digests: dict[str, str] = {}

    def write(self, name: str, chunks: Iterator[bytes], *, packed: bool = True) -> None:
        """Write a member."""
        digest = hashlib.sha256()
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with self._archive.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        self.digests[name] = digest.hexdigest()


def back_up(
    engine: Engine, target: Path, *, program: str, blobs: Mapping[str, Path], which: Which, files: Sequence[Path]
) -> Manifest:
    """Write a backup; raises `StorageError` and leaves nothing then.

    ``blobs`` are those that there are, by SHA-256, and are named in the backup; in it are those that ``which`` says:
    of the team's own files, all, or none. The server may run meanwhile: what it adds is not in the backup.
    """
    tables = every_table()
    try:
        with _new(target) as archive:
            members = Members(archive)
            with snapshot(engine) as connection:
                schema = _schema(connection)
                parts = {str(table.name): _table(connection, table, members) for table in _there(connection, tables)}
                kept = _chosen(connection, which, set(blobs))
            for sha256 in sorted(kept):
                members.write(f"blobs/{sha256}", _chunks(blobs[sha256]), packed=False)
            for path in files:
                members.write(f"files/{path.name}", _chunks(path))
            manifest = Manifest(
                format=FORMAT,
                schema=schema,
                made=datetime.now(UTC),
                program=program,
                tables=parts,
                blobs=tuple(BlobPart(sha256=one, size=blobs[one].stat().st_size) for one in sorted(blobs)),
                digests=members.digests,
            )
            document = msgspec.json.encode(manifest)
            archive.writestr(MANIFEST, document, zipfile.ZIP_DEFLATED)
            archive.comment = hashlib.sha256(document).hexdigest().encode()
    except FAILURES as error:
        raise storage_error(error, engine.url.render_as_string(hide_password=True)) from error
    return manifest


def row_type(table: Table, columns: Sequence[str]) -> Any:  # noqa: ANN401  (a type that is made here)
    """What a row of a table is, so that each line is checked as it is read."""
    kinds = []
    for name in columns:
        column = table.columns[name]
        kind = column.type.python_type
        kinds.append(kind | None if column.nullable else kind)
    return GenericAlias(tuple, tuple(kinds))


@contextmanager
def _new(target: Path) -> Iterator[zipfile.ZipFile]:
    """A file that is there whole or not at all, and that nobody else may read: it holds what lets people in."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", compresslevel=3) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _schema(connection: Connection) -> int:
    there = columns_of(connection)
    found = version_of(connection, there)
    if found is None:
        refuse_strangers(there)
        raise StorageError("The database is empty.", remedy="Name the server's data folder with --data.")
    refuse_newer(found)
    known = {table.name: set(table.columns.keys()) for table in metadata.sorted_tables}
    strange = [f"{table}.{name}" for table in known for name in sorted(there.get(table, frozenset()) - known[table])]
    if found < SCHEMA_VERSION or strange:
        raise StorageError(
            f"The database has {strange[0] if strange else f'schema {found}'}, which this version would lose.",
            remedy="Make the backup with the version of the program that made the database.",
        )
    return found


def _chosen(connection: Connection, which: Which, there: set[str]) -> set[str]:
    if which == "own":
        return _own_digests(connection) & there
    return there if which == "all" else set()


def _there(connection: Connection, tables: Sequence[Table]) -> list[Table]:
    there = columns_of(connection)
    return [table for table in tables if table.name in there and table is not versions]


def _table(connection: Connection, table: Table, members: Members) -> TablePart:
    there = columns_of(connection)[table.name]
    columns = [column for column in table.columns if column.name in there]
    rows = 0

    def lines() -> Iterator[bytes]:
        nonlocal rows
        query = select(*columns).order_by(*table.primary_key.columns)
        for row in connection.execution_options(yield_per=1000).execute(query):
            rows += 1
            yield msgspec.json.encode(tuple(row)) + b"\n"

    members.write(f"tables/{table.name}", lines())
    return TablePart(columns=tuple(str(column.name) for column in columns), rows=rows)


def _own_digests(connection: Connection) -> set[str]:
    """What was uploaded here, which no upstream has: the files, their metadata and their provenance."""
    own = metadata.tables["own_files"]
    if own.name not in columns_of(connection):
        return set()
    found: set[str] = set()
    for row in connection.execute(select(own.c.sha256, own.c.metadata, own.c.provenance)):
        found |= {digest for digest in row if digest}
    return found


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
