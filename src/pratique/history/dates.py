"""When a project's files were uploaded, as its page says (PEP 700); what cannot be read is told and left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from pratique.versions import read_version

_DOUBTS = 5
"""Examples of what cannot be used on a page; the number of the others is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file as its project's page lists it, as far as a release's standing goes."""

    filename: str
    version: str
    """As the file's name has it; empty where it cannot be told."""
    uploaded: str | None = None
    """``upload-time`` (PEP 700) as written."""
    yanked: bool | str = False
    attested: bool = False
    """It has a provenance URL (PEP 740)."""


class Doubts:
    """What cannot be used on a page, each in a sentence."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def add(self, text: str) -> None:
        """One more."""
        self._found.append(text)

    def told(self) -> tuple[str, ...]:
        """The first few, and how many more there are."""
        more = len(self._found) - _DOUBTS
        return (*self._found[:_DOUBTS], *([f"and {more} more of the kind"] if more > 0 else []))


def moments_of(files: Sequence[Listed], doubts: Doubts) -> dict[str, datetime]:
    """When each file was uploaded, by its name."""
    found: dict[str, datetime] = {}
    undated = 0
    for file in files:
        if not file.uploaded:
            undated += 1
            continue
        at = _moment(file.uploaded)
        if at is None:
            doubts.add(f"{file.uploaded[:40]!r}, when {file.filename[:80]} was uploaded, is no moment")
        else:
            found[file.filename] = at
    if undated:
        doubts.add(f"the page does not say when {'any file' if not found else f'{undated} of its files'} was uploaded")
    return found


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def by_release(files: Iterable[Listed], moments: Mapping[str, datetime]) -> dict[str, datetime]:
    """When each release began, by its version as file names have it.

    Where PEP 440 knows any, the others are left out: old installers' names end in a platform (``1.0.win32-py3.4.exe``).
    """
    found: dict[str, list[datetime]] = defaultdict(list)
    for file in files:
        if file.filename in moments and file.version:
            found[file.version].append(moments[file.filename])
    known = {version for version in found if read_version(version) is not None}
    return {version: min(each) for version, each in found.items() if version in known or not known}


def first(moments: Mapping[str, datetime], files: Iterable[Listed]) -> datetime | None:
    """When the first of these files was uploaded, where any is dated."""
    return min((moments[file.filename] for file in files if file.filename in moments), default=None)


def rhythm(moments: Sequence[datetime]) -> timedelta | None:
    """The median time between releases, where there are at least three."""
    if len(moments) < 3:
        return None
    steps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    return timedelta(seconds=median(steps))
