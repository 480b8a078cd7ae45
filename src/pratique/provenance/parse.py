"""Reading provenance objects (PEP 740, version 1): their shape and statements, not their signatures."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any

import msgspec

from pratique.provenance.model import BadProvenance, Bundle, Publisher, Statement

MOST = 2_000_000
"""Bytes of an object that is read."""
_BUNDLES = 20
_ATTESTATIONS = 20
_TEXT = 300


class _Envelope(msgspec.Struct):
    statement: str
    signature: str


class _Attestation(msgspec.Struct):
    version: int
    envelope: _Envelope


class _Bundle(msgspec.Struct):
    publisher: dict[str, Any]
    attestations: list[_Attestation]


class _Document(msgspec.Struct):
    version: int
    attestation_bundles: list[_Bundle]


class _Subject(msgspec.Struct):
    name: str
    digest: dict[str, str]


class _Statement(msgspec.Struct):
    subject: list[_Subject]
    predicateType: str  # noqa: N815  (the specification's name)


def parse(document: bytes) -> tuple[Bundle, ...]:
    """The bundles of a provenance object; raises `BadProvenance` with what is wrong with it."""
    if len(document) > MOST:
        raise BadProvenance(f"The provenance object has {len(document):,} bytes.", remedy="More are not read.")
    try:
        found = msgspec.json.decode(document, type=_Document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadProvenance(f"The provenance object is not as PEP 740 has it: {str(error)[:_TEXT]}.") from error
    if found.version != 1:
        raise BadProvenance(f"The provenance object has version {found.version}.", remedy="Only version 1 is known.")
    if not found.attestation_bundles or len(found.attestation_bundles) > _BUNDLES:
        raise BadProvenance(f"The provenance object has {len(found.attestation_bundles)} bundles.")
    return tuple(_bundle(bundle) for bundle in found.attestation_bundles)


def _bundle(bundle: _Bundle) -> Bundle:
    if not bundle.attestations or len(bundle.attestations) > _ATTESTATIONS:
        raise BadProvenance(f"A bundle of the provenance object has {len(bundle.attestations)} attestations.")
    statements = tuple(_statement(one.envelope.statement) for one in bundle.attestations)
    return Bundle(publisher=_publisher(bundle.publisher), statements=statements)


def _publisher(claims: dict[str, Any]) -> Publisher:
    def text(*names: str) -> str:
        found = (claims.get(name) for name in names)
        return next((value[:_TEXT] for value in found if isinstance(value, str)), "")

    kind = text("kind")
    if not kind:
        raise BadProvenance("The provenance object does not say what kind of publisher it names.")
    return Publisher(
        kind=kind,
        repository=text("repository", "email"),
        workflow=text("workflow", "workflow_filepath"),
        environment=text("environment"),
    )


def _statement(encoded: str) -> Statement:
    try:
        found = msgspec.json.decode(b64decode(encoded, validate=True), type=_Statement)
    except (binascii.Error, ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise BadProvenance(f"An attestation's statement cannot be read: {str(error)[:_TEXT]}.") from error
    if len(found.subject) != 1:
        raise BadProvenance(f"An attestation speaks of {len(found.subject)} files.", remedy="PEP 740 allows one.")
    (subject,) = found.subject
    digest = subject.digest.get("sha256", "")
    return Statement(filename=subject.name[:_TEXT], sha256=digest[:_TEXT], predicate=found.predicateType[:_TEXT])
