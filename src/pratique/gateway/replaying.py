"""Replaying: what another policy would have answered to what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pratique.gateway.reviewing import Reviewing
from pratique.names import project_name
from pratique.policy import Action, Ruling
from pratique.received import Requested, Requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file that would have been answered for otherwise."""

    request: Requested
    ruling: Ruling
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of it."""

    requests: int
    """How many were looked at."""
    changes: tuple[Change, ...]
    unknown: int
    """Requests for files that were never inspected, or whose reports are another engine's: only names and dates
    could be judged."""
    gone: int = 0
    """Requests of indexes that the policy does not have: each would be answered with 404."""

    @property
    def refused(self) -> int:
        """How many requests that were served would be refused."""
        return sum(one.request.times for one in self.changes if one.request.served)

    @property
    def served(self) -> int:
        """How many requests that were refused would be served."""
        return sum(one.request.times for one in self.changes if not one.request.served)


async def replay(reviewing: Reviewing, requests: Requests, since: datetime, index: str | None = None) -> Replay:
    """Put each file that was asked for before the policy of ``reviewing``, as of the first time it was asked for.

    Before that of the index that it was asked of, or with ``index``, as if all had been asked of this one.
    """
    looked, unknown, gone, changes = 0, 0, 0, list[Change]()
    for one in await requests.requested(since=since):
        assessed = await reviewing.assess(project_name(one.project), one.filename, one.sha256, at=one.first)
        looked += one.times
        unknown += one.times if assessed.report is None else 0
        ruling = dict(assessed.rulings).get(one.index if index is None else index)
        if ruling is None:
            gone += one.times
        elif _changed(one, ruling):
            changes.append(Change(request=one, ruling=ruling, version=assessed.case.version))
    return Replay(requests=looked, changes=tuple(changes), unknown=unknown, gone=gone)


def _changed(one: Requested, ruling: Ruling) -> bool:
    """An answer that came of something else than the policy (a mismatch, an inspection under way) is left alone."""
    if one.reason.startswith("inspection of "):
        return False
    if one.served:
        return not ruling.decision.allowed
    before = {action.value for action in Action} - {Action.ALLOW.value}
    return one.action in before and ruling.decision.allowed
