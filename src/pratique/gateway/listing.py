"""Signals off a project's remembered page: made only where the policy heeds one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pratique.gateway.kept import Kept
from pratique.gateway.origin import page_signals
from pratique.gateway.pages import FILES_IN_MEMORY
from pratique.names import ProjectName
from pratique.policy import Action, Policy, Signal, SignalKind
from pratique.ports import Clock, IndexFile, ProjectPage, Store

_KINDS = (SignalKind.PROVENANCE, SignalKind.YOUNG, SignalKind.DORMANT, SignalKind.YANKED, SignalKind.STATUS)
_LIFETIME = timedelta(seconds=30)
"""How long a page counts: releases grow older, and owners yank them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    at: datetime
    page: ProjectPage
    files: dict[str, IndexFile]
    signals: dict[str, tuple[Signal, ...]] = field(default_factory=dict)
    """By file name, made when they are asked for."""


class Listing:
    """What the pages say of files, as far as it could change a decision."""

    def __init__(self, *, store: Store, clock: Clock, policy: Policy) -> None:
        self._store = store
        self._clock = clock
        self._heeds = any(policy.answer(kind) is not Action.ALLOW for kind in _KINDS)
        self._kept: Kept[ProjectName, _Read] = Kept(FILES_IN_MEMORY // 10, lambda kept: 10 + len(kept.files))

    async def signals(self, project: ProjectName, filename: str) -> tuple[Signal, ...]:
        """Of one file; none where the policy heeds none, or nobody has seen the project's page."""
        if not self._heeds or (read := await self._read(project)) is None:
            return ()
        if (known := read.signals.get(filename)) is None:
            file = read.files.get(filename)
            known = read.signals[filename] = page_signals(read.page, file, read.at) if file else ()
        return known

    async def _read(self, project: ProjectName) -> _Read | None:
        now, kept = self._clock.now(), self._kept.get(project)
        if kept and now - kept.at < _LIFETIME:
            return kept
        remembered = await self._store.page(project)
        if remembered is None:
            return None
        page, _ = remembered
        read = _Read(at=now, page=page, files={file.filename: file for file in page.files})
        self._kept.put(project, read)
        return read
