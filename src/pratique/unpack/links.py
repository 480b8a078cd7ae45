"""Links in archives: those that leave are findings, those that stay are members like their target."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from pratique.artifact import Member
from pratique.finding import Severity
from pratique.unpack.limits import Budget
from pratique.unpack.notes import Notes
from pratique.unpack.paths import resolved

_ROUNDS = 4
"""How long a chain of links is followed."""


def follow_links(
    members: Sequence[Member], links: Iterable[tuple[str, str, bool]], notes: Notes, budget: Budget
) -> list[Member]:
    """Members for all links that stay inside; raises `Exhausted` when they are too many.

    A link to a folder gives what is directly in the archive below it, once: no round trips.
    """
    known = _Known(members)
    waiting = _inside(links, notes)
    made: list[Member] = []
    for _ in range(_ROUNDS):
        left = {}
        for path, target in waiting.items():
            found = known.targets(path, target)
            if not found:
                left[path] = target
            for member in found:
                budget.enter()
                made.append(member)
        if len(left) == len(waiting):
            break
        known = _Known([*members, *made])
        waiting = left
    return made


def _inside(links: Iterable[tuple[str, str, bool]], notes: Notes) -> dict[str, str]:
    inside = {}
    for path, target, from_root in links:
        outer, _, inner = path.rpartition("!/")
        if outer:
            continue  # no installer unpacks a nested archive
        at = resolved("" if from_root else inner.rpartition("/")[0], target)
        if at is None:
            message = f"It is a link that leads out of the folder it is unpacked to: {target[:200]!r}."
            notes.oddity("archive-link", Severity.HIGH, path, message)
        elif at != path:
            inside[path] = at
    return inside


class _Known:
    """Members by path, and quickly those below a folder."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._by_path = {member.path: member for member in members}
        self._sorted = sorted(self._by_path)

    def targets(self, path: str, target: str) -> list[Member]:
        """What a link at ``path`` makes of the file or folder ``target``."""
        if (member := self._by_path.get(target)) is not None:
            return [replace(member, path=path)]
        if not target or path.startswith(f"{target}/"):
            return []
        first = bisect_left(self._sorted, f"{target}/")
        below = takewhile(lambda p: p.startswith(f"{target}/"), islice(self._sorted, first, None))
        return [replace(self._by_path[p], path=path + p[len(target) :]) for p in below]
