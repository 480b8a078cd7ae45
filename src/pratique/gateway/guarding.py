"""Guarding the team's own names: public projects beside them that could be taken for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pratique.gateway.policies import Policies
from pratique.identity import Popular, PrivateNames, Strength, evokes_private
from pratique.names import ProjectName
from pratique.policy import Signal, SignalKind
from pratique.ports import Clock
from pratique.releases import Local

_PROJECTS = 20_000
_SEEN_FOR = timedelta(seconds=1)
"""How late a new private name is heeded: one page asks for a project many times."""
_Basis = tuple[tuple[ProjectName, ...], tuple[str, ...], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was made of one state of the private names."""

    basis: _Basis
    at: datetime
    private: PrivateNames
    found: dict[ProjectName, tuple[Signal, ...]] = field(default_factory=dict)


class Guard:
    """Signals on public names that evoke private ones: the team's own projects, and what a policy keeps private."""

    def __init__(self, *, local: Local, policies: Policies, clock: Clock, popular: Popular) -> None:
        self._local = local
        self._policies = policies
        self._clock = clock
        self._popular = popular
        self._known: _Known | None = None

    async def signals(self, project: ProjectName) -> tuple[Signal, ...]:
        """One where the name could well be taken for a private one; none for private names themselves."""
        if not self._policies.heeds(SignalKind.PRIVATE_LIKENESS):
            return ()
        known = await self._now()
        if (found := known.found.get(project)) is None:
            if len(known.found) >= _PROJECTS:
                known.found.clear()
            found = known.found[project] = _signals(project, known.private, self._popular)
        return found

    async def _now(self) -> _Known:
        now, known = self._clock.now(), self._known
        if known is not None and abs(now - known.at) < _SEEN_FOR and known.basis[2] == self._policies.version:
            return known
        basis = await self._local.projects(), await self._local.prefixes(), self._policies.version
        if known is not None and known.basis == basis:
            self._known = _Known(basis=basis, at=now, private=known.private, found=known.found)
        else:
            kept = self._policies.main.private
            names = {*basis[0], *map(ProjectName, kept.names)}
            private = PrivateNames.of(names, {*basis[1], *kept.prefixes})
            self._known = _Known(basis=basis, at=now, private=private)
        return self._known


def _signals(project: ProjectName, private: PrivateNames, popular: Popular) -> tuple[Signal, ...]:
    likeness = evokes_private(project, private, popular)
    if likeness is None or likeness.strength is not Strength.STRONG:
        return ()
    whose = "as private names here begin" if likeness.target in private.prefixes else "a private name here"
    told = f"the name {project} could be taken for {likeness.target}, {whose} ({likeness.technique})"
    return (Signal(kind=SignalKind.PRIVATE_LIKENESS, reason=told),)
