"""Checking provenance: by its statements always, by its signatures where the library for that is installed.

The trust root is the one that the library ships with, or fetched last for this user; nothing is fetched here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pratique.names import Sha256
from pratique.provenance.model import ABSENT, BadProvenance, Bundle, Checked, Proof, Publisher
from pratique.provenance.parse import parse

INSTALL = "install the extra: pip install 'pratique[provenance]'"


def check(document: bytes | None, *, filename: str, sha256: Sha256) -> Checked:
    """What is known of a file's provenance; hostile and malformed objects give a note, never an exception."""
    if document is None:
        return ABSENT
    try:
        bundles = parse(document)
    except BadProvenance as error:
        return Checked(proof=Proof.BROKEN, note=str(error))
    publishers = tuple(dict.fromkeys(bundle.publisher for bundle in bundles))
    if (other := _other_file(bundles, filename, sha256)) is not None:
        return Checked(proof=Proof.FAILED, publishers=publishers, note=other)
    return _verified(document, publishers, filename, sha256)


def _other_file(bundles: tuple[Bundle, ...], filename: str, sha256: Sha256) -> str | None:
    """Why the statements are not about this file; None where they are."""
    for statement in (one for bundle in bundles for one in bundle.statements):
        if statement.sha256 != sha256:
            return f"it speaks of a file with the SHA-256 {statement.sha256[:64] or '(none)'}, not of this one"
        if not _alike(statement.filename, filename):
            return f"it speaks of {statement.filename[:100]!r}, not of {filename}"
    return None


def _alike(one: str, other: str) -> bool:
    """Whether two file names are of one distribution, however its name is written."""
    from pratique.errors import BadName
    from pratique.names import distribution_name

    try:
        ours, theirs = distribution_name(one), distribution_name(other)
    except BadName:
        return one == other
    return (ours.project, ours.version, ours.kind) == (theirs.project, theirs.version, theirs.kind)


def _verified(document: bytes, publishers: tuple[Publisher, ...], filename: str, sha256: Sha256) -> Checked:
    try:
        from pypi_attestations import AttestationError, Distribution, Provenance
    except ImportError:
        return Checked(proof=Proof.UNVERIFIED, publishers=publishers, note=INSTALL)
    try:
        with _quiet():
            _read_root()
            file = Distribution(name=filename, digest=sha256)
            for bundle in Provenance.model_validate_json(document).attestation_bundles:
                for attestation in bundle.attestations:
                    attestation.verify(bundle.publisher, file, offline=True)
    except (AttestationError, ValueError) as error:
        return Checked(proof=Proof.FAILED, publishers=publishers, note=_short(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a hostile certificate makes the library raise is no proof
        note = f"checking it failed: {type(error).__name__}: {_short(error)}"
        return Checked(proof=Proof.UNVERIFIED, publishers=publishers, note=note)
    return Checked(proof=Proof.VERIFIED, publishers=publishers)


class _NoRoot(Exception):
    """The trust root cannot be used."""


def _read_root() -> None:
    """Read it once before: its faults are this machine's, and say nothing against a file."""
    from sigstore.verify import Verifier

    try:
        Verifier.production(offline=True)
    except (ValueError, OSError) as error:
        raise _NoRoot(error) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """The library logs that it is offline, which is what it was asked to be."""
    logger = logging.getLogger("sigstore")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
