"""The head of the audit log, kept in files outside of the database: a line for each entry, only ever added to."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from pathlib import Path

from pratique.audit import Entry, Head
from pratique.errors import StorageError

_LINE = re.compile(r"([1-9][0-9]{0,17}) ([0-9a-f]{64})", re.ASCII)
_CUT = re.compile(r"([1-9][0-9]{0,17}( [0-9a-f]{0,63})?)?", re.ASCII)
"""What a full disk or a crash leaves of a line: worth no more than a line that is not there."""


class HeadFiles:
    """``NUMBER DIGEST`` in each of these files; whoever rewrites the log has to rewrite all of them, too."""

    def __init__(self, *paths: Path) -> None:
        """The first one tells other processes that something has changed: it lies on this machine."""
        self._paths = paths
        self._first = str(paths[0]) if paths else ""

    def add(self, entry: Entry) -> None:
        """Write an entry's digest down, durably; raises `StorageError`."""
        line = f"{entry.number} {entry.digest}\n".encode()
        for path in self._paths:
            try:
                _append(path, line)
            except OSError as error:
                raise StorageError(
                    f"Entry {entry.number} is on record, but {path} cannot be written: {error.strerror or error}.",
                    remedy="Make it writable; `pratique audit-log verify` tells what is missing there.",
                ) from error

    def mark(self) -> object:
        """Another value after each entry; nothing where there is no file yet."""
        try:
            found = os.stat(self._first)  # noqa: PTH116  (asked for at every request: a path takes twice as long)
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns


def read_heads(path: Path) -> tuple[Head, ...]:
    """The heads in a file, in its order; lines that were cut off are left out. Raises `StorageError`."""
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise StorageError(
            f"{path} cannot be read: {error.strerror or error}.", remedy="Name the file with --head."
        ) from error
    *lines, _cut = text.split("\n")
    found = [_LINE.fullmatch(line) for line in lines]
    if (bad := next((at for at, line in enumerate(lines, 1) if not (found[at - 1] or _CUT.fullmatch(line))), 0)) != 0:
        raise StorageError(f"{path}, line {bad} is no head of the audit log.", remedy="Restore the file from a copy.")
    return tuple(Head(number=int(match[1]), digest=match[2]) for match in found if match)


def _append(path: Path, line: bytes) -> None:
    """In one piece, so that other processes' lines stay whole, and behind what was cut off in a line of its own."""
    whole = b"\n" + line if _is_cut(path) else line
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        if os.write(file, whole) < len(whole):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file)
    finally:
        os.close(file)


def _is_cut(path: Path) -> bool:
    """Whether the last line has no end; of what may only be written nothing is known."""
    with suppress(OSError), path.open("rb") as file:
        return bool(file.seek(0, os.SEEK_END)) and file.seek(-1, os.SEEK_END) >= 0 and file.read(1) != b"\n"
    return False
