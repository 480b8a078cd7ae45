"""Dependency confusion: public names that evoke those which a team keeps for itself."""

from __future__ import annotations

from collections.abc import Iterable

from pratique.identity.popular import Popular, skeleton
from pratique.identity.similarity import Resemblance, Strength, resemblances
from pratique.names import ProjectName


def evokes_private(
    project: ProjectName, names: Iterable[ProjectName], prefixes: Iterable[str] = ()
) -> Resemblance | None:
    """The private name (or prefix) that a public one could be taken for; None where there is none, or it is private.

    A name that is private itself never comes from an upstream: that is the policy's business. This is about those
    beside it, ``acmetools`` for ``acme-tools`` and ``acne-tools`` for a whole family ``acme-``.
    """
    names, prefixes = tuple(names), tuple(prefixes)
    if project in names or any(project.startswith(prefix) for prefix in prefixes):
        return None
    alike = resemblances(project, Popular.of(names))
    if alike and alike[0].strength is Strength.STRONG:
        return alike[0]
    for prefix in prefixes:
        if len(skeleton(prefix)) >= 3 and skeleton(project).startswith(skeleton(prefix)):
            return Resemblance(target=ProjectName(prefix), technique="private prefix", strength=Strength.STRONG)
    return alike[0] if alike else None
