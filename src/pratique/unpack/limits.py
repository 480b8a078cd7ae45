"""Limits on what an archive may ask of us, and the budget that one unpacking spends."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024
_HEAD = 4096
"""Bytes that are held of any member, whatever else is full: enough to tell what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one artifact may unpack to; hitting one is a finding, never a pass.

    Sizes are in bytes, uncompressed. The defaults stand well above the largest honest wheels
    (about 3 GB, 30,000 members).
    """

    members: int = 100_000
    """Entries of any type, nested archives' included."""
    member_bytes_in_memory: int = 16 * _MIB
    """Of a larger member only this much is held; its digest and size still speak of everything."""
    memory_bytes: int = 512 * _MIB
    """Held in all. What is not source may fill three quarters, so that data cannot crowd out code."""
    nested_bytes: int = 256 * _MIB
    """A nested archive up to this size is opened (it is held while it is read)."""
    total_bytes: int = 16 * 1024 * _MIB
    """Decompressed in all, nested archives' content included."""
    ratio: int = 1000
    """Decompressed to compressed, once past ``ratio_from``. Deflate cannot exceed 1032:1 and reaches
    1000:1 only on one repeated byte; 64 MiB of that is padding nobody ships, or a bomb."""
    ratio_from: int = 64 * _MIB
    nesting: int = 3
    """Archives within archives: 1 allows an archive inside the artifact."""
    path_length: int = 1024
    """Characters."""


class Exhausted(Exception):
    """A limit of the whole artifact is reached: everything stops, what was read is kept."""


class Broken(Exception):
    """A member or archive cannot be read any further; the message says why."""


class OverLimit(Broken):
    """It cannot be read any further because a limit of ours forbids it."""


class Budget:
    """What is left of the limits during one unpacking."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._members = 0
        self._total = 0
        self._held = 0

    def enter(self) -> None:
        """Count one archive entry; raise `Exhausted` beyond the limit."""
        self._members += 1
        if self._members > self.limits.members:
            raise Exhausted(f"It has more than {self.limits.members:,} members.")

    def spend(self, size: int) -> None:
        """Count decompressed bytes; raise `Exhausted` beyond the limit."""
        self._total += size
        if self._total > self.limits.total_bytes:
            raise Exhausted(f"It unpacks to more than {self.limits.total_bytes:,} bytes.")

    def check_ratio(self, packed: int, unpacked: int) -> None:
        """Raise `OverLimit` when a stream grows as only a decompression bomb does."""
        if unpacked > self.limits.ratio_from and unpacked > packed * self.limits.ratio:
            raise OverLimit(f"It decompresses to more than {self.limits.ratio:,} times its size.")

    def room(self, *, source: bool) -> int:
        """How many bytes of the next member may be held."""
        memory = self.limits.memory_bytes if source else self.limits.memory_bytes * 3 // 4
        return min(self.limits.member_bytes_in_memory, max(memory - self._held, _HEAD))

    def hold(self, size: int) -> None:
        """Count bytes that stay in memory."""
        self._held += size
