"""Folders for what is on its way in: each process keeps its own locked, and removes what dead ones left."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path


class Spool:
    """A folder under ``tmp/`` that its living owner keeps locked."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    def close(self) -> None:
        """Remove the folder and unlock it."""
        shutil.rmtree(self.path, ignore_errors=True)
        with suppress(OSError):
            os.close(self._lock)


def own_spool(tmp: Path) -> Spool:
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
        return Spool(path, lock)
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
