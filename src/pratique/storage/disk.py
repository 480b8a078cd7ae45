"""Blobs in a folder, each under its own SHA-256: complete or not there at all."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from io import BufferedWriter
from pathlib import Path

from pratique.cache import Shelved
from pratique.errors import BadName, DiskFull, StorageError
from pratique.names import Sha256, sha256_digest
from pratique.ports import BlobWriter, StoredBlob

_BUFFER = 1 << 20
"""Bytes gathered before a thread writes them: a thread's round trip then costs little beside the hashing."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskBlobs:
    """`pratique.ports.Blobs` in a folder: ``ab/cd/<sha256>``, without extension so that nothing guesses a type.

    Files on their way in lie in ``tmp/<process>/``, which its process keeps locked; what dead
    processes left there is removed at opening. Raises `StorageError` for an unusable folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _failures(folder):
            self._spool = _own_spool(folder / "tmp")

    @asynccontextmanager
    async def spool(self) -> AsyncIterator[BlobWriter]:
        """A place for bytes whose digest is not known yet."""
        writer = _DiskWriter(folder=self._folder, path=self._spool.path / secrets.token_hex(16))
        try:
            yield writer
        finally:
            # Shielded, since it must also run for a download that was cancelled.
            await asyncio.shield(asyncio.to_thread(writer.discard))

    async def find(self, sha256: Sha256) -> StoredBlob | None:
        """A complete blob, or nothing."""
        path = _place(self._folder, sha256)
        size = _size(path)  # not in a thread: the hop would cost ten times what the system call does
        return None if size is None else StoredBlob(sha256=sha256, size=size, path=path)

    async def remove(self, sha256: Sha256) -> None:
        """Take a blob away; whoever has it open keeps it to the end. Raises `StorageError`.

        It is out of sight before anything else can happen in this process, and the rest takes its time elsewhere.
        """
        leaving = self._spool.path / secrets.token_hex(16)
        with _failures(self._folder):
            try:
                _place(self._folder, sha256).rename(leaving)
            except FileNotFoundError:
                return
            await asyncio.shield(asyncio.to_thread(leaving.unlink))

    async def everything(self) -> list[Shelved]:
        """All blobs, with the moments when they came; raises `StorageError`."""
        with _failures(self._folder):
            return await asyncio.to_thread(lambda: list(_everything(self._folder)))

    def close(self) -> None:
        """Give this process's spool up."""
        self._spool.close()


class _DiskWriter:
    """One blob on its way in. Threads do the work; the lock keeps a late one off a file that is being discarded."""

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
        with self._lock, _failures(self._folder):
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
        with self._lock, _failures(self._folder):
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
            target = _place(self._folder, digest)
            _publish(self._path, target, self._folder)
        return StoredBlob(sha256=digest, size=self._size, path=target)


class _Spool:
    """A folder under ``tmp/`` that its living owner keeps locked."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    def close(self) -> None:
        """Remove the folder and unlock it."""
        shutil.rmtree(self.path, ignore_errors=True)
        with suppress(OSError):
            os.close(self._lock)


def _own_spool(tmp: Path) -> _Spool:
    """Remove what the dead left and make a folder of our own, one process at a time."""
    tmp.mkdir(parents=True, exist_ok=True)
    gate = _open_lock(tmp / ".lock")
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        for left in tmp.iterdir():
            if left.is_dir() and not _alive(left):
                shutil.rmtree(left)
        path = tmp / f"{os.getpid()}-{secrets.token_hex(4)}"
        path.mkdir()
        lock = _open_lock(path / ".lock")
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _Spool(path, lock)
    finally:
        os.close(gate)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _alive(spool: Path) -> bool:
    lock = _open_lock(spool / ".lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


@lru_cache(maxsize=10_000)  # the same few come again and again, and to put a path together takes longer than to look
def _place(folder: Path, sha256: Sha256) -> Path:
    return folder / sha256[:2] / sha256[2:4] / sha256


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


def _publish(source: Path, target: Path, folder: Path) -> None:
    """Rename and make the names durable: the file's own, and those of folders that may be new."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    for changed in (target.parent, target.parent.parent, folder):
        descriptor = os.open(changed, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _failures(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(
                f"The disk of the blob folder {folder} is full.",
                remedy="Free some space on its disk, or bound what is kept with --cache-size.",
            ) from error
        remedy = "Check that this user may write there."
        raise StorageError(f"The blob folder {folder} cannot be used: {error.strerror}.", remedy=remedy) from error
