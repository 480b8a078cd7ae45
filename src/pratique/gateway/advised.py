"""Advisories that could change a decision, kept for the length of a client's run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pratique.advisories.model import Advisory
from pratique.advisories.signals import kind_of
from pratique.gateway.asked import Known
from pratique.gateway.kept import Kept
from pratique.names import ProjectName

_PROJECTS = 10_000
_ADVISED_FOR = timedelta(seconds=1)
"""How late a new advisory is heeded: within a client's one run a project is asked for many times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Advised:
    at: datetime
    version: int
    advisories: tuple[Advisory, ...]


class Advised:
    """What is published about public projects, as far as a policy heeds it."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._kept: Kept[ProjectName, _Advised] = Kept(_PROJECTS)

    async def of(self, project: ProjectName) -> tuple[Advisory, ...]:
        """The advisories that could change a decision: old projects have many that never do."""
        known = self._known
        kept, now = self._kept.get(project), known.clock.now()
        if kept and kept.version == known.policies.version and abs(now - kept.at) < _ADVISED_FOR:
            return kept.advisories
        found = await known.advisories.of(project)
        weighty = tuple(one for one in found if known.policies.heeds(kind_of(one)))
        self._kept.put(project, _Advised(at=now, version=known.policies.version, advisories=weighty))
        return weighty
