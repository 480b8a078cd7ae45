"""Pages with refused releases marked: made once for each page, index, policy and set of verdicts and decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pratique.gateway.assessing import Assessor
from pratique.gateway.judging import Judge
from pratique.gateway.kept import Kept
from pratique.gateway.pages import FILES_IN_MEMORY
from pratique.index.restrict import restrict
from pratique.names import ProjectName
from pratique.ports import Clock, ProjectPage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marked:
    source: ProjectPage
    stamp: tuple[object, ...]
    at: datetime
    page: ProjectPage


class Marker:
    """Gives the very same page as long as nothing has changed, so that what is made from it can be kept, too.

    ``lifetime`` is how late another process's verdict may show on a page; the file itself is refused at once. A
    person's decision and another policy show at once, whichever process they come from.
    """

    def __init__(self, *, judge: Judge, assessor: Assessor, clock: Clock, lifetime: timedelta) -> None:
        self._judge = judge
        self._assessor = assessor
        self._clock = clock
        self._lifetime = lifetime
        self._kept: Kept[tuple[ProjectName, str], _Marked] = Kept(
            FILES_IN_MEMORY, lambda kept: 10 + len(kept.page.files)
        )

    async def mark(self, source: ProjectPage, index: str = "") -> ProjectPage:
        """The upstream's page with what an index refuses by now yanked, as `restrict` does it."""
        project, now = source.project, self._clock.now()
        stamp = (self._judge.epoch(project), *await self._assessor.stamp(index))
        kept = self._kept.get((project, index))
        if kept and kept.source is source and kept.stamp == stamp and abs(now - kept.at) < self._lifetime:
            return kept.page
        page = restrict(source, await self._judge.refusals(source, index))
        if kept and kept.page == page:
            page = kept.page
        self._kept.put((project, index), _Marked(source=source, stamp=stamp, at=now, page=page))
        return page
