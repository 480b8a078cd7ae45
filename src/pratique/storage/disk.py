"""Blobs in a folder, each under its own SHA-256: complete or not there at all."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pratique.cache import Shelved
from pratique.errors import BadName
from pratique.names import Sha256, sha256_digest
from pratique.ports import BlobWriter, StoredBlob
from pratique.storage.disk_incoming import Incoming
from pratique.storage.disk_places import failures, place_of
from pratique.storage.disk_spool import own_spool


class DiskBlobs:
    """`pratique.ports.Blobs` in a folder: ``ab/cd/<sha256>``, without extension so that nothing guesses a type.

    Files on their way in lie in ``tmp/<process>/``, which its process keeps locked; what dead
    processes left there is removed at opening. Raises `StorageError` for an unusable folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with failures(folder):
            self._spool = own_spool(folder / "tmp")

    @asynccontextmanager
    async def spool(self) -> AsyncIterator[BlobWriter]:
        """A place for bytes whose digest is not known yet."""
        writer = Incoming(folder=self._folder, path=self._spool.path / secrets.token_hex(16))
        try:
            yield writer
        finally:
            # Shielded, since it must also run for a download that was cancelled.
            await asyncio.shield(asyncio.to_thread(writer.discard))

    async def find(self, sha256: Sha256) -> StoredBlob | None:
        """A complete blob, or nothing."""
        path = place_of(self._folder, sha256)
        size = _size(path)  # not in a thread: the hop would cost ten times what the system call does
        return None if size is None else StoredBlob(sha256=sha256, size=size, path=path)

    async def remove(self, sha256: Sha256) -> None:
        """Take a blob away; whoever has it open keeps it to the end. Raises `StorageError`.

        It is out of sight before anything else can happen in this process, and the rest takes its time elsewhere.
        """
        leaving = self._spool.path / secrets.token_hex(16)
        with failures(self._folder):
            try:
                place_of(self._folder, sha256).rename(leaving)
            except FileNotFoundError:
                return
            await asyncio.shield(asyncio.to_thread(leaving.unlink))

    async def everything(self) -> list[Shelved]:
        """All blobs, with the moments when they came; raises `StorageError`."""
        with failures(self._folder):
            return await asyncio.to_thread(lambda: list(_everything(self._folder)))

    def close(self) -> None:
        """Give this process's spool up."""
        self._spool.close()


def _everything(folder: Path) -> Iterator[Shelved]:
    for path in folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        with suppress(FileNotFoundError, BadName):
            found = path.stat()
            came = datetime.fromtimestamp(found.st_mtime, UTC)
            yield Shelved(sha256=sha256_digest(path.name), size=found.st_size, used=came)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
