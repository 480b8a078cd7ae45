"""Ports to what keeps releases of the team's own, and to what serves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pratique.audit import Draft
from pratique.names import ProjectName, Sha256
from pratique.policy import Decision
from pratique.ports import ProjectPage
from pratique.releases.values import Claim, OwnFile, OwnProject, Reserved, State


class Releases(Protocol):
    """What is known of the team's own projects. Everything raises `StorageError`; each change is one transaction.

    A change that comes with a ``record`` is put on the audit log in the same transaction, unless nothing was changed.
    """

    async def revision(self) -> int:
        """A number that differs after each change, by whichever process."""
        ...

    async def add(self, file: OwnFile, project: OwnProject) -> tuple[Claim, OwnFile]:
        """Keep a new file, and its project if that is new; or say that the name is used, and by which file.

        Of a release that is yanked or taken down, a file that comes later is so, too.
        """
        ...

    async def judge(self, file: OwnFile, *, expected: frozenset[State], record: Draft | None = None) -> bool:
        """Keep state, reason, verdict and reviewer of a file, unless its state is no longer one that is expected.

        A project that has a file out is answered for here alone (``ours``), from the same moment on.
        """
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

        Raises `Withheld` for a name that is private, but that nothing lives under.
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
