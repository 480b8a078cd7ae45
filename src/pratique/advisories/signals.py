"""What advisories mean for a decision, and which of them speak of the same matter."""

from __future__ import annotations

from collections.abc import Iterable

from pratique.advisories.match import matching
from pratique.advisories.model import Advisory
from pratique.names import ProjectName
from pratique.policy import Signal, SignalKind
from pratique.printable import brief

_SUMMARY = 120


def signals(project: ProjectName, version: str, advisories: Iterable[Advisory]) -> tuple[Signal, ...]:
    """A signal for each advisory on this version; malware first."""
    found = sorted(matching(advisories, version), key=lambda advisory: (not advisory.malware, advisory.id))
    return tuple(_signal(project, version, advisory) for advisory in found)


def kind_of(advisory: Advisory) -> SignalKind:
    """What a match of this advisory means."""
    return SignalKind.MALWARE if advisory.malware else SignalKind.VULNERABLE


def _signal(project: ProjectName, version: str, advisory: Advisory) -> Signal:
    known = "known malware" if advisory.malware else "known to be vulnerable"
    release = f"{project} {version}".rstrip()
    summary = brief(advisory.summary, limit=_SUMMARY)
    told = f": {summary}" if summary else ""
    return Signal(kind=kind_of(advisory), reason=f"{release} is {known} ({advisory.id}){told}", id=advisory.id)


def grouped(advisories: Iterable[Advisory]) -> tuple[tuple[Advisory, ...], ...]:
    """Advisories by matter: those that name one another, or a common third, as aliases stand together.

    Aliases are symmetric and transitive (OSV ``aliases``). Malware is never merged into a vulnerability.
    """
    groups: list[tuple[set[str], list[Advisory]]] = []
    for advisory in sorted(advisories, key=lambda advisory: advisory.id):
        names, members = {advisory.id, *advisory.aliases}, [advisory]
        apart = []
        for known, others in groups:
            if names & known and others[0].malware == advisory.malware:
                names, members = names | known, others + members
            else:
                apart.append((known, others))
        groups = [*apart, (names, members)]
    return tuple(tuple(members) for _, members in sorted(groups, key=lambda group: group[1][0].id))
