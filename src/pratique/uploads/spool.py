"""Bytes on their way in: a file without a name, which nothing is left of whatever happens."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pratique.errors import StorageError
from pratique.uploads.refusal import UploadRefused

_BUFFER = 1 << 20
"""Bytes gathered before a thread writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """Of a whole file, hexadecimal."""

    sha256: str
    blake2b: str
    """256 bits."""
    md5: str


class Spool:
    """One file on its way in, hashed as it arrives, at most ``limit`` bytes of it."""

    def __init__(self, file: BinaryIO, *, limit: int) -> None:
        self.file = file
        self.size = 0
        self._limit = limit
        self._waiting: list[bytes] = []
        self._bytes_waiting = 0
        self._sha256 = hashlib.sha256()
        self._blake2b = hashlib.blake2b(digest_size=32)
        self._md5 = hashlib.md5(usedforsecurity=False)

    async def write(self, chunk: bytes) -> None:
        """Append; raises `UploadRefused` beyond the limit, `StorageError` where the disk is full."""
        self.size += len(chunk)
        if self.size > self._limit:
            raise UploadRefused(
                f"The file is larger than {self._limit:,} bytes.",
                remedy="Leave out what need not be in it.",
                status=413,
            )
        self._waiting.append(chunk)
        self._bytes_waiting += len(chunk)
        if self._bytes_waiting >= _BUFFER:
            await self._flush()

    async def digests(self) -> Digests:
        """Of everything that was written."""
        await self._flush()
        return Digests(sha256=self._sha256.hexdigest(), blake2b=self._blake2b.hexdigest(), md5=self._md5.hexdigest())

    async def _flush(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._bytes_waiting = 0
        await asyncio.to_thread(self._append, data)

    def _append(self, data: bytes) -> None:
        for digest in (self._sha256, self._blake2b, self._md5):
            digest.update(data)
        try:
            self.file.write(data)
            self.file.flush()
        except OSError as error:
            raise StorageError(
                f"The upload cannot be kept: {error.strerror}.", remedy="Free some space on the server's disk."
            ) from error


@asynccontextmanager
async def spooled(folder: Path, *, limit: int) -> AsyncIterator[Spool]:
    """A place for a file, in ``folder``; it has no name there, so that a crash leaves nothing."""
    file = _open(folder)  # not in a thread: whoever is cancelled meanwhile would leave it open
    try:
        yield Spool(file, limit=limit)
    finally:
        await asyncio.shield(asyncio.to_thread(file.close))


def _open(folder: Path) -> BinaryIO:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=folder)
    except OSError as error:
        raise StorageError(
            f"The folder {folder} cannot be used: {error.strerror}.", remedy="Check that this user may write there."
        ) from error
