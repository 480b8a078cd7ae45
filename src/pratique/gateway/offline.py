"""What the gateway knows, for whoever looks at it beside the server: nothing is fetched unless that is asked for."""

from __future__ import annotations

from contextlib import suppress

from pratique.errors import NotFound
from pratique.gateway.policies import Policies
from pratique.names import ProjectName
from pratique.ports import IndexFile, ProjectPage, Store, Upstream
from pratique.releases import Local


class StoredListings:
    """`pratique.gateway.assessing.Listings` as the database remembers them, else as the upstream has them."""

    def __init__(self, *, store: Store, local: Local, policies: Policies, upstream: Upstream | None = None) -> None:
        """Without an ``upstream`` none is asked; for a private name none ever is."""
        self._store = store
        self._local = local
        self._policies = policies
        self._upstream = upstream
        self._seen: dict[ProjectName, ProjectPage | None] = {}

    async def listed(self, project: ProjectName) -> ProjectPage | None:
        """The page, if there is one; raises `UpstreamError`, `StorageError`."""
        if project not in self._seen:
            self._seen[project] = await self._look(project)
        return self._seen[project]

    async def listed_file(self, project: ProjectName, filename: str) -> IndexFile | None:
        """A file as that page lists it."""
        page = await self.listed(project)
        return next((one for one in page.files if one.filename == filename), None) if page else None

    async def _look(self, project: ProjectName) -> ProjectPage | None:
        with suppress(NotFound):  # a private name that nothing lives under
            if (own := await self._local.page(project)) is not None:
                return own
            if stored := await self._store.page(project):
                return stored[0]
            if self._upstream is not None and not self._policies.private(project):
                return await self._upstream.page(project)
        return None
