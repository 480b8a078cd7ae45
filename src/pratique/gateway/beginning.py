"""When projects began, by their pages: for policies that ask whether one is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pratique.gateway.around import standing_of
from pratique.gateway.kept import Kept
from pratique.names import ProjectName
from pratique.ports import ProjectPage

_PROJECTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a page says of its project's life."""

    began: datetime | None = None
    """When its first file was uploaded that is still listed, in UTC; nothing where the page does not say."""
    releases: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    page: ProjectPage
    beginning: Beginning


class Beginnings:
    """Reads each page once."""

    def __init__(self) -> None:
        self._known: Kept[ProjectName, _Known] = Kept(_PROJECTS)

    def of(self, page: ProjectPage | None) -> Beginning:
        """Of a page's project; nothing is known where there is no page."""
        if page is None:
            return Beginning()
        known = self._known.get(page.project)
        if known is None or known.page is not page:
            told = standing_of(page, "")
            known = _Known(page=page, beginning=Beginning(began=told.began, releases=told.releases))
            self._known.put(page.project, known)
        return known.beginning
