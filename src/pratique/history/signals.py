"""What is new in a release, as a signal: compared with the newest earlier release that could be trusted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from packaging.version import Version

from pratique.capability import Capabilities, Capability
from pratique.history.compare import Change, compare, telling
from pratique.history.words import sentence
from pratique.names import Kind
from pratique.policy import Signal, SignalKind
from pratique.verdict import Report, Verdict
from pratique.versions import read_version

Key = tuple[str, str]
"""File name and SHA-256."""
_NONE = Capabilities()


def news(reports: Iterable[Report], trusted: AbstractSet[str] = frozenset()) -> dict[Key, tuple[Signal, ...]]:
    """Signals on the files of one project: what each can do by itself that its predecessor could not.

    The predecessor of a release is the newest earlier one in which nothing was found and nothing was new; what is
    held is never what the next one is measured by, unless a person let it pass (``trusted``: SHA-256 digests).
    Releases that begin a new major version, and those without a predecessor, have no signals: what is found in
    them only scores. A version that PEP 440 does not know is left out.
    """
    found: dict[Key, tuple[Signal, ...]] = {}
    base: tuple[Version, list[Report]] | None = None
    for version, files in sorted(_by_version(reports).items()):
        told = _told(version, files, base) if base is not None and _continues(base[0], version) else {}
        new = {key: signals for key, signals in told.items() if signals and key[1] not in trusted}
        found |= new
        good = [one for one in files if _may_be_measured_by(one, trusted) and _key(one) not in new]
        if good and not new:
            base = version, good
    return found


def predecessor(versions: Iterable[str], version: str) -> str:
    """Of these versions the one that a release is measured by: the newest earlier one of the same major version.

    Final releases are preferred; empty where there is none. What PEP 440 does not know is left out.
    """
    ours = read_version(version)
    known = {parsed: one for one in versions if (parsed := read_version(one)) is not None}
    earlier = [one for one in known if ours is not None and one < ours and _continues(one, ours)]
    best = max(earlier, key=lambda one: (not one.is_prerelease, one), default=None)
    return known[best] if best is not None else ""


def _by_version(reports: Iterable[Report]) -> Mapping[Version, list[Report]]:
    versions: dict[Version, list[Report]] = defaultdict(list)
    for report in reports:
        version = read_version(report.artifact.name.version)
        if version is not None and report.capabilities is not None:
            versions[version].append(report)
    return versions


def _continues(old: Version, new: Version) -> bool:
    """Whether a release is a patch or a minor one: it promises that nothing much has changed."""
    return old.epoch == new.epoch and old.major == new.major


def _may_be_measured_by(report: Report, trusted: AbstractSet[str]) -> bool:
    return report.verdict is Verdict.CLEAN or report.artifact.sha256 in trusted


def _told(
    version: Version, files: Sequence[Report], base: tuple[Version, list[Report]]
) -> dict[Key, tuple[Signal, ...]]:
    earlier, known = base
    told: dict[Key, tuple[Signal, ...]] = {}
    for report in files:
        alike = [one for one in known if _comparable(report, one)]
        if alike:
            changes = compare(_together(alike), report.capabilities or _NONE)
            told[_key(report)] = tuple(_signal(report, version, earlier, change) for change in changes.chains)
    return told


def _comparable(new: Report, old: Report) -> bool:
    """A wheel can only do what its source could; an sdist does more than a wheel, while it is built."""
    ours, theirs = new.artifact.name.kind, old.artifact.name.kind
    return ours is theirs or (ours is Kind.WHEEL and theirs is Kind.SDIST)


def _together(reports: Iterable[Report]) -> Capabilities:
    """What any file of a release can do: wheels differ by platform."""
    able = [report.capabilities or _NONE for report in reports]
    items: dict[Capability, None] = {one: None for each in able for one in each.items if telling(one)}
    return Capabilities(items=tuple(items), cut=tuple(dict.fromkeys(kind for each in able for kind in each.cut)))


def _key(report: Report) -> Key:
    return report.artifact.name.filename, report.artifact.sha256


def _signal(report: Report, version: Version, earlier: Version, change: Change) -> Signal:
    one = change.capability
    place = f"{one.path}:{one.line}" if one.line else one.path
    told = f"{report.artifact.name.project} {version} {sentence(one)} ({place}), which {earlier} did not"
    return Signal(kind=SignalKind.CAPABILITY, reason=told)
