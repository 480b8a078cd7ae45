"""What was asked for and who received it, summed up over the record; and the port to what does the summing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """All requests for one file that were answered alike."""

    project: str
    filename: str
    sha256: str
    """Empty where nobody has seen the bytes."""
    served: bool
    action: str
    times: int
    clients: int
    """From so many addresses."""
    first: datetime
    last: datetime
    reason: str = ""
    """Of the last one."""
    index: str = ""
    """The further index that was asked; empty for the main one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """All downloads of one file by one client: the same address with the same user agent."""

    filename: str
    sha256: str
    """Empty where the record does not say which bytes they were."""
    address: str
    user_agent: str
    times: int
    first: datetime
    last: datetime


class Requests(Protocol):
    """What was asked for, summed up."""

    async def requested(self, *, since: datetime | None = None) -> Sequence[Requested]:
        """By file, index and answer, the last asked for first; raises `StorageError`."""
        ...
