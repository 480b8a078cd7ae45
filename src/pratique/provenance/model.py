"""What a provenance object says (PEP 740), and what is known of its truth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pratique.errors import PratiqueError


class BadProvenance(PratiqueError):
    """A provenance object that PEP 740 does not allow."""


class Proof(StrEnum):
    """What is known of a file's provenance, the best first. It never softens a verdict."""

    VERIFIED = "verified"
    """Signed by the publisher that it names, for this very file."""
    UNVERIFIED = "not verified"
    """It names a publisher, but nothing here could check that."""
    ABSENT = "absent"
    FAILED = "does not verify"
    """It speaks of another file, or the signature is not the publisher's."""
    BROKEN = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who published, as a trusted publisher of the index: a workflow in a repository, or an account."""

    kind: str
    """``GitHub``, ``GitLab``, ``Google`` ..."""
    repository: str = ""
    """Owner and name; of an account its address."""
    workflow: str = ""
    environment: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """What stays the same from release to release: workflows are renamed and split."""
        return self.kind.lower(), self.repository.lower()

    def __str__(self) -> str:
        where = f"{self.kind} {self.repository}".rstrip()
        return f"{where}, {self.workflow}" if self.workflow else where


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one attestation states (in-toto): that a file of this name and digest has this origin."""

    filename: str
    sha256: str
    predicate: str
    """A URI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Attestations by one publisher."""

    publisher: Publisher
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A file's provenance as far as it could be checked."""

    proof: Proof
    publishers: tuple[Publisher, ...] = ()
    """Claimed by the object; true only where the proof says so."""
    note: str = ""
    """Why it is not verified, and what to do."""


ABSENT = Checked(proof=Proof.ABSENT)
