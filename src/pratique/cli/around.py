"""What is known of a pinned release besides its bytes: its page, its provenance, and the advisories kept here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli.targets import Release
from pratique.errors import NotFound, PratiqueError, UpstreamError
from pratique.policy import Signal

if TYPE_CHECKING:
    from pratique.cli.before import Before
    from pratique.cli.likeness import Likeness
    from pratique.history.standing import Standing
    from pratique.ports import IndexFile, ProjectPage, Upstream
    from pratique.provenance.model import Checked
    from pratique.verdict import Report

_PROVENANCE = 2_000_000
"""Bytes of a provenance object that are fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A release's surroundings. ``signals`` are by file name, the release's own among them."""

    release: Release
    standing: Standing | None = None
    """None where the page could not be had."""
    predecessor: str = ""
    """The version that it is measured by; empty where there is none."""
    before: Before | None = None
    """That release, where it was looked for."""
    likeness: Likeness | None = None
    """Whom its name resembles."""
    provenance: dict[str, Checked] = field(default_factory=dict)
    """By file name."""
    advised: tuple[Signal, ...] | None = None
    """None where no advisories are kept."""
    signals: dict[str, tuple[Signal, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    """What could not be found out, each in a sentence."""

    def of(self, report: Report) -> tuple[Signal, ...]:
        """All signals on a file of the release that this is the report of."""
        told = self.signals.get(report.artifact.name.filename, ())
        return (*told, *(self.before.news(report) if self.before else ()))


def around(releases: Sequence[Release], url: str | None, data: Path) -> tuple[Around, ...]:
    """Everything that is known of these releases; what fails is a problem that is told, never an exception."""
    return asyncio.run(_around(releases, url, data))


async def _around(releases: Sequence[Release], url: str | None, data: Path) -> tuple[Around, ...]:
    from pratique.wiring import open_upstream

    async with open_upstream(url) as upstream:
        return tuple([await _one(upstream, release, data) for release in releases])


async def _one(upstream: Upstream, release: Release, data: Path) -> Around:
    from pratique.cli.likeness import likeness_of
    from pratique.gateway.around import standing_of
    from pratique.history.signals import predecessor
    from pratique.history.standing import signals
    from pratique.names import version_in
    from pratique.versions import normal_version

    advised, problems = await _advised(release, data)
    likeness = await likeness_of(release.project, data)
    try:
        page = await upstream.page(release.project)
    except PratiqueError as error:
        return Around(release=release, likeness=likeness, advised=advised, problems=(*problems, str(error)))
    standing = standing_of(page, release.version)
    told = (*(advised or ()), *likeness.signals, *signals(release.project, standing, datetime.now(UTC)))
    files = [file for file in page.files if _is_of(file, release)]
    provenance = {file.filename: await provenance_of(upstream, file) for file in files}
    return Around(
        release=release,
        standing=standing,
        predecessor=normal_version(predecessor({version_in(file.filename) for file in page.files}, release.version)),
        likeness=likeness,
        provenance=provenance,
        advised=advised,
        signals={f.filename: (*told, *await _changed(upstream, page, f, release, provenance)) for f in files},
        problems=problems,
    )


async def _advised(release: Release, data: Path) -> tuple[tuple[Signal, ...] | None, tuple[str, ...]]:
    """What the advisories in this data folder say; None where there are none."""
    from pratique.advisories.signals import signals
    from pratique.errors import BadSetting, StorageError
    from pratique.wiring import advisories_in

    try:
        async with advisories_in(data, make=False) as store:
            totals = await store.totals()
            if not totals.malware + totals.vulnerabilities:
                return None, ()
            return signals(release.project, release.version, await store.of(release.project)), ()
    except BadSetting:
        return None, ()
    except StorageError as error:
        return None, (str(error),)


async def _changed(
    upstream: Upstream, page: ProjectPage, file: IndexFile, release: Release, provenance: dict[str, Checked]
) -> tuple[Signal, ...]:
    """How its provenance compares: with the publisher of the newest earlier release that has any."""
    from pratique.gateway.around import attested, last_attested
    from pratique.provenance.signals import signals

    checked = {file.filename: provenance[file.filename]}
    other = last_attested(page, file) if file.provenance is not None else None
    if other is not None:
        checked[other.filename] = await provenance_of(upstream, other)
    return signals(release.project, *attested(page, file, checked))


async def provenance_of(upstream: Upstream, file: IndexFile) -> Checked:
    """What is known of the provenance of a listed file: fetched, read, and verified where that is possible."""
    from pratique.names import sha256_digest
    from pratique.provenance.check import check
    from pratique.provenance.model import ABSENT, Checked, Proof

    if file.provenance is None:
        return ABSENT
    try:
        document = await _document(upstream, file.provenance)
        digest = sha256_digest(file.sha256 or "")
    except PratiqueError as error:
        return Checked(proof=Proof.UNVERIFIED, note=f"it could not be had: {error}")
    return await asyncio.to_thread(check, document, filename=file.filename, sha256=digest)


async def _document(upstream: Upstream, url: str) -> bytes:
    found = bytearray()
    async with upstream.fetch(url) as download:
        async for chunk in download.chunks():
            found += chunk
            if len(found) > _PROVENANCE:
                raise UpstreamError(
                    f"The provenance object has more than {_PROVENANCE:,} bytes.",
                    remedy="Tell whoever runs the upstream: objects of provenance are far smaller.",
                )
    if not found:
        raise NotFound("The provenance object is empty.", remedy="Try again later: it is the upstream that gives it.")
    return bytes(found)


def _is_of(file: IndexFile, release: Release) -> bool:
    from pratique.names import version_in
    from pratique.versions import same_version

    return same_version(version_in(file.filename), release.version)
