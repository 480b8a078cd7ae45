"""What releases of the team's own are, and the states of an upload."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pratique.names import ProjectName, Sha256

NOT_PUBLISHED = "private.name.not.published.here"
"""The label (`pratique.errors.Withheld`) of a private name that nothing lives under."""


class State(StrEnum):
    """Where an uploaded file stands. Only a published one can be installed; a name is used up in any of them."""

    RECEIVED = "received"
    """Complete and kept; nobody has looked at it yet."""
    SCREENING = "screening"
    PUBLISHED = "published"
    HELD = "held"
    """A person has to look at it."""
    REFUSED = "refused"
    """Kept as evidence, never served."""

    @property
    def open(self) -> bool:
        """Whether screening has not come to its end."""
        return self in {State.RECEIVED, State.SCREENING}


class Status(StrEnum):
    """A project's status (PEP 792)."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    """No new uploads."""
    DEPRECATED = "deprecated"
    QUARANTINED = "quarantined"
    """No new uploads, and no files are offered."""

    @property
    def takes_uploads(self) -> bool:
        """Whether new files may come (PEP 792: neither into what is archived nor what is quarantined)."""
        return self in {Status.ACTIVE, Status.DEPRECATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file's core metadata say, as far as people are shown it."""

    summary: str = ""
    description: str = ""
    description_type: str = ""
    """Media type (core metadata, Description-Content-Type); empty is reStructuredText."""
    author: str = ""
    license: str = ""
    keywords: str = ""
    classifiers: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Label and URL; only http and https."""
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """A file that was uploaded, in whatever state."""

    filename: str
    project: ProjectName
    version: str
    """Normalised (PEP 440)."""
    filetype: str
    """``bdist_wheel`` or ``sdist``."""
    sha256: Sha256
    blake2b: str
    """256 bits, hexadecimal."""
    size: int
    """In bytes."""
    uploaded: datetime
    uploader: str
    """The user's name."""
    address: str = ""
    """Of the connection that it came by."""
    user_agent: str = ""
    requires_python: str | None = None
    metadata: Sha256 | None = None
    """Digest of its core metadata, which are kept as a blob."""
    provenance: Sha256 | None = None
    """Digest of its provenance object (PEP 740), if attestations came with it."""
    about: About = field(default_factory=About)
    state: State = State.RECEIVED
    reason: str = ""
    """Why it is held or refused, in a sentence that the uploader reads."""
    doubt: str = ""
    """What has to be looked at by a person even if nothing is found in the file; empty mostly."""
    verdict: str = ""
    judged_by: str = ""
    """The reviewer who let it pass, or turned it down; empty where only the engine judged."""
    yanked: str | None = None
    """The reason (PEP 592), which may be empty; nothing where it is not yanked."""
    taken_down: str | None = None
    """Why it is not served any more; nothing where it is."""

    @property
    def accepted(self) -> bool:
        """Whether a reviewer let it pass."""
        return self.state is State.PUBLISHED and bool(self.judged_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProject:
    """A project that was uploaded here. Where it is ours, its name never falls through to the upstream."""

    name: ProjectName
    display: str
    """As its first uploader wrote it."""
    created: datetime
    created_by: str = ""
    status: Status = Status.ACTIVE
    status_reason: str = ""
    ours: bool = True
    """Whether the name is answered for here alone. Not for a name of the upstream's, until a file is let pass."""
    taken_down: str | None = None
    """Why none of its files is served any more; nothing where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """A name, or a prefix, that is not free."""

    name: str
    """Normalised; of a prefix, what names begin with."""
    reason: str
    since: datetime
    by: str = ""


class Claim(StrEnum):
    """What became of the attempt to keep a new file."""

    KEPT = "kept"
    IDENTICAL = "identical"
    """The same bytes were uploaded under this name before."""
    USED = "used"
    """Other bytes were, at any time."""
