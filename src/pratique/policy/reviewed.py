"""What a person has decided about one file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pratique.names import Sha256


class Answer(StrEnum):
    """What a reviewer says."""

    RELEASE = "release"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A decision about exactly these bytes; a release holds under this file name alone.

    ``lifts`` are the keys of the objections that the reviewer saw. What comes up later (an advisory, a rule that
    proves a chain) is not lifted: nobody has looked at it.
    """

    sha256: Sha256
    filename: str
    answer: Answer
    reason: str
    actor: str
    at: datetime
    expires: datetime | None = None
    """From then on it does not hold any more."""
    lifts: tuple[str, ...] = ()

    def holds(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires is None or now < self.expires
