"""Where a release stands in its project's life, by the index's page alone (PEP 592, 700, 792)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from packaging.version import Version

from pratique.history.dates import Doubts, Listed, by_release, first, moments_of, rhythm
from pratique.history.spans import ago, span
from pratique.names import ProjectName
from pratique.policy import Signal, SignalKind
from pratique.printable import brief
from pratique.versions import read_version

_REASON = 120


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
    wanted, doubts = read_version(version), Doubts()
    ours = [file for file in files if _same(file.version, version, wanted)]
    moments = moments_of(files, doubts)
    released = first(moments, ours)
    before = sorted(
        (at, name) for name, at in by_release(files, moments).items() if released and at < released and name != version
    )
    if not ours:
        doubts.add(f"the page lists no file of {version}")
    return Standing(
        version=version,
        released=released,
        began=min(moments.values(), default=None),
        releases=len({read for file in files if (read := read_version(file.version))} or {f.version for f in files}),
        previous=before[-1][1] if before else "",
        gap=released - before[-1][0] if before and released else None,
        rhythm=rhythm([at for at, _ in before]),
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


def _yanked(files: Sequence[Listed]) -> str | None:
    """A release is yanked when all of its files are."""
    if not files or not all(file.yanked is not False for file in files):
        return None
    return next((file.yanked for file in files if isinstance(file.yanked, str) and file.yanked), "")


def _same(theirs: str, version: str, wanted: Version | None) -> bool:
    return theirs == version or (wanted is not None and read_version(theirs) == wanted)


def _because(reason: str) -> str:
    plain = brief(reason, limit=_REASON)
    return f": {plain}" if plain else ""
