"""Where a release stands in its project's life, by the index's page alone (PEP 592, 700, 792)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from packaging.version import InvalidVersion, Version

from pratique.names import ProjectName
from pratique.policy import Signal, SignalKind

_DOUBTS = 5
"""Examples of what cannot be used on a page; the number of the others is told."""
_REASON = 120


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a page says of one release; what it does not say is None."""

    version: str
    released: datetime | None = None
    """When its first file was uploaded, in UTC."""
    began: datetime | None = None
    """When the project's first file was that is still listed."""
    releases: int = 0
    """How many the page lists."""
    previous: str = ""
    """The release that came before this one, by time."""
    gap: timedelta | None = None
    """Between that one and this."""
    rhythm: timedelta | None = None
    """The median time between releases before this one, where there were at least three."""
    yanked: str | None = None
    """The owner's reason, which may be empty; None where it is not yanked."""
    status: str = "active"
    status_reason: str = ""
    doubts: tuple[str, ...] = ()
    """What on the page cannot be used, each in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """From when on a release is old enough, and a silence long."""

    young: timedelta = timedelta(days=3)
    new_project: timedelta = timedelta(days=30)
    dormant: timedelta = timedelta(days=730)
    revived: timedelta = timedelta(days=90)
    """For so long after its release a project's revival is told."""


def standing(files: Iterable[Listed], version: str, *, status: str = "active", status_reason: str = "") -> Standing:
    """Where a version stands; missing dates and absurd versions are told in ``doubts``, and nothing else is lost."""
    files = tuple(files)
    wanted, doubts = _parsed(version), _Doubts()
    ours = [file for file in files if _same(file.version, version, wanted)]
    moments = _moments(files, doubts)
    released = _first(moments, ours)
    before = sorted(
        (at, name) for name, at in _by_release(files, moments).items() if released and at < released and name != version
    )
    if not ours:
        doubts.add(f"the page lists no file of {version}")
    return Standing(
        version=version,
        released=released,
        began=min(moments.values(), default=None),
        releases=len({str(_parsed(file.version) or file.version) for file in files}),
        previous=before[-1][1] if before else "",
        gap=released - before[-1][0] if before and released else None,
        rhythm=_rhythm([at for at, _ in before]),
        yanked=_yanked(ours),
        status=status,
        status_reason=status_reason,
        doubts=doubts.told(),
    )


def signals(project: ProjectName, one: Standing, now: datetime, ages: Ages | None = None) -> tuple[Signal, ...]:
    """What of a release's standing is worth knowing to whoever is about to install it at ``now`` (UTC)."""
    ages, release, found = ages or Ages(), f"{project} {one.version}", list[Signal]()
    if one.status != "active":
        found.append(Signal(kind=SignalKind.STATUS, reason=f"{project} is {one.status}{_because(one.status_reason)}"))
    if one.yanked is not None:
        found.append(Signal(kind=SignalKind.YANKED, reason=f"{release} was yanked{_because(one.yanked)}"))
    age = now - one.released if one.released else None
    if age is not None and age < ages.young:
        found.append(Signal(kind=SignalKind.YOUNG, reason=f"{release} was published {ago(age)}"))
    if one.began and now - one.began < ages.new_project:
        found.append(Signal(kind=SignalKind.YOUNG, reason=f"the project {project} began {ago(now - one.began)}"))
    if one.gap and one.gap >= ages.dormant and age is not None and age < ages.revived:
        told = f"{release} came after {span(one.gap)} without a release"
        found.append(Signal(kind=SignalKind.DORMANT, reason=told))
    return tuple(found)


def ago(age: timedelta) -> str:
    """How long ago, in words; what lies ahead is said, too: a page's clock may be wrong."""
    return f"{span(age)} ago" if age >= timedelta(0) else f"{span(-age)} from now, if its page is right"


def span(length: timedelta) -> str:
    """A length of time in the largest unit that it fills."""
    seconds = length.total_seconds()
    for unit, size in (("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"


class _Doubts:
    def __init__(self) -> None:
        self._found: list[str] = []

    def add(self, text: str) -> None:
        self._found.append(text)

    def told(self) -> tuple[str, ...]:
        more = len(self._found) - _DOUBTS
        return (*self._found[:_DOUBTS], *([f"and {more} more of the kind"] if more > 0 else []))


def _moments(files: Sequence[Listed], doubts: _Doubts) -> dict[str, datetime]:
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


def _by_release(files: Iterable[Listed], moments: Mapping[str, datetime]) -> dict[str, datetime]:
    found: dict[str, list[datetime]] = defaultdict(list)
    for file in files:
        if file.filename in moments and file.version:
            found[file.version].append(moments[file.filename])
    return {version: min(each) for version, each in found.items()}


def _first(moments: Mapping[str, datetime], files: Iterable[Listed]) -> datetime | None:
    return min((moments[file.filename] for file in files if file.filename in moments), default=None)


def _rhythm(moments: Sequence[datetime]) -> timedelta | None:
    if len(moments) < 3:
        return None
    steps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    return timedelta(seconds=median(steps))


def _yanked(files: Sequence[Listed]) -> str | None:
    """A release is yanked when all of its files are."""
    if not files or not all(file.yanked is not False for file in files):
        return None
    return next((file.yanked for file in files if isinstance(file.yanked, str) and file.yanked), "")


def _parsed(version: str) -> Version | None:
    try:
        return Version(version)
    except InvalidVersion:
        return None


def _same(theirs: str, version: str, wanted: Version | None) -> bool:
    return theirs == version or (wanted is not None and _parsed(theirs) == wanted)


def _because(reason: str) -> str:
    plain = " ".join(reason.split())
    return f": {plain[:_REASON]}" if plain else ""
