"""From a backup to a database: the file is read to its end before anything is touched, and then all or nothing."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine, func, insert, select

from pratique.errors import StorageError
from pratique.storage.backup import FORMAT, MANIFEST, Manifest, row_type
from pratique.storage.dialects.engines import FAILURES, writing
from pratique.storage.dialects.lines import stand_in_line
from pratique.storage.dialects.tables import columns_of, number_on
from pratique.storage.failures import storage_error
from pratique.storage.making import every_table, make_tables, refuse_newer, refuse_strangers, version_of
from pratique.storage.schema import SCHEMA_VERSION, metadata, versions

_AT_ONCE = 1000
_CHUNK = 1 << 20
_LIMIT = 64 << 20
"""Bytes of a manifest."""
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, ValueError, RuntimeError)
"""What reading raises where bytes were changed: `RuntimeError` for what claims to be encrypted."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup and what it says of itself; raises `StorageError` for what is none, or is not as it was written."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _manifest(archive)
    except _BROKEN as error:
        raise StorageError(f"{path} is damaged, or is no backup: {error}.", remedy="Take another copy.") from error
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}.", remedy="Name a backup.") from error


def check(path: Path) -> Manifest:
    """Read a backup to its end; raises `StorageError` for one that is not as it was written, or cannot be used here."""
    every_table()
    with opened(path) as (archive, manifest):
        if set(archive.namelist()) != {*manifest.digests, MANIFEST} or len(archive.namelist()) != len(
            set(archive.namelist())
        ):
            raise StorageError(f"{path} holds something else than it says.", remedy="Take another copy.")
        for name, expected in manifest.digests.items():
            if _digest(archive, name) != expected:
                raise StorageError(f"{path} is damaged: {name} is not as it was.", remedy="Take another copy.")
        for name in manifest.tables:
            if sum(len(rows) for rows in _rows(archive, manifest, name)) != manifest.tables[name].rows:
                raise StorageError(f"{path} is damaged: rows of {name} are missing.", remedy="Take another copy.")
        return manifest


def restore(engine: Engine, path: Path, *, force: bool = False) -> Manifest:
    """Make a database what the backup says; raises `StorageError` and leaves the database as it was then.

    One that holds anything is replaced with ``force`` alone.
    """
    manifest = check(path)
    try:
        with opened(path) as (archive, _), writing(engine).begin() as connection:
            stand_in_line(connection, "tables")
            _empty(connection, force=force)
            make_tables(connection, ())
            for name in manifest.tables:
                _fill(connection, archive, manifest, name)
            connection.execute(insert(versions).values(version=SCHEMA_VERSION))
    except FAILURES as error:
        raise storage_error(error, engine.url.render_as_string(hide_password=True)) from error
    return manifest


def read_member(path: Path, name: str) -> Iterator[bytes]:
    """A member of a backup in pieces."""
    with opened(path) as (archive, _), archive.open(name) as member:
        while chunk := member.read(_CHUNK):
            yield chunk


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > _LIMIT:
        raise zipfile.BadZipFile("its manifest is too large")
    document = archive.read(MANIFEST)
    if hashlib.sha256(document).hexdigest().encode() != archive.comment:
        raise zipfile.BadZipFile("its manifest is not as it was written")
    manifest = msgspec.json.decode(document, type=Manifest)
    if manifest.format != FORMAT:
        raise StorageError("The backup is of another format.", remedy="Use the version of the program that made it.")
    refuse_newer(manifest.schema)
    if manifest.schema < SCHEMA_VERSION:
        raise StorageError(
            f"The backup is of schema {manifest.schema}, this program of {SCHEMA_VERSION}.",
            remedy=f"Restore it with {manifest.program}, then run `pratique db migrate` with this one.",
        )
    return manifest


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as member:
        while chunk := member.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _rows(archive: zipfile.ZipFile, manifest: Manifest, name: str) -> Iterator[list[dict[str, object]]]:
    """The rows of a table, some at a time, each checked against the table."""
    columns = manifest.tables[name].columns
    decoder = msgspec.json.Decoder(row_type(metadata.tables[name], columns))
    some: list[dict[str, object]] = []
    with archive.open(f"tables/{name}") as lines:
        for line in lines:
            some.append(dict(zip(columns, decoder.decode(line), strict=True)))
            if len(some) == _AT_ONCE:
                yield some
                some = []
    if some:
        yield some


def _fill(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest, name: str) -> None:
    table = metadata.tables[name]
    for rows in _rows(archive, manifest, name):
        connection.execute(insert(table), rows)
    written = connection.execute(select(func.count()).select_from(table)).scalar_one()
    if written != manifest.tables[name].rows:
        raise StorageError(f"Not every row of {name} was written.", remedy="Restore once more.")
    number_on(connection, table)


def _empty(connection: Connection, *, force: bool) -> None:
    """Drop our tables; raises `StorageError` where they hold anything and that was not said to be wanted."""
    there = columns_of(connection)
    found = version_of(connection, there)
    if found is None:
        return refuse_strangers(there)
    refuse_newer(found)
    ours = [table for table in metadata.sorted_tables if table.name in there]
    for table in ours:
        if table is not versions and not force and connection.execute(select(table).limit(1)).first():
            raise StorageError(
                f"The database holds something already: {table.name}.",
                remedy="Stop its server and give --force to replace all of it, or name an empty one with --database.",
            )
    metadata.drop_all(connection, tables=ours, checkfirst=False)
    return None
