"""The floor: what it costs to decompress and SHA-256 every member with the standard library alone."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from typing import IO

_CHUNK = 1 << 20


def floor(data: bytes) -> int:
    """Decompress and hash all of ``data``'s members in memory; the number of bytes that were hashed."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        return _zip(data)
    return _tar(data)


def _zip(data: bytes) -> int:
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            with archive.open(info) as member:
                total += _hash(member)
    return total


def _tar(data: bytes) -> int:
    total = 0
    with tarfile.open(fileobj=io.BytesIO(data), mode="r|*") as archive:
        for info in archive:
            member = archive.extractfile(info) if info.isfile() else None
            total += _hash(member) if member else 0
    return total


def _hash(stream: IO[bytes]) -> int:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return size
