"""Names of new projects: which nobody may have, and which a person has to look at first."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import cache

from pratique.identity import Popular, Strength
from pratique.identity.popular import skeleton
from pratique.identity.similarity import resemblances
from pratique.names import ProjectName, project_name
from pratique.printable import printable
from pratique.releases import Reserved
from pratique.uploads.refusal import UploadRefused


def check_name(project: ProjectName, prohibited: Mapping[str, Reserved]) -> None:
    """Raise `UploadRefused` for a name that nobody may have here."""
    if (entry := prohibited.get(project)) is not None:
        why = f": {printable(entry.reason, limit=200)}" if entry.reason else ""
        raise UploadRefused(
            f"The name {project} is prohibited here{why}.",
            remedy="Choose another, or ask an administrator.",
            status=403,
        )
    if project in _standard_library():
        raise UploadRefused(
            f"The name {project} is that of a module of Python itself.", remedy="Choose another.", status=403
        )


def doubt_about(
    project: ProjectName, ours: Iterable[ProjectName], popular: Popular, *, upstream: bool, hold: bool = False
) -> str:
    """Why a person has to look at a new project's name, in one sentence; empty where nothing speaks against it.

    ``ours`` are the names that live here already; ``upstream`` says whether this one is known to be there, ``hold``
    whether each new name waits.
    """
    likeness = _likeness(project, ours, popular, upstream=upstream)
    if not likeness and hold:
        return f"the name {project} is new here, and new names wait for a reviewer"
    return likeness


def _likeness(project: ProjectName, ours: Iterable[ProjectName], popular: Popular, *, upstream: bool) -> str:
    if upstream or project in popular:
        return f"the upstream has a project {project}, which this one would replace for everybody here"
    for resemblance in resemblances(project, popular):
        if resemblance.strength is Strength.STRONG:
            return f"the name {project} could be taken for {resemblance.target} ({resemblance.technique})"
    return _doubt_among(project, [name for name in ours if name != project])


def _doubt_among(project: ProjectName, ours: list[ProjectName]) -> str:
    folded = skeleton(project)
    for name in ours:
        if skeleton(name) == folded:
            return f"the name {project} could be taken for {name}, which lives here"
    for resemblance in resemblances(project, Popular.of(ours)):
        if resemblance.strength is Strength.STRONG:
            return f"the name {project} could be taken for {resemblance.target}, which lives here"
    return ""


@cache
def _standard_library() -> frozenset[ProjectName]:
    return frozenset(project_name(name) for name in sys.stdlib_module_names if not name.startswith("_"))
