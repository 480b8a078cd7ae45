"""Where blobs lie in their folder, how one comes into sight there, and what its disk may refuse."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from pratique.errors import DiskFull, StorageError
from pratique.names import Sha256

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@lru_cache(maxsize=10_000)  # the same few come again and again, and to put a path together takes longer than to look
def place_of(folder: Path, sha256: Sha256) -> Path:
    """``ab/cd/<sha256>``, without extension so that nothing guesses a type."""
    return folder / sha256[:2] / sha256[2:4] / sha256


def publish(source: Path, target: Path, folder: Path) -> None:
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
def failures(folder: Path) -> Iterator[None]:
    """What the system refuses is an error of ours."""
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
