"""What a project's page says of its releases, made once for each page and a while."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pratique.gateway.asked import Listings
from pratique.gateway.kept import Kept
from pratique.gateway.origin import page_signals
from pratique.names import ProjectName
from pratique.policy import Signal
from pratique.ports import IndexFile, ProjectPage

_PROJECTS = 10_000
_TOLD_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    page: ProjectPage
    at: datetime
    signals: dict[tuple[str, bool], tuple[Signal, ...]] = field(default_factory=dict)
    """By version, or file name where that tells none, and whether there is a provenance object."""


class ByPage:
    """Signals on files that the page of their project gives."""

    def __init__(self, listings: Listings) -> None:
        self._listings = listings
        self._told: Kept[ProjectName, _Told] = Kept(_PROJECTS)

    async def signals(self, project: ProjectName, file: IndexFile, version: str, now: datetime) -> tuple[Signal, ...]:
        """Of one file; none where nobody has seen the page."""
        page = await self._listings.listed(project)
        if page is None:
            return ()
        kept = self._told.get(project)
        if kept is None or kept.page is not page or abs(now - kept.at) >= _TOLD_FOR:
            kept = _Told(page=page, at=now)
            self._told.put(project, kept)
        key = version or file.filename, file.provenance is not None
        if key not in kept.signals:
            kept.signals[key] = page_signals(page, file, now)
        return kept.signals[key]
