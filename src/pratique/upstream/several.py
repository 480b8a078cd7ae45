"""Several upstreams as one: a project has one home among them, and never files of two."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from pratique.errors import NotFound, UpstreamError
from pratique.names import ProjectName
from pratique.ports import Download, ProjectPage
from pratique.upstream.client import HttpUpstream
from pratique.upstream.sources import checked, claims


class Upstreams:
    """`pratique.ports.Upstream` over several, in the order of their priority.

    The first that has a project gives all of it. Whoever cannot answer might have it: nothing further down is
    asked then. Nor does a project move down by itself, from the upstream where it was to one of lower priority:
    whoever takes the name there may be somebody else (dependency confusion). An upstream that was given another name
    is known by its address.
    """

    def __init__(self, upstreams: Sequence[HttpUpstream]) -> None:
        """Raises `BadSetting` where two have one name."""
        checked([one.source for one in upstreams])
        self._upstreams = {one.source.name: one for one in upstreams}

    async def page(self, project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        """A project's page, ``known`` if it has not changed; raises `NotFound`, `UpstreamError`."""
        candidates = self._candidates(project)
        home = self._home(known) if known else ""
        passed = False
        for one in candidates:
            name = one.source.name
            same = known if known and name == home == known.upstream else None  # its files bear the name, too
            try:
                page = await one.page(project, known=same)
            except NotFound:
                passed = passed or name == home
                continue
            if passed:
                raise NotFound(
                    f"{project} was at the upstream {home}, which has it no more. {name} has a project of "
                    "that name, which may be another one.",
                    remedy=f"If it is meant, name it among the projects of the upstream {name}.",
                )
            return page
        raise NotFound(f"The upstream has no {project}.", remedy="Check the spelling.")

    def fetch(self, url: str, *, upstream: str = "") -> AbstractAsyncContextManager[Download]:
        """Open a file that the page of this upstream lists; raises `NotFound`, `UpstreamError`."""
        one = self._upstreams.get(upstream) if upstream else next(iter(self._upstreams.values()))
        if one is None:
            raise UpstreamError(
                f"The upstream {upstream} is not among those that are configured.",
                remedy="Ask for the project's page again: it is then looked for at the others.",
            )
        return one.fetch(url)

    def _home(self, known: ProjectPage) -> str:
        """The name that the upstream has now which had the project, or had then."""
        alike = (name for name, one in self._upstreams.items() if known.index == one.address)
        return next(alike, known.upstream)

    def _candidates(self, project: ProjectName) -> list[HttpUpstream]:
        """Who may have it: whoever claims the name, else all that are not there for certain names alone."""
        everybody = list(self._upstreams.values())
        claiming = [one for one in everybody if claims(one.source, project)]
        return claiming or [one for one in everybody if not one.source.projects]
