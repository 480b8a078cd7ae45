"""Real provenance objects for an upstream that offers none, out of a distribution that carries some as data.

The library that reads attestations ships objects that an index issued, among the data of its own tests, inside its
source distribution. Its bytes are read and never built. Each object whose file the upstream serves is put beside that
file, and goes the same way from there as one that the upstream would offer.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from msgspec import structs

from pratique.errors import BadName, PratiqueError
from pratique.names import ProjectName, Sha256, distribution_name, project_name
from pratique.ports import Download, IndexFile, ProjectPage, Upstream
from pratique.provenance.check import check
from pratique.provenance.model import Proof
from pratique.unpack import unpack

CARRIER = project_name("pypi-attestations")
"""Whose source distribution carries objects."""
_SUFFIX = ".provenance"
_SCHEME = "carried:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """`pratique.ports.Upstream`: another one, with provenance objects beside the files that they are named for."""

    upstream: Upstream
    objects: Mapping[str, bytes]
    """By the name of the file that they speak of."""
    origin: str = ""
    """The distribution that carried them."""

    @property
    def projects(self) -> list[ProjectName]:
        """Whose files the objects speak of."""
        return sorted({distribution_name(name).project for name in self.objects})

    async def page(self, project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        """As the upstream has it, but for the addresses of the objects."""
        page = await self.upstream.page(project, known=known)
        files = (
            structs.replace(f, provenance=_SCHEME + f.filename) if f.filename in self.objects else f for f in page.files
        )
        return replace(page, files=tuple(files))

    @asynccontextmanager
    async def fetch(self, url: str, *, upstream: str = "") -> AsyncIterator[Download]:
        """An object, or a file of the upstream."""
        if url.startswith(_SCHEME):
            yield _Given(self.objects[url.removeprefix(_SCHEME)])
            return
        async with self.upstream.fetch(url, upstream=upstream) as download:
            yield download


class _Given:
    """`pratique.ports.Download`: bytes that are there."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.length: int | None = len(data)

    async def chunks(self) -> AsyncIterator[bytes]:
        """All at once."""
        yield self._data


async def carried_by(upstream: Upstream, project: ProjectName = CARRIER) -> Carried:
    """The objects in the newest source distribution of a project that has any; empty where there are none."""
    page = await upstream.page(project)
    sdists = [file for file in page.files if file.filename.endswith(".tar.gz")]
    for file in sorted(sdists, key=lambda one: one.upload_time or "", reverse=True)[:3]:
        objects = _objects(file.filename, await downloaded(upstream, file))
        if objects:
            return Carried(upstream=upstream, objects=objects, origin=file.filename)
    return Carried(upstream=upstream, objects={})


async def downloaded(upstream: Upstream, file: IndexFile) -> bytes:
    """The bytes of a listed file; raises `PratiqueError` where they are not those that the page promises."""
    async with upstream.fetch(file.url) as download:
        data = b"".join([chunk async for chunk in download.chunks()])
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise PratiqueError(f"{file.filename} has another digest than its page says.", remedy="Try another upstream.")
    return data


def _objects(filename: str, data: bytes) -> dict[str, bytes]:
    found = {
        member.path.rpartition("/")[2].removesuffix(_SUFFIX): member.data
        for member in unpack(io.BytesIO(data), name=distribution_name(filename)).members
        if member.path.endswith(_SUFFIX)
    }
    return {name: document for name, document in sorted(found.items()) if _is_file(name)}


def _is_file(name: str) -> bool:
    try:
        distribution_name(name)
    except BadName:
        return False
    return True


def believed(document: bytes, filename: str, sha256: Sha256) -> tuple[str, ...]:
    """Which forgeries of a true object are taken for true: beside other bytes, re-signed, by somebody else."""
    forged = {
        "beside another file": (document, Sha256("0" * 64)),
        "with another signature": (_with_signature(document, "MAUCAQECAQE="), sha256),
        "with another publisher": (_with_publisher(document, "stranger@example.invalid"), sha256),
    }
    proofs = {what: check(made, filename=filename, sha256=digest).proof for what, (made, digest) in forged.items()}
    return tuple(what for what, proof in proofs.items() if proof is Proof.VERIFIED)


def _with_signature(document: bytes, signature: str) -> bytes:
    made = json.loads(document)
    for attestation in (one for bundle in made["attestation_bundles"] for one in bundle["attestations"]):
        attestation["envelope"]["signature"] = signature
    return json.dumps(made).encode()


def _with_publisher(document: bytes, other: str) -> bytes:
    """Another repository, or where it was an account another account."""
    made = json.loads(document)
    for bundle in made["attestation_bundles"]:
        bundle["publisher"]["email" if "email" in bundle["publisher"] else "repository"] = other
    return json.dumps(made).encode()
