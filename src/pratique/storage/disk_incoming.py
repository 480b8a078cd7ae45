"""A blob on its way in: gathered, hashed, written by threads, and in sight only once it is complete."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
from contextlib import suppress
from io import BufferedWriter
from pathlib import Path

from pratique.errors import StorageError
from pratique.names import Sha256
from pratique.ports import StoredBlob
from pratique.storage.disk_places import failures, place_of, publish

_BUFFER = 1 << 20
"""Bytes gathered before a thread writes them: a thread's round trip then costs little beside the hashing."""


class Incoming:
    """`pratique.ports.BlobWriter`. Threads do the work; the lock keeps a late one off a file that is discarded."""

    def __init__(self, *, folder: Path, path: Path) -> None:
        self._folder = folder
        self._path = path
        self._waiting: list[bytes] = []
        self._bytes_waiting = 0
        self._hash = hashlib.sha256()
        self._size = 0
        self._file: BufferedWriter | None = None
        self._ended = False
        self._lock = threading.Lock()

    async def write(self, chunk: bytes) -> None:
        """Append, hashing as it goes; raises `StorageError`."""
        self._waiting.append(chunk)
        self._bytes_waiting += len(chunk)
        if self._bytes_waiting >= _BUFFER:
            await asyncio.to_thread(self._flush, self._take())

    async def commit(self, *, expected: str | None = None) -> StoredBlob:
        """Make it visible under its digest; raises `StorageError` if it is not the expected one."""
        return await asyncio.to_thread(self._commit, self._take(), expected)

    def discard(self) -> None:
        """Forget what is not committed. Blocking."""
        with self._lock:
            self._ended = True
            if self._file is not None:
                with suppress(OSError):  # a full disk refuses the rest once more
                    self._file.close()
                self._path.unlink(missing_ok=True)

    def _take(self) -> bytes:
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._bytes_waiting = 0
        return data

    def _flush(self, data: bytes) -> None:
        with self._lock, failures(self._folder):
            self._append(data)

    def _append(self, data: bytes) -> BufferedWriter:
        if self._ended:
            raise StorageError("This blob was already committed or discarded.", remedy="Spool a new one.")
        if self._file is None:
            self._file = self._path.open("xb")
        self._file.write(data)
        self._hash.update(data)
        self._size += len(data)
        return self._file

    def _commit(self, data: bytes, expected: str | None) -> StoredBlob:
        with self._lock, failures(self._folder):
            file = self._append(data)
            self._ended = True
            digest = Sha256(self._hash.hexdigest())
            if expected is not None and digest != expected:
                raise StorageError(
                    f"The content's SHA-256 is {digest}, not {expected} as promised.",
                    remedy="It was damaged on its way, or changed at its source; do not use it.",
                )
            file.flush()
            os.fsync(file.fileno())
            target = place_of(self._folder, digest)
            publish(self._path, target, self._folder)
        return StoredBlob(sha256=digest, size=self._size, path=target)
