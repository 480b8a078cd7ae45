"""Provenance of real projects, verified: ``python bench/provenance.py [PROJECT...] [--upstream URL]``.

Of each project the newest release that has a provenance object is looked at; nothing but the object is fetched. Without
the extra, objects are read and not verified; an upstream that offers none is told.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from pratique.cli.around import provenance_of
from pratique.errors import PratiqueError
from pratique.names import ProjectName, project_name
from pratique.ports import Upstream
from pratique.provenance.model import Proof
from pratique.wiring import open_upstream

PROJECTS = ("pydantic", "urllib3", "sigstore", "attrs", "cryptography")
"""Published from their repositories by workflows."""


async def looked_at(projects: Sequence[str], url: str | None) -> list[tuple[str, Proof]]:
    """What is known of each project's newest attested file; prints a line for each."""
    async with open_upstream(url) as upstream:
        return [await _one(upstream, project_name(name)) for name in projects]


async def _one(upstream: Upstream, project: ProjectName) -> tuple[str, Proof]:
    try:
        page = await upstream.page(project)
    except PratiqueError as error:
        print(f"provenance  {project:<14} {error}", flush=True)
        return project, Proof.ABSENT
    attested = [file for file in page.files if file.provenance is not None]
    newest = max(attested, key=lambda file: file.upload_time or "", default=None)
    if newest is None:
        print(f"provenance  {project:<14} the upstream offers none", flush=True)
        return project, Proof.ABSENT
    checked = await provenance_of(upstream, newest)
    by = "; ".join(map(str, checked.publishers))
    note = f" ({checked.note})" if checked.note else ""
    print(f"provenance  {newest.filename}: {checked.proof.value} by {by}{note}", flush=True)
    return project, checked.proof


def main() -> int:
    """1 if an object does not verify or cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", nargs="*", default=PROJECTS)
    parser.add_argument("--upstream", help="by default the index that pip is configured with")
    arguments = parser.parse_args()
    found = asyncio.run(looked_at(arguments.project, arguments.upstream))
    return int(any(proof in {Proof.FAILED, Proof.BROKEN} for _, proof in found))


if __name__ == "__main__":
    sys.exit(main())
