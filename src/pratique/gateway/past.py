"""What is new in a file, measured by the releases of its project that were judged before."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from pratique.gateway.kept import Kept
from pratique.history.signals import Key, news
from pratique.names import ProjectName
from pratique.policy import Signal
from pratique.ports import Clock, Store
from pratique.verdict import Report

_PROJECTS = 10_000
_LIFETIME = timedelta(minutes=1)
"""How late the verdict of another process may show; this one's own are heeded at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the signals of a project rest on; with another basis they are made anew."""

    engine: str
    """Whose reports."""
    epoch: int
    """Of the verdicts on the project."""
    trusted: AbstractSet[str] = frozenset()
    """Digests of files that a person let pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    basis: Basis
    at: datetime
    judged: frozenset[Key]
    signals: Mapping[Key, tuple[Signal, ...]]


class Past:
    """Signals of history, made once for each set of verdicts on a project."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: Kept[ProjectName, _News] = Kept(_PROJECTS, lambda kept: 1 + len(kept.judged) // 100)

    async def signals(self, project: ProjectName, report: Report, basis: Basis) -> tuple[Signal, ...]:
        """What this file can do that its project's earlier releases could not; it need not be kept yet."""
        key = report.artifact.name.filename, str(report.artifact.sha256)
        kept = await self._of(project, basis)
        if key not in kept.judged:
            kept = self._news([*await self._store.judged(project, engine=basis.engine), report], basis)
        return kept.signals.get(key, ())

    def of_all(self, project: ProjectName, reports: list[Report], basis: Basis) -> Mapping[Key, tuple[Signal, ...]]:
        """The signals of all files of a project that were judged, which are these."""
        made = self._news(reports, basis)
        self._kept.put(project, made)
        return made.signals

    async def _of(self, project: ProjectName, basis: Basis) -> _News:
        kept = self._kept.get(project)
        if kept and kept.basis == basis and abs(self._clock.now() - kept.at) < _LIFETIME:
            return kept
        made = self._news(await self._store.judged(project, engine=basis.engine), basis)
        self._kept.put(project, made)
        return made

    def _news(self, reports: list[Report], basis: Basis) -> _News:
        judged = frozenset((r.artifact.name.filename, str(r.artifact.sha256)) for r in reports)
        return _News(basis=basis, at=self._clock.now(), judged=judged, signals=news(reports, basis.trusted))
