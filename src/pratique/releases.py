"""Releases of the team's own: what they are, the states of an upload, and the ports to what keeps and serves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pratique.audit import Draft
from pratique.names import ProjectName, Sha256
from pratique.policy import Decision
from pratique.ports import ProjectPage


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


class Releases(Protocol):
    """What is known of the team's own projects. Everything raises `StorageError`; each change is one transaction.

    A change that comes with a ``record`` is put on the audit log in the same transaction, unless nothing was changed.
    """

    async def revision(self) -> int:
        """A number that differs after each change, by whichever process."""
        ...

    async def add(self, file: OwnFile, project: OwnProject) -> tuple[Claim, OwnFile]:
        """Keep a new file, and its project if that is new; or say that the name is used, and by which file."""
        ...

    async def judge(self, file: OwnFile, *, expected: frozenset[State], record: Draft | None = None) -> bool:
        """Keep state, reason, verdict and reviewer of a file, unless its state is no longer one that is expected."""
        ...

    async def file(self, filename: str) -> OwnFile | None:
        """The file of that name."""
        ...

    async def files(self, project: ProjectName) -> tuple[OwnFile, ...]:
        """A project's files in every state, in the order in which they came."""
        ...

    async def of_digest(self, sha256: Sha256) -> tuple[OwnFile, ...]:
        """The files with these bytes, in the order in which they came."""
        ...

    async def uploads(self, *states: State, limit: int = 200) -> tuple[OwnFile, ...]:
        """Files in one of these states (in any, if none is named), the newest first."""
        ...

    async def project(self, name: ProjectName) -> OwnProject | None:
        """The project of that name."""
        ...

    async def projects(self) -> tuple[OwnProject, ...]:
        """All projects, by name."""
        ...

    async def save_project(
        self, project: OwnProject, *, known: OwnProject | None = None, record: Draft | None = None
    ) -> bool:
        """Keep what has changed of a project since it was ``known`` so; its name stays.

        What somebody else changed meanwhile stays as well. A status that is another one than was known is not
        changed, and the answer false.
        """
        ...

    async def yank(self, project: ProjectName, version: str, reason: str | None, *, record: Draft | None = None) -> int:
        """Yank a release, or with no reason undo that; says how many files it has."""
        ...

    async def take_down(
        self, project: ProjectName, version: str, reason: str | None, *, record: Draft | None = None
    ) -> int:
        """Stop serving a release, or with no reason serve it again; says how many files it has."""
        ...

    async def prohibited(self) -> Mapping[str, Reserved]:
        """Names that nobody may upload, by name."""
        ...

    async def private(self) -> Mapping[str, Reserved]:
        """Prefixes of names that are never asked for at the upstream, by prefix."""
        ...

    async def reserve(self, entry: Reserved, *, prefix: bool, record: Draft | None = None) -> None:
        """Prohibit a name, or make a prefix private."""
        ...

    async def free(self, name: str, *, prefix: bool, record: Draft | None = None) -> bool:
        """Undo that; says whether it was so."""
        ...


class Local(Protocol):
    """The team's own projects as the gateway meets them: before any upstream."""

    async def page(self, project: ProjectName) -> ProjectPage | None:
        """The page of a project that lives here, the same object as long as nothing changes; nothing for others.

        Raises `NotFound` for a name that is private, but that nothing lives under.
        """
        ...

    async def projects(self) -> tuple[ProjectName, ...]:
        """The projects that live here, by name."""
        ...

    async def prefixes(self) -> tuple[str, ...]:
        """What names begin with that are kept private."""
        ...

    async def refusal(self, project: ProjectName, filename: str) -> Decision | None:
        """Why a file of ours is not given to anybody, whatever is in it; nothing where it may be."""
        ...

    async def accepted(self, project: ProjectName) -> frozenset[Sha256]:
        """Files of ours that a reviewer let pass: they are not held once more for what was seen then."""
        ...


class NoLocal:
    """`Local` of whoever has no index of their own."""

    async def page(self, project: ProjectName) -> ProjectPage | None:  # noqa: ARG002
        """None lives here."""
        return None

    async def projects(self) -> tuple[ProjectName, ...]:
        """None."""
        return ()

    async def prefixes(self) -> tuple[str, ...]:
        """None."""
        return ()

    async def refusal(self, project: ProjectName, filename: str) -> Decision | None:  # noqa: ARG002
        """Nothing is ours."""
        return None

    async def accepted(self, project: ProjectName) -> frozenset[Sha256]:  # noqa: ARG002
        """Nothing was uploaded."""
        return frozenset()
