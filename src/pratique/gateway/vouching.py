"""Who says that they built a file, for policies that ask: looked up and checked, as far as it can be."""

from __future__ import annotations

from typing import Protocol

from pratique.names import ProjectName, Sha256
from pratique.policy import Signal, Vouched
from pratique.policy.publisher import publisher
from pratique.ports import IndexFile, ProjectPage
from pratique.provenance.model import Checked, Proof


class Vouching(Protocol):
    """What knows the publishers of files."""

    async def of(self, project: ProjectName, file: IndexFile, sha256: Sha256) -> Vouched:
        """Those of a file with provenance and this digest; what cannot be had is said, never raised."""
        ...

    async def signals(self, page: ProjectPage, file: IndexFile, sha256: Sha256) -> tuple[Signal, ...]:
        """What speaks against a file's provenance, by itself and beside that of earlier releases; never raises."""
        ...


class NoVouching:
    """`Vouching` of whoever cannot look."""

    async def of(self, project: ProjectName, file: IndexFile, sha256: Sha256) -> Vouched:  # noqa: ARG002
        """Nobody can tell."""
        return Vouched(known=False)

    async def signals(self, page: ProjectPage, file: IndexFile, sha256: Sha256) -> tuple[Signal, ...]:  # noqa: ARG002
        """Nothing is known."""
        return ()


class Checking(Protocol):
    """What checks provenance objects."""

    async def checked(self, project: ProjectName, file: IndexFile, sha256: Sha256) -> Checked:
        """A file's provenance as far as it could be checked; never raises."""
        ...

    async def signals(self, page: ProjectPage, file: IndexFile, sha256: Sha256) -> tuple[Signal, ...]:
        """What speaks against it; never raises."""
        ...


class CheckedVouching:
    """`Vouching` by the provenance object itself."""

    def __init__(self, checking: Checking) -> None:
        self._checking = checking

    async def of(self, project: ProjectName, file: IndexFile, sha256: Sha256) -> Vouched:
        """By what the object claims, and whether that was proven."""
        return vouched(await self._checking.checked(project, file, sha256))

    async def signals(self, page: ProjectPage, file: IndexFile, sha256: Sha256) -> tuple[Signal, ...]:
        """By the object, and that of an earlier release."""
        return await self._checking.signals(page, file, sha256)


def vouched(checked: Checked) -> Vouched:
    """What a policy makes of checked provenance: an object that names nobody could be anybody's."""
    if checked.proof is Proof.ABSENT:
        return Vouched()
    named = tuple(publisher(one.kind, one.repository, one.workflow) for one in checked.publishers)
    return Vouched(publishers=named, verified=checked.proof is Proof.VERIFIED, known=bool(named))
