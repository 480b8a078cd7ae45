"""A data folder's database: backed up, restored, moved and brought up to date."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pratique import __version__
from pratique.errors import BadSetting
from pratique.names import Sha256
from pratique.wiring.folder import DATABASE, choose_database, database_of, folder_of, has_database
from pratique.wiring.stores import head_files

if TYPE_CHECKING:
    from pratique.storage.backup import Manifest, Which


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    missing: int
    """Blobs that were there when the backup was made, and are not in the folder now."""
    heads: Path | None
    """Where the heads of the audit log went that were in the folder."""


def back_up(data: Path, target: Path, *, blobs: Which = "own", force: bool = False) -> Manifest:
    """Back a data folder up; the server may run. Raises `BadSetting`, `StorageError`."""
    from pratique.storage import backup
    from pratique.storage.database import engine_for

    if not has_database(data):
        raise BadSetting(f"There is no database in {data}.", remedy="Name the server's folder with --data.")
    if target.exists() and not force:
        raise BadSetting(f"{target} is there already.", remedy="Choose another name, or give --force.")
    folder = folder_of(data)
    engine = engine_for(database_of(folder))
    try:
        heads = head_files(folder)[0]
        return backup.back_up(
            engine,
            target,
            program=f"pratique {__version__}",
            blobs=_blobs(folder),
            which=blobs,
            files=[heads] if heads.exists() else [],
        )
    finally:
        engine.dispose()


def restore(data: Path, source: Path, *, database: str = "", force: bool = False) -> Restored:
    """Make a data folder what a backup says, in the database it has or in another one from now on.

    Raises `BadSetting`, `StorageError`.
    """
    from pratique.storage import restoring
    from pratique.storage.database import engine_for

    folder = folder_of(data)
    engine = engine_for(database or database_of(folder))
    try:
        manifest = restoring.restore(engine, source, force=force)
    finally:
        engine.dispose()
    choose_database(folder, database)
    asyncio.run(_restore_blobs(folder, source, manifest))
    missing = sum(1 for one in manifest.blobs if not _place(folder, one.sha256).exists())
    return Restored(manifest=manifest, missing=missing, heads=_restore_heads(folder, source, manifest))


def migrate(data: Path, *, database: str = "", check: bool = False) -> list[str]:
    """Bring a data folder's database up to date, or say what that would do. Raises `BadSetting`, `StorageError`."""
    from pratique.storage import steps
    from pratique.storage.database import engine_for

    if not database and not has_database(data):
        raise BadSetting(f"There is no database in {data}.", remedy="Name the server's folder with --data.")
    engine = engine_for(database or database_of(folder_of(data)))
    try:
        return (steps.pending if check else steps.migrate)(engine)
    finally:
        engine.dispose()


def migrate_cache(folder: Path) -> None:
    """Bring the database in a folder up to date that nobody looks after; never one that is kept elsewhere."""
    inside = folder / DATABASE
    if inside.exists() and database_of(folder) == f"sqlite:///{inside}":
        migrate(folder)


def _blobs(folder: Path) -> dict[str, Path]:
    found = folder.glob(f"blobs/{'[0-9a-f]' * 2}/{'[0-9a-f]' * 2}/{'[0-9a-f]' * 64}")
    return {path.name: path for path in found}


def _place(folder: Path, sha256: str) -> Path:
    return folder / "blobs" / sha256[:2] / sha256[2:4] / sha256


async def _restore_blobs(folder: Path, source: Path, manifest: Manifest) -> None:
    """Those in the backup that are not there; each is checked as it comes in."""
    from pratique.storage.disk import DiskBlobs
    from pratique.storage.restoring import read_member

    blobs = DiskBlobs(folder / "blobs")
    try:
        for name in _members(manifest, "blobs/"):
            sha256 = Sha256(name)
            if await blobs.find(sha256) is not None:
                continue
            async with blobs.spool() as writer:
                for chunk in read_member(source, f"blobs/{name}"):
                    await writer.write(chunk)
                await writer.commit(expected=sha256)
    finally:
        blobs.close()


def _restore_heads(folder: Path, source: Path, manifest: Manifest) -> Path | None:
    """The heads that belong to the restored log; others that were there are kept beside them, since they prove."""
    from pratique.storage.restoring import read_member

    place = head_files(folder)[0]
    names = _members(manifest, "files/")
    new = b"".join(read_member(source, f"files/{place.name}")) if place.name in names else b""
    aside = None
    if place.exists() and place.read_bytes() != new:
        aside = place.with_name(f"{place.name}.{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
        place.rename(aside)
    if new and not place.exists():
        part = place.with_name(f"{place.name}.new")
        with part.open("wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    return aside


def _members(manifest: Manifest, folder: str) -> Sequence[str]:
    return [name.removeprefix(folder) for name in manifest.digests if name.startswith(folder)]
