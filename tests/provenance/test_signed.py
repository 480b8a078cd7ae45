"""Signatures: what our own authority and logs vouch for is believed, and nothing that was changed afterwards."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pratique.names import Sha256
from pratique.provenance.check import check
from pratique.provenance.model import Checked, Proof
from tests.provenance.objects import FILENAME, SHA256, statement
from tests.provenance.signing import SIGNED, TrustRoot

_Change = Callable[[dict[str, Any]], None]


def _checked(document: bytes, filename: str = FILENAME, sha256: str = SHA256) -> Checked:
    return check(document, filename=filename, sha256=Sha256(sha256))


def test_what_a_workflow_signed_is_verified(trust: TrustRoot) -> None:
    """Certificate, its log, signature, the transparency log's tree and time: with all of them right it is proven."""
    found = _checked(trust.provenance(FILENAME, SHA256))
    assert (found.proof, found.note) == (Proof.VERIFIED, "")
    assert [str(one) for one in found.publishers] == ["GitHub owner/demo, release.yml"]


def test_the_last_moment_of_a_certificate_counts(trust: TrustRoot) -> None:
    """Its ten minutes are over, and the signature from within them stays good for ever."""
    assert _checked(trust.provenance(FILENAME, SHA256, logged=SIGNED + timedelta(minutes=10))).proof is Proof.VERIFIED


@pytest.mark.parametrize("late", [timedelta(minutes=11), timedelta(days=400), timedelta(minutes=-1)])
def test_a_signature_outside_of_its_certificates_life_is_refused(trust: TrustRoot, late: timedelta) -> None:
    """Whoever finds an old key can sign with it, but the log's time tells when."""
    found = _checked(trust.provenance(FILENAME, SHA256, logged=SIGNED + late))
    assert found.proof is Proof.FAILED
    assert "not valid at validation time" in found.note


@pytest.mark.usefixtures("trust")
def test_another_authority_is_not_believed() -> None:
    """All is well with it, but that nobody trusts its root."""
    found = _checked(TrustRoot().provenance(FILENAME, SHA256))
    assert found.proof is Proof.FAILED
    assert "signature does not match" in found.note


def test_a_true_object_of_another_file_proves_nothing(trust: TrustRoot) -> None:
    """By its digest, and by its name."""
    document = trust.provenance(FILENAME, SHA256)
    assert "SHA-256" in _checked(document, sha256="cd" * 32).note
    assert "speaks of" in _checked(document, filename="demo-1.1.tar.gz").note


def _publisher(**fields: str) -> _Change:
    return lambda bundle: bundle["publisher"].update(fields)


def _first(bundle: dict[str, Any]) -> dict[str, Any]:
    attestation: dict[str, Any] = bundle["attestations"][0]
    return attestation


def _entry(**fields: object) -> _Change:
    return lambda bundle: _first(bundle)["verification_material"]["transparency_entries"][0].update(fields)


def _envelope(**fields: str) -> _Change:
    return lambda bundle: _first(bundle)["envelope"].update(fields)


def _rewritten(bundle: dict[str, Any]) -> None:
    """The same statement, but for a space."""
    told = base64.b64decode(_first(bundle)["envelope"]["statement"])
    _first(bundle)["envelope"]["statement"] = base64.b64encode(told + b" ").decode()


def _half(bundle: dict[str, Any]) -> None:
    """A good attestation, and one that is not."""
    other = json.loads(json.dumps(_first(bundle)))
    other["envelope"]["signature"] = "MAUCAQECAQE="
    bundle["attestations"].append(other)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_publisher(repository="stranger/demo"), "SourceRepositoryURI does not match"),
        (_publisher(workflow="nightly.yml"), "Build Config URI"),
        (_publisher(kind="GitLab", workflow_filepath="release.yml"), "Issuer"),
        (_envelope(statement=statement()), "invalid signature"),
        (_envelope(signature="MAUCAQECAQE="), "invalid signature"),
        (_rewritten, "invalid signature"),
        (_half, "invalid signature"),
        (_entry(integratedTime=str(int(SIGNED.timestamp()) + 1)), "inclusion promise"),
        (_entry(canonicalizedBody=base64.b64encode(b"{}").decode()), "inclusion proof"),
        (_entry(logId={"keyId": base64.b64encode(bytes(32)).decode()}), "checkpoint"),
    ],
)
def test_whatever_is_changed_afterwards_is_refused(trust: TrustRoot, change: _Change, why: str) -> None:
    """Publisher, statement, signature, and the log's entry are bound to one another."""
    document = json.loads(trust.provenance(FILENAME, SHA256))
    change(document["attestation_bundles"][0])
    found = _checked(json.dumps(document).encode())
    assert found.proof is Proof.FAILED
    assert why in found.note


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize("root", ["{", '{"mediaType": "x"}', None])
def test_a_trust_root_that_cannot_be_read_speaks_against_no_file(root: str | None) -> None:
    """It is this machine's fault: the publisher is shown, unverified, with what is wrong."""
    (path,) = Path(os.environ["XDG_CACHE_HOME"]).rglob("trusted_root.json")
    path.unlink()
    if root is None:
        path.mkdir()
    else:
        path.write_text(root, encoding="ascii")
    found = _checked(TrustRoot().provenance(FILENAME, SHA256))
    assert found.proof is Proof.UNVERIFIED
    assert "checking it failed" in found.note
