"""Pages with refused releases marked: made once for each page, policy and set of verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pratique.gateway.judging import Judge
from pratique.gateway.kept import Kept
from pratique.gateway.pages import FILES_IN_MEMORY
from pratique.index.restrict import restrict
from pratique.names import ProjectName
from pratique.policy import Decision
from pratique.ports import Clock, IndexFile, ProjectPage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marked:
    source: ProjectPage
    epoch: int
    at: datetime
    page: ProjectPage


class Marker:
    """Gives the very same page as long as nothing has changed, so that what is made from it can be kept, too.

    ``lifetime`` is how late another process's verdict may show on a page; the file itself is refused at once.
    """

    def __init__(self, *, judge: Judge, clock: Clock, lifetime: timedelta) -> None:
        self._judge = judge
        self._clock = clock
        self._lifetime = lifetime
        self._kept: Kept[ProjectName, _Marked] = Kept(FILES_IN_MEMORY, lambda kept: 10 + len(kept.page.files))

    async def mark(self, source: ProjectPage) -> ProjectPage:
        """The upstream's page with what is refused by now yanked, as `restrict` does it."""
        project, epoch, now = source.project, self._judge.epoch(source.project), self._clock.now()
        kept = self._kept.get(project)
        if kept and kept.source is source and kept.epoch == epoch and now - kept.at < self._lifetime:
            return kept.page
        refused = await self._judge.refusals(project)
        advised = await self._judge.advised(project, (file.filename for file in source.files))
        decisions = ((f.filename, _refusal(f, refused) or advised.get(f.filename)) for f in source.files)
        page = restrict(source, {filename: decision for filename, decision in decisions if decision})
        if kept and kept.page == page:
            page = kept.page
        self._kept.put(project, _Marked(source=source, epoch=epoch, at=now, page=page))
        return page


def _refusal(file: IndexFile, refused: Mapping[tuple[str, str], Decision]) -> Decision | None:
    """The refusal of a listed file: by its digest where the page promises one, else by its name."""
    if promised := file.sha256:
        return refused.get((file.filename, promised))
    return next((decision for (filename, _), decision in refused.items() if filename == file.filename), None)
