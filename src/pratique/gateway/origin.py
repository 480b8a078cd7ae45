"""Where a judged file comes from: its page and its provenance, for whoever reads its report."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from pratique.errors import PratiqueError
from pratique.gateway.around import attested, last_attested, standing_of
from pratique.gateway.kept import Kept
from pratique.gateway.metadata import Metadata
from pratique.history.standing import Standing
from pratique.history.standing import signals as standing_signals
from pratique.names import ProjectName, Sha256, version_in
from pratique.policy import Signal
from pratique.ports import IndexFile, ProjectPage
from pratique.provenance.check import check
from pratique.provenance.model import ABSENT, Checked, Proof
from pratique.provenance.signals import signals as provenance_signals

_REMEMBERED = 10_000
_PATIENCE = 5.0
"""Seconds that a page for people waits for a provenance object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What is known of a file besides its bytes."""

    standing: Standing
    checked: Checked
    signals: tuple[Signal, ...] = ()


def page_signals(page: ProjectPage, file: IndexFile, now: datetime) -> tuple[Signal, ...]:
    """What a project's page alone says of one of its files: age, revival, yanked, status, lost provenance."""
    return (*_standing_signals(page, file, now), *provenance_signals(page.project, *attested(page, file, {})))


def _standing_signals(page: ProjectPage, file: IndexFile, now: datetime) -> tuple[Signal, ...]:
    return standing_signals(page.project, standing_of(page, version_in(file.filename)), now)


class Origins:
    """Looks provenance up and checks it, each once."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata
        self._checked: Kept[tuple[str, Sha256], Checked] = Kept(_REMEMBERED)

    async def of(self, page: ProjectPage, filename: str, sha256: Sha256, now: datetime) -> Origin:
        """The origin of a file with this digest; what cannot be had is said, never raised."""
        file = next((one for one in page.files if one.filename == filename), None)
        standing = standing_of(page, version_in(filename))
        if file is None:
            return Origin(standing=standing, checked=ABSENT)
        checked = await self.checked(page.project, file, sha256)
        signals = (*_standing_signals(page, file, now), *await self.signals(page, file, sha256))
        return Origin(standing=standing, checked=checked, signals=signals)

    async def signals(self, page: ProjectPage, file: IndexFile, sha256: Sha256) -> tuple[Signal, ...]:
        """What a file's provenance says, beside that of the newest earlier release that has any; never raises."""
        checked = {file.filename: await self.checked(page.project, file, sha256)}
        other = last_attested(page, file) if file.provenance is not None else None
        if other is not None and other.sha256 is not None:
            checked[other.filename] = await self.checked(page.project, other, Sha256(other.sha256))
        return provenance_signals(page.project, *attested(page, file, checked))

    async def checked(self, project: ProjectName, file: IndexFile, sha256: Sha256) -> Checked:
        """A file's provenance as far as it could be checked; what cannot be had is said, never raised."""
        if file.provenance is None:
            return ABSENT
        key = file.provenance, sha256
        if known := self._checked.get(key):
            return known
        try:
            async with asyncio.timeout(_PATIENCE):
                blob = await self._metadata.provenance(project, file)
        except (PratiqueError, TimeoutError) as error:
            why = str(error) or "the upstream takes too long"
            return Checked(proof=Proof.UNVERIFIED, note=f"it could not be had: {why}")
        document = await asyncio.to_thread(blob.path.read_bytes)
        checked = await asyncio.to_thread(check, document, filename=file.filename, sha256=sha256)
        self._checked.put(key, checked)
        return checked
