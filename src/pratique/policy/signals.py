"""What is known of a release besides its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SignalKind(StrEnum):
    """What is known of a release besides its bytes."""

    MALWARE = "malware"
    """An advisory says that it is malicious."""
    VULNERABLE = "vulnerable"
    """An advisory says that it has a vulnerability."""
    CAPABILITY = "capability"
    """It can do something by itself that no earlier release of the project could."""
    PROVENANCE = "provenance"
    """Earlier releases said who had built them; this one does not, or it names somebody else."""
    YOUNG = "young"
    """It was published a short while ago."""
    DORMANT = "dormant"
    """The project had been silent for long before."""
    YANKED = "yanked"
    """Its owner has withdrawn it (PEP 592)."""
    STATUS = "status"
    """The project is archived, deprecated or quarantined (PEP 792)."""
    PRIVATE_LIKENESS = "private-likeness"
    """Its name could well be taken for one that the team keeps for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that is known of a release besides its bytes, with the sentence that says so."""

    kind: SignalKind
    reason: str
    id: str = ""
    """The advisory's, where it comes from one."""
