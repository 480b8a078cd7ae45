"""A case: all that is known of one file at one moment, when it comes before a policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pratique.names import Kind, ProjectName
from pratique.policy.publisher import Vouched
from pratique.policy.reviewed import Review
from pratique.policy.signals import Signal
from pratique.verdict import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is known of one file at one moment."""

    project: ProjectName
    version: str
    """Empty where it cannot be told."""
    filename: str
    now: datetime
    """In UTC."""
    sha256: str = ""
    """Empty where nobody has seen the bytes, nor does the page promise any."""
    kind: Kind = Kind.OTHER
    report: Report | None = None
    """Nothing where the file was not inspected yet."""
    signals: tuple[Signal, ...] = ()
    uploaded: datetime | None = None
    began: datetime | None = None
    """When the first file of the project was uploaded that its page lists; nothing where that does not say."""
    releases: int = 0
    """How many its page lists; 0 where there is no page at hand."""
    fixes: tuple[str, ...] = ()
    """Advisories on the release before this one that do not hold for this one any more."""
    attested: bool = False
    """The upstream has provenance of it (PEP 740)."""
    vouched: Vouched | None = None
    """Who published it; nothing where that was not looked up."""
    yanked: bool = False
    size: int = 0
    """In bytes; 0 where it is not known."""
    index: str = ""
    """The name of the index that it was asked of; empty for the main one."""
    own: bool = False
    """It is the team's own: uploaded here, so that age and lists of what may be installed do not concern it."""
    review: Review | None = None
    """The newest decision of a person about these bytes under this name."""
