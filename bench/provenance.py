"""Provenance of real projects, verified: ``python bench/provenance.py [PROJECT...] [--upstream URL]``.

Of each project the newest release that has a provenance object is looked at; nothing but the object is fetched. Without
the extra, objects are read and not verified. Of an upstream that offers none, those files are looked at whose real
object a distribution on it carries as data (`bench/carried.py`): the file is fetched and hashed, its object verified,
and three forgeries of that object must be refused.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from carried import CARRIER, Carried, believed, carried_by, downloaded

from pratique.cli.around import provenance_of
from pratique.errors import PratiqueError
from pratique.names import ProjectName, project_name, sha256_digest
from pratique.ports import IndexFile, Upstream
from pratique.provenance.model import Proof
from pratique.wiring import open_upstream

PROJECTS = ("pydantic", "urllib3", "sigstore", "attrs", "cryptography")
"""Published from their repositories by workflows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of looking at one project or file."""

    name: str
    proof: Proof
    carried: bool = False
    """The object came from a distribution, not from the upstream."""
    believed: tuple[str, ...] = ()
    """Forgeries of the object that were taken for true."""

    @property
    def wrong(self) -> str:
        """What is wrong with it, in words; empty where nothing is."""
        if self.proof in {Proof.FAILED, Proof.BROKEN}:
            return f"provenance of {self.name}: {self.proof.value}"
        return f"provenance of {self.name} is believed {' and '.join(self.believed)}" if self.believed else ""


async def looked_at(projects: Sequence[str], url: str | None) -> list[Seen]:
    """What is known of each project's newest attested file, else of what is carried; prints a line for each."""
    async with open_upstream(url) as upstream:
        offered = [await _one(upstream, project_name(name)) for name in projects]
        if any(one.proof is not Proof.ABSENT for one in offered):
            return offered
        return [*offered, *await _carried(upstream)]


def summary(seen: Sequence[Seen]) -> str:
    """In one line, whether a real attestation was verified."""
    offered, carried = ([one.proof for one in seen if one.carried is kind] for kind in (False, True))
    if any(proof is not Proof.ABSENT for proof in offered):
        return f"{offered.count(Proof.VERIFIED)} of {len(offered)} projects verified"
    if not carried:
        return "NOT PROVEN: this upstream offers none, so that no real attestation could be verified"
    verified = carried.count(Proof.VERIFIED)
    return (
        f"{verified} of {len(carried)} real objects verified, each for a file of the upstream, which offers none itself"
    )


async def _one(upstream: Upstream, project: ProjectName) -> Seen:
    try:
        page = await upstream.page(project)
    except PratiqueError as error:
        print(f"provenance  {project:<14} {error}", flush=True)
        return Seen(name=project, proof=Proof.ABSENT)
    attested = [file for file in page.files if file.provenance is not None]
    newest = max(attested, key=lambda file: file.upload_time or "", default=None)
    if newest is None:
        print(f"provenance  {project:<14} the upstream offers none", flush=True)
        return Seen(name=project, proof=Proof.ABSENT)
    return Seen(name=project, proof=await _verified(upstream, newest))


async def _verified(upstream: Upstream, file: IndexFile) -> Proof:
    checked = await provenance_of(upstream, file)
    by = "; ".join(map(str, checked.publishers))
    note = f" ({checked.note})" if checked.note else ""
    print(f"provenance  {file.filename}: {checked.proof.value} by {by}{note}", flush=True)
    return checked.proof


async def _carried(upstream: Upstream) -> list[Seen]:
    """Files of the upstream whose real object one of its distributions carries."""
    try:
        carried = await carried_by(upstream)
    except PratiqueError as error:
        print(f"provenance  {CARRIER:<14} {error}", flush=True)
        return []
    print(f"provenance  {len(carried.objects)} real objects carried by {carried.origin or CARRIER}", flush=True)
    return [seen for project in carried.projects for seen in await _carried_of(carried, project)]


async def _carried_of(carried: Carried, project: ProjectName) -> list[Seen]:
    try:
        page = await carried.page(project)
    except PratiqueError as error:
        print(f"provenance  {project:<14} {error}", flush=True)
        return []
    return [await _whole(carried, file) for file in page.files if file.filename in carried.objects]


async def _whole(carried: Carried, file: IndexFile) -> Seen:
    """The file itself is fetched, so that the digest is that of bytes, not only of a page."""
    digest = sha256_digest(hashlib.sha256(await downloaded(carried, file)).hexdigest())
    proof = await _verified(carried, file)
    forged: tuple[str, ...] = ()
    if proof is Proof.VERIFIED:
        forged = believed(carried.objects[file.filename], file.filename, digest)
    return Seen(name=file.filename, proof=proof, carried=True, believed=forged)


def main() -> int:
    """1 if an object does not verify or cannot be read, or a forgery is believed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", nargs="*", default=PROJECTS)
    parser.add_argument("--upstream", help="by default the index that pip is configured with")
    arguments = parser.parse_args()
    found = asyncio.run(looked_at(arguments.project, arguments.upstream))
    print(f"provenance: {summary(found)}")
    wrong = [one.wrong for one in found if one.wrong]
    print("\n".join(wrong), end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
