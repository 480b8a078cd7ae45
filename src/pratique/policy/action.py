"""What is done with a file."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What is done with a file, mildest first."""

    ALLOW = "allow"
    QUARANTINE = "quarantine"
    BLOCK = "block"

    @property
    def strictness(self) -> int:
        """Orders actions, the mildest is 0."""
        return _STRICTNESS[self]

    @property
    def done(self) -> str:
        """What was done, in the word that a reason begins with."""
        return _DONE[self]


_STRICTNESS = {Action.ALLOW: 0, Action.QUARANTINE: 1, Action.BLOCK: 2}
_DONE = {Action.ALLOW: "allowed", Action.QUARANTINE: "quarantined", Action.BLOCK: "blocked"}
