"""What the upstream removed is not given to anybody, though it is kept."""

from __future__ import annotations

from collections.abc import Iterable

from pratique.afterwards import Removal
from pratique.names import ProjectName, Sha256
from pratique.policy import Action, Decision
from pratique.ports import ProjectPage
from pratique.releases import Local


class WithoutRemoved:
    """`pratique.releases.Local` before another one: it refuses what the upstream removed as well."""

    def __init__(self, local: Local) -> None:
        self._local = local
        self._why: dict[tuple[str, str], str] = {}

    def exchange(self, removals: Iterable[Removal]) -> None:
        """These files are refused from now on, and no others."""
        self._why = {(one.kept.project, one.kept.filename): one.why for one in removals}

    async def page(self, project: ProjectName) -> ProjectPage | None:
        """As it is."""
        return await self._local.page(project)

    async def projects(self) -> tuple[ProjectName, ...]:
        """As they are."""
        return await self._local.projects()

    async def prefixes(self) -> tuple[str, ...]:
        """As they are."""
        return await self._local.prefixes()

    async def refusal(self, project: ProjectName, filename: str) -> Decision | None:
        """Why a file is not given to anybody, by whoever says so first."""
        return await self._local.refusal(project, filename) or await self.removal(project, filename)

    async def removal(self, project: ProjectName, filename: str) -> Decision | None:
        """Why the upstream removed a file; what lives here was never its to remove."""
        why = self._why.get((project, filename))
        if why is None or await self._local.page(project) is not None:
            return None
        return Decision(action=Action.BLOCK, reason=f"blocked: {why}")

    async def accepted(self, project: ProjectName) -> frozenset[Sha256]:
        """As they are."""
        return await self._local.accepted(project)
