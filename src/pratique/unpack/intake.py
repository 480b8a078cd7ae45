"""Turns what an archive reader yields into members: hashed as it streams, held within the budget."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import BinaryIO

from pratique.artifact import Member
from pratique.finding import Severity
from pratique.names import Sha256
from pratique.unpack.limits import Broken, Budget, OverLimit
from pratique.unpack.notes import Notes
from pratique.unpack.paths import safe_path
from pratique.unpack.streams import compression

SOURCE = (".py", ".pyw", ".pyi", ".pyc", ".pth", ".pyx", ".toml", ".cfg")
"""Suffixes of what is read as code or steers a build: not seeing all of it is never a pass."""

_FIRST_LINE = 512

Opener = Callable[[BinaryIO, "Intake"], bool]
"""Opens a nested archive; false when it is none."""


class _Read:
    """What was read of a member: all of it is hashed, its beginning held."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        """Bytes that are held."""
        self.size = 0
        self.whole = True
        self._digest = sha256()
        self._held: list[bytes] = []
        self._kept = 0

    def add(self, chunk: bytes) -> bool:
        """Take the next bytes; false once there is no room for any."""
        self._digest.update(chunk)
        self.size += len(chunk)
        room = self.limit - self._kept
        if room > 0:
            self._held.append(chunk if len(chunk) <= room else chunk[:room])
            self._kept += len(self._held[-1])
        return room > 0

    @property
    def data(self) -> bytes:
        """The beginning."""
        return self._held[0] if len(self._held) == 1 else b"".join(self._held)

    @property
    def sha256(self) -> Sha256:
        """Of all that was read."""
        return Sha256(self._digest.hexdigest())


class Intake:
    """Collects the members of one artifact, its nested archives' included."""

    def __init__(self, budget: Budget, notes: Notes, opener: Opener) -> None:
        self.budget = budget
        self.notes = notes
        self.members: list[Member] = []
        self.links: list[tuple[str, str, bool]] = []
        """Path, target and whether the target counts from the root (a tar's hard link)."""
        self._opener = opener
        self._prefix = ""

    def path(self, raw: str) -> str:
        """The member's harmless path, behind those of the archives around it."""
        return self._prefix + safe_path(raw, self.notes, longest=self.budget.limits.path_length)

    def take(self, path: str, chunks: Iterator[bytes], *, executable: bool = False) -> Member:
        """Hash and keep one member; where its data is damaged, keep the beginning and note it.

        Large data in a nested archive is read only as far as it is held: there, and where a member
        is damaged, ``size`` and ``sha256`` speak of what was read, and a note says so.
        """
        source = path.endswith(SOURCE)
        room = self.budget.room(source=source)
        read = self._read(path, chunks, room, source=source)
        data = read.data
        inside = data if read.whole and read.limit > room else None
        data = data[:room]
        self.budget.hold(len(data))
        whole = read.whole and read.size <= room
        member = Member(path=path, data=data, sha256=read.sha256, size=read.size, whole=whole, executable=executable)
        self.members.append(member)
        if source and read.size > room:
            self.notes.limit(path, f"Only the first {room:,} of its {read.size:,} bytes could be held.")
        if inside is not None:
            self._nested(path, inside, read.size)
        return member

    def _read(self, path: str, chunks: Iterator[bytes], room: int, *, source: bool) -> _Read:
        read = _Read(room)
        try:
            for chunk in chunks:
                if not read.size and looks_like_archive(chunk):
                    read.limit = max(room, self.budget.limits.nested_bytes)
                if not read.add(chunk) and self.notes.depth and not source:
                    # No installer unpacks it, and no rule sees more than what is held: arrays of
                    # gigabytes in honest test data would only cost time.
                    read.whole = False
                    self.notes.oddity("archive-nested-data", Severity.LOW, path, "Only its beginning was read.")
                    break
        except OverLimit as error:
            read.whole = False
            self.notes.limit(path, str(error))
        except Broken as error:
            read.whole = False
            self.notes.damage(path, str(error))
        return read

    def _nested(self, path: str, data: bytes, size: int) -> None:
        limits = self.budget.limits
        if size > len(data):
            self.notes.limit(path, f"It is a nested archive of more than {limits.nested_bytes:,} bytes.")
            return
        if self.notes.depth >= limits.nesting:
            self.notes.limit(path, f"Archives are nested more than {limits.nesting} deep.")
            return
        outer, self._prefix = self._prefix, f"{path}!/"
        self.notes.depth += 1
        try:
            self._opener(io.BytesIO(data), self)
        except OverLimit as error:
            self.notes.limit(path, str(error))
        except Broken as error:
            self.notes.damage(path, str(error))
        finally:
            self.notes.depth -= 1
            self._prefix = outer


def looks_like_archive(head: bytes) -> bool:
    """Whether a file's first bytes are those of a zip, a tar or a compressed stream."""
    return looks_like_zip(head) or head[257:262] == b"ustar" or compression(head) is not None


def looks_like_zip(head: bytes) -> bool:
    """Whether a file's first bytes are those of a zip, or of one behind a line that names its interpreter (PEP 441)."""
    if head.startswith(b"#!"):
        head = head[:_FIRST_LINE].partition(b"\n")[2]
    return head.startswith((b"PK\3\4", b"PK\5\6"))
