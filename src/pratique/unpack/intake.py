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
        digest, size, held, kept, limit, whole = sha256(), 0, [], 0, room, True
        try:
            for chunk in chunks:
                if not size and looks_like_archive(chunk):
                    limit = max(room, self.budget.limits.nested_bytes)
                digest.update(chunk)
                size += len(chunk)
                if kept < limit:
                    held.append(chunk if kept + len(chunk) <= limit else chunk[: limit - kept])
                    kept += len(held[-1])
                elif self.notes.depth and not source:
                    # No installer unpacks it, and no rule sees more than what is held: arrays of
                    # gigabytes in honest test data would only cost time.
                    whole = False
                    self.notes.oddity("archive-nested-data", Severity.LOW, path, "Only its beginning was read.")
                    break
        except OverLimit as error:
            whole = False
            self.notes.limit(path, str(error))
        except Broken as error:
            whole = False
            self.notes.damage(path, str(error))
        data = held[0] if len(held) == 1 else b"".join(held)
        inside = data if whole and limit > room else None
        whole = whole and size <= room
        data = data[:room]
        self.budget.hold(len(data))
        member = Member(
            path=path, data=data, sha256=Sha256(digest.hexdigest()), size=size, whole=whole, executable=executable
        )
        self.members.append(member)
        if source and size > room:
            self.notes.limit(path, f"Only the first {room:,} of its {size:,} bytes could be held.")
        if inside is not None:
            self._nested(path, inside, size)
        return member

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
