"""Dependency confusion: public names that evoke those which a team keeps for itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pratique.identity.popular import Popular, skeleton
from pratique.identity.similarity import Resemblance, Strength, resemblances
from pratique.names import ProjectName

_PREFIX_LENGTH = 3


@dataclass(frozen=True, kw_only=True)
class PrivateNames:
    """What a team keeps for itself; made once, and compared with many names."""

    names: Popular
    """The order says nothing."""
    prefixes: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: Iterable[ProjectName], prefixes: Iterable[str] = ()) -> PrivateNames:
        """From normalised names, and what private names begin with."""
        return cls(names=Popular.of(sorted(names)), prefixes=tuple(sorted(prefixes)))

    def __contains__(self, project: ProjectName) -> bool:
        return project in self.names or project.startswith(self.prefixes)


def evokes_private(project: ProjectName, private: PrivateNames, popular: Popular) -> Resemblance | None:
    """The private name (or prefix) that a public one could be taken for; None where there is none, or it is private.

    A name that is private itself never comes from an upstream: that is the policy's business. This is about those
    beside it, ``acmetools`` for ``acme-tools``, ``in1tech-new`` for a whole family ``initech-``. A popular project
    evokes nobody, and a prefix that popular projects begin with as well (``data-``) says little.
    """
    if project in private or project in popular:
        return None
    alike = resemblances(project, private.names, families=False)
    if alike and alike[0].strength is Strength.STRONG:
        return alike[0]
    by_prefix = [_by_prefix(prefix, popular) for prefix in private.prefixes if _begins(project, prefix)]
    return max((*by_prefix, *alike[:1]), key=lambda one: one.strength, default=None)


def _begins(project: ProjectName, prefix: str) -> bool:
    folded = skeleton(prefix)
    return len(folded) >= _PREFIX_LENGTH and skeleton(project).startswith(folded)


def _by_prefix(prefix: str, popular: Popular) -> Resemblance:
    common = any(name.startswith(skeleton(prefix)) for name in popular.by_skeleton)
    strength = Strength.HINT if common else Strength.STRONG
    return Resemblance(target=ProjectName(prefix), technique="private prefix", strength=strength)
