"""Whether a version is affected: the evaluation that the OSV schema describes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from pratique.advisories.model import Advisory, Affected, Event, EventKind, Range, RangeKind
from pratique.advisories.order import Key, canonical, pep440, semver
from pratique.versions import read_version

_START, _INFINITY = "0", "*"
_LOWEST: Key = (-1,)


def matching(advisories: Iterable[Advisory], version: str) -> tuple[Advisory, ...]:
    """Those that affect the version, by id. An empty version, one that could not be told, is affected by all."""
    return tuple(sorted((a for a in advisories if affects(a, version)), key=lambda advisory: advisory.id))


def affects(advisory: Advisory, version: str) -> bool:
    """Whether the advisory is about this version.

    A local build (``1.0+cpu``) counts as the release that it was built from, where the record names no local
    builds itself. Bounds that cannot be read never make a version safe.
    """
    return not version or any(_listed(version, one) or _in_ranges(version, one) for one in advisory.affected)


def _listed(version: str, affected: Affected) -> bool:
    if not affected.versions:
        return False
    return canonical(version) in affected.versions or canonical(_released(version)) in affected.versions


def _released(version: str) -> str:
    """The release that a local build was made from."""
    parsed = read_version(version) if "+" in version else None
    return parsed.public if parsed else version


def _in_ranges(version: str, affected: Affected) -> bool:
    return any(_in_range(version, one) for one in affected.ranges)


def _in_range(version: str, within: Range) -> bool:
    match within.kind:
        case RangeKind.GIT:
            return False
        case RangeKind.ECOSYSTEM:
            return _evaluate(version, within.events, pep440)
        case RangeKind.SEMVER:
            order = _semantic(version, within.events)
            return _evaluate(version, within.events, order)
        case _:
            assert_never(within.kind)


def _semantic(version: str, events: tuple[Event, ...]) -> Callable[[str], Key]:
    """SemVer's order where all of them are such versions, else the ecosystem's: PyPI does not ask for SemVer."""
    named = [version, *(event.version for event in events if event.version not in {_START, _INFINITY})]
    return _semver if all(semver(one) is not None for one in named) else pep440


def _semver(version: str) -> Key:
    return semver(version) or _LOWEST


def _evaluate(version: str, events: tuple[Event, ...], order: Callable[[str], Key]) -> bool:
    """The schema's ``IncludedInRanges`` for one range: of the events that the version has passed the last one holds.

    Of equal bounds the record's own order holds, but that a version is last affected after it was introduced.
    """
    if not _before_limits(version, events, order):
        return False
    passed = [(event, place) for place, event in enumerate(events) if _has_passed(version, event, order)]
    if not passed:
        return False
    last, _ = passed[0] if len(passed) == 1 else max(passed, key=lambda one: (_place(one[0], order), one[1]))
    return last.kind is EventKind.INTRODUCED


def _has_passed(version: str, event: Event, order: Callable[[str], Key]) -> bool:
    match event.kind:
        case EventKind.INTRODUCED:
            return event.version == _START or _compare(version, event, order) >= 0
        case EventKind.FIXED:
            return _readable(event) and _compare(version, event, order) >= 0
        case EventKind.LAST_AFFECTED:
            return _readable(event) and _compare(version, event, order) > 0
        case EventKind.LIMIT:
            return False
        case _:
            assert_never(event.kind)


def _before_limits(version: str, events: tuple[Event, ...], order: Callable[[str], Key]) -> bool:
    """Below any one limit, or without any."""
    limits = [event for event in events if event.kind is EventKind.LIMIT]
    return not limits or any(
        event.version == _INFINITY or not _readable(event) or _compare(version, event, order) < 0 for event in limits
    )


def _place(event: Event, order: Callable[[str], Key]) -> Key:
    """Where the event stands: a version is last affected after it was introduced."""
    if event.kind is EventKind.INTRODUCED and event.version == _START:
        return (_LOWEST, 0)
    return (order(event.version), int(event.kind is EventKind.LAST_AFFECTED))


def _compare(version: str, event: Event, order: Callable[[str], Key]) -> int:
    """Negative, 0 or positive: the version lies before the event's, at it, or after it."""
    mine = order(_comparable(version, event.version) if order is pep440 else version)
    bound = order(event.version)
    return -1 if mine < bound else int(mine != bound)


def _comparable(version: str, bound: str) -> str:
    """The version without its local part, unless the bound has one."""
    if "+" not in version:
        return version
    mine, other = read_version(version), read_version(bound)
    return mine.public if mine and mine.local and not (other and other.local) else version


def _readable(event: Event) -> bool:
    return read_version(event.version) is not None or semver(event.version) is not None
