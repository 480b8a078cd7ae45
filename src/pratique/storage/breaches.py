"""Stolen passwords in a file: sorted lines ``SHA1:COUNT``, as services offer them for closed networks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path

from pratique.accounts.breached import read_range
from pratique.errors import BadSetting, StorageError, UpstreamError

_LINE = 80
"""Bytes that no line exceeds."""


class BreachFile:
    """`pratique.accounts.ports.Breaches` by a search in halves; nothing of the file is kept in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def range(self, prefix: str) -> Mapping[str, int]:
        """How often each password was seen whose SHA-1 begins so, by the other 35 digits; raises `StorageError`."""
        return await asyncio.to_thread(self._range, prefix.upper().encode())

    def check(self) -> None:
        """Raise `BadSetting` for a file that cannot be read, or that does not begin as it should."""
        try:
            with self._path.open("rb") as file:
                first, second = file.readline(_LINE), file.readline(_LINE)
        except OSError as error:
            raise BadSetting(f"{self._path} cannot be read: {error.strerror}.", remedy=_REMEDY) from error
        if _key(first) is None or (second and (_key(second) or b"") <= (_key(first) or b"")):
            raise BadSetting(f"{self._path} does not hold sorted lines SHA1:COUNT.", remedy=_REMEDY)

    def _range(self, prefix: bytes) -> Mapping[str, int]:
        try:
            with self._path.open("rb") as file:
                _seek(file, prefix)
                lines = []
                while (line := file.readline(_LINE)) and (key := _sure(line)) <= prefix + b"G":
                    if key >= prefix:
                        lines.append(line.strip()[len(prefix) :].decode("ascii"))
                return read_range("\n".join(lines))
        except OSError as error:
            raise StorageError(f"{self._path} cannot be read: {error.strerror}.", remedy=_REMEDY) from error
        except UpstreamError as error:
            raise StorageError(f"{self._path} does not hold sorted lines SHA1:COUNT.", remedy=_REMEDY) from error


_REMEDY = "Name a file of stolen passwords by SHA-1, sorted, with --breached-file."


def _seek(file: BufferedReader, prefix: bytes) -> None:
    """Stand at a line that is not after the first one of the range, and not far before it."""
    low, high = 0, file.seek(0, 2)
    while high - low > _LINE:
        middle = (low + high) // 2
        file.seek(middle)
        file.readline(_LINE)
        line = file.readline(_LINE)
        if line and _sure(line) < prefix:
            low = middle
        else:
            high = middle
    file.seek(low)
    if low:
        file.readline(_LINE)


def _key(line: bytes) -> bytes | None:
    digest, colon, count = line.strip().upper().partition(b":")
    fits = len(digest) == 40 and not digest.strip(b"0123456789ABCDEF")
    return digest if fits and colon and count.isdigit() else None


def _sure(line: bytes) -> bytes:
    key = _key(line)
    if key is None:
        raise UpstreamError(
            "A line is not SHA1:COUNT.", remedy="Name a file of SHA1:COUNT lines, sorted, with --breached-file."
        )
    return key
