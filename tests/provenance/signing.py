"""Attestations that verify: a certificate authority, a certificate log and a transparency log of our own.

    trust = TrustRoot()
    trust.install(cache)                  # becomes the trust root of whoever has this XDG_CACHE_HOME
    trust.provenance("demo-1.0.tar.gz", sha256)

Everything is signed as it is in the world: the authority certifies a workflow's key for ten minutes (its identity is in
the certificate's extensions), the certificate log has seen the certificate (RFC 6962, 3.2), the workflow's key signs
the statement (DSSE), and the transparency log has an entry of that, with a signed time and a tree of one leaf.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from tests.provenance.objects import GITHUB

SIGNED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
"""When certificates are made and statements are signed, unless somebody says otherwise."""
_LIFE = timedelta(minutes=10)
_FORGE = "https://github.com/"
_ISSUER = "https://token.actions.githubusercontent.com"
_PREDICATE = "https://slsa.dev/provenance/v1"
_PAYLOAD = "application/vnd.in-toto+json"
_SCT_LIST = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_FULCIO = "1.3.6.1.4.1.57264.1."
_ISSUED_BY, _REPOSITORY, _REF, _WORKFLOW = (ObjectIdentifier(f"{_FULCIO}{n}") for n in (8, 12, 14, 18))
_CURVE = {"hashAlgorithm": "SHA2_256", "baseUrl": "https://log.example.invalid"}


class Log:
    """A log: a key, and what clients know it by."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(_spki(self._key.public_key())).digest()

    def sign(self, data: bytes) -> bytes:
        """ECDSA over SHA-256, DER."""
        return self._key.sign(data, ec.ECDSA(SHA256()))

    @property
    def trusted(self) -> Mapping[str, object]:
        """Its entry in a trust root."""
        valid = {"start": "2020-01-01T00:00:00Z"}
        key = {"rawBytes": _b64(_spki(self._key.public_key())), "keyDetails": "PKIX_ECDSA_P256_SHA_256"}
        return {**_CURVE, "publicKey": {**key, "validFor": valid}, "logId": {"keyId": _b64(self.id)}}


class TrustRoot:
    """An authority, its two logs, and workflows that they vouch for."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority.example.invalid")])
        self._certificates, self._entries = Log(), Log()
        self._root = self._signed(
            x509.CertificateBuilder()
            .subject_name(self._name)
            .public_key(self._key.public_key())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
        )

    def install(self, cache: Path) -> None:
        """Put it where the library looks for the trust root that it fetched last (below ``XDG_CACHE_HOME``)."""
        from sigstore._internal.tuf import DEFAULT_TUF_URL

        folder = cache / "sigstore-python" / "tuf" / quote(DEFAULT_TUF_URL, safe="")
        folder.mkdir(parents=True)
        (folder / "trusted_root.json").write_text(json.dumps(self._document()), encoding="ascii")

    def provenance(self, filename: str, sha256: str, **claims: Any) -> bytes:  # noqa: ANN401  (those of `attestation`)
        """A provenance object with one attestation, whose publisher is named as the certificate has it."""
        publisher = dict(GITHUB)
        publisher.update((key, value) for key, value in claims.items() if key in GITHUB)
        bundle = {"publisher": publisher, "attestations": [self.attestation(filename, sha256, **claims)]}
        return json.dumps({"version": 1, "attestation_bundles": [bundle]}).encode()

    def attestation(
        self,
        filename: str,
        sha256: str,
        *,
        repository: str = str(GITHUB["repository"]),
        workflow: str = str(GITHUB["workflow"]),
        logged: datetime = SIGNED,
    ) -> dict[str, Any]:
        """One attestation by a workflow, whose entry was made at the moment ``logged``."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certified(key.public_key(), repository, workflow)
        statement = _statement(filename, sha256)
        signature = key.sign(_pre_authentication(statement), ec.ECDSA(SHA256()))
        return {
            "version": 1,
            "verification_material": {
                "certificate": _b64(certificate.public_bytes(serialization.Encoding.DER)),
                "transparency_entries": [self._entry(certificate, statement, signature, logged)],
            },
            "envelope": {"statement": _b64(statement), "signature": _b64(signature)},
        }

    def _document(self) -> Mapping[str, object]:
        chain = {"certificates": [{"rawBytes": _b64(self._root.public_bytes(serialization.Encoding.DER))}]}
        subject = {"organization": "example.invalid", "commonName": "authority.example.invalid"}
        authority = {"subject": subject, "uri": "https://authority.example.invalid", "certChain": chain}
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [self._entries.trusted],
            "ctlogs": [self._certificates.trusted],
            "certificateAuthorities": [{**authority, "validFor": {"start": "2020-01-01T00:00:00Z"}}],
        }

    def _signed(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        return builder.serial_number(8470).issuer_name(self._name).sign(self._key, SHA256())

    def _certified(self, key: ec.EllipticCurvePublicKey, repository: str, workflow: str) -> x509.Certificate:
        """Signed once without the log's stamp, which is over that very certificate, and again with it."""
        builder = _identified(x509.CertificateBuilder(), f"{_FORGE}{repository}", workflow)
        builder = (
            builder.subject_name(x509.Name([]))
            .public_key(key)
            .not_valid_before(SIGNED)
            .not_valid_after(SIGNED + _LIFE)
            .add_extension(_usage(certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        stamp = self._stamp(self._signed(builder).tbs_certificate_bytes)
        return self._signed(builder.add_extension(x509.UnrecognizedExtension(_SCT_LIST, stamp), critical=False))

    def _stamp(self, certificate: bytes) -> bytes:
        """A signed certificate timestamp in a list of one, as a certificate carries it."""
        moment = int(SIGNED.timestamp() * 1000)
        issuer = hashlib.sha256(_spki(self._key.public_key())).digest()
        entry = issuer + struct.pack("!I", len(certificate))[1:] + certificate
        signature = self._certificates.sign(struct.pack("!BBQH", 0, 0, moment, 1) + entry + b"\0\0")
        stamp = struct.pack("!B32sQH", 0, self._certificates.id, moment, 0) + b"\x04\x03" + _sized(signature)
        return _octets(_sized(_sized(stamp)))

    def _entry(self, certificate: x509.Certificate, statement: bytes, signature: bytes, logged: datetime) -> object:
        """What the transparency log says of the signature: its time, signed, and that it is in the log's tree."""
        body = _body(certificate, statement, signature)
        root = _b64(hashlib.sha256(b"\0" + body).digest())
        note = f"log.example.invalid - 1\n1\n{root}\n"
        signed_note = (
            f"{note}\n— log.example.invalid {_b64(self._entries.id[:4] + self._entries.sign(note.encode()))}\n"
        )
        promise = {"body": _b64(body), "integratedTime": int(logged.timestamp()), "logID": self._entries.id.hex()}
        return {
            "logIndex": "0",
            "logId": {"keyId": _b64(self._entries.id)},
            "kindVersion": {"kind": "dsse", "version": "0.0.1"},
            "integratedTime": str(promise["integratedTime"]),
            "inclusionPromise": {
                "signedEntryTimestamp": _b64(self._entries.sign(_canonical({**promise, "logIndex": 0})))
            },
            "inclusionProof": {
                "logIndex": "0",
                "treeSize": "1",
                "rootHash": root,
                "hashes": [],
                "checkpoint": {"envelope": signed_note},
            },
            "canonicalizedBody": _b64(body),
        }


def _identified(builder: x509.CertificateBuilder, repository: str, workflow: str) -> x509.CertificateBuilder:
    """The workflow's identity, as the authority writes it into certificates."""
    config = f"{repository}/.github/workflows/{workflow}@refs/tags/v1"
    texts = {_ISSUED_BY: _ISSUER, _REPOSITORY: repository, _REF: "refs/tags/v1", _WORKFLOW: config}
    for name, text in texts.items():
        builder = builder.add_extension(x509.UnrecognizedExtension(name, _utf8(text)), critical=False)
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(config)])
    return builder.add_extension(names, critical=True)


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _statement(filename: str, sha256: str) -> bytes:
    subject = [{"name": filename, "digest": {"sha256": sha256}}]
    kind = "https://in-toto.io/Statement/v1"
    return json.dumps({"_type": kind, "subject": subject, "predicateType": _PREDICATE, "predicate": None}).encode()


def _pre_authentication(statement: bytes) -> bytes:
    """What a DSSE signature is over."""
    return f"DSSEv1 {len(_PAYLOAD)} {_PAYLOAD} {len(statement)} ".encode() + statement


def _body(certificate: x509.Certificate, statement: bytes, signature: bytes) -> bytes:
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    spec = {
        "envelopeHash": {
            "algorithm": "sha256",
            "value": "0" * 64,
        },  # of the envelope as it was sent: nobody can check it
        "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(statement).hexdigest()},
        "signatures": [{"signature": _b64(signature), "verifier": _b64(pem)}],
    }
    return _canonical({"apiVersion": "0.0.1", "kind": "dsse", "spec": spec})


def _canonical(value: Mapping[str, object]) -> bytes:
    """RFC 8785, for what has plain texts and small numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _spki(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _sized(data: bytes) -> bytes:
    return struct.pack("!H", len(data)) + data


def _octets(data: bytes) -> bytes:
    return _der(0x04, data)


def _utf8(text: str) -> bytes:
    return _der(0x0C, text.encode())


def _der(tag: int, data: bytes) -> bytes:
    size = len(data)
    length = bytes([size] if size < 0x80 else [0x81, size] if size < 0x100 else [0x82, size >> 8, size & 0xFF])
    return bytes([tag]) + length + data
