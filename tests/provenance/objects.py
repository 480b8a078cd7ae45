"""Provenance objects of our own: the shape of PEP 740, with signatures that are none."""

from __future__ import annotations

import base64
import json
from typing import Any

FILENAME = "demo-1.0.tar.gz"
SHA256 = "ab" * 32
GITHUB: dict[str, Any] = {
    "kind": "GitHub",
    "repository": "owner/demo",
    "workflow": "release.yml",
    "environment": None,
    "claims": None,
}


def statement(filename: str = FILENAME, sha256: str = SHA256, **changes: object) -> str:
    """An in-toto statement, encoded."""
    made = {
        "_type": "https://in-toto.example.invalid/Statement/v1",
        "subject": [{"name": filename, "digest": {"sha256": sha256}}],
        "predicateType": "https://index.example.invalid/attestations/publish/v1",
        "predicate": None,
    }
    return base64.b64encode(json.dumps({**made, **changes}).encode()).decode()


def attestation(encoded: str) -> dict[str, Any]:
    """An attestation of that statement, whose certificate and signature nobody made."""
    return {
        "version": 1,
        "verification_material": {"certificate": "MAA=", "transparency_entries": [{}]},
        "envelope": {"statement": encoded, "signature": "MAA="},
    }


def provenance(encoded: str | None = None, *, publisher: dict[str, Any] | None = None, **changes: object) -> bytes:
    """A provenance object with one attestation."""
    bundle = {
        "publisher": GITHUB if publisher is None else publisher,
        "attestations": [attestation(statement() if encoded is None else encoded)],
    }
    return json.dumps({"version": 1, "attestation_bundles": [bundle], **changes}).encode()
