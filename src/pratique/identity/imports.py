"""What a distribution installs is what others import: names of modules that belong to another project or to Python."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pratique.identity.imported import IMPORTED_AS
from pratique.identity.popular import Popular
from pratique.names import ProjectName

_KNOWN = 2_000
"""So many of the most popular projects; further down, names coincide."""
# fmt: off
_COMMON = frozenset({
    "six", "typing-extensions", "tests", "test", "docs", "examples", "example", "utils", "util", "common", "config",
    "core", "build", "tools", "scripts", "main", "setup", "src", "lib", "data", "models", "api", "cli", "google",
    "mock", "benchmarks", "client", "server", "types", "version", "plugins", "packaging", "wheel",
})
# fmt: on
"""Names that many projects give to folders of their own, or carry along."""
_HARMLESS = frozenset({"test", "this", "antigravity", "idlelib", "turtledemo", "lib2to3"})
"""Modules of the standard library that nobody's program imports."""


class Owner(StrEnum):
    """Whose module a name is."""

    PROJECT = "project"
    LIBRARY = "library"
    """The standard library's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """A top-level module that another owner's is imported by."""

    module: str
    owner: Owner
    project: ProjectName | None = None
    """Whose module it is, unless Python's own."""


def shadows(modules: Iterable[str], project: ProjectName, popular: Popular) -> tuple[Shadow, ...]:
    """Modules of a distribution that belong to another, popular project or to Python, the former first.

    A popular project shadows nobody. Builds, forks and plugins that carry the other's name in their own are
    relatives, as are projects whose whole name the module's is a part of; names that everybody uses are left out.
    """
    if project in popular:
        return ()
    found: list[Shadow] = []
    for module in sorted(set(modules)):
        plain = module.lower().replace("_", "-")
        if module in sys.stdlib_module_names and module not in _HARMLESS and not _related(plain, project):
            found.append(Shadow(module=module, owner=Owner.LIBRARY))
        elif (owner := _owner(plain, popular)) is not None and not _related(plain, project, owner):
            found.append(Shadow(module=module, owner=Owner.PROJECT, project=owner))
    return tuple(sorted(found, key=lambda shadow: (shadow.owner is Owner.LIBRARY, shadow.module)))


def _owner(module: str, popular: Popular) -> ProjectName | None:
    if module in _COMMON or len(module) < 3:
        return None
    name = IMPORTED_AS.get(module, module)
    return ProjectName(name) if popular.rank.get(name, _KNOWN) < _KNOWN else None


def _related(module: str, project: ProjectName, owner: str = "") -> bool:
    """Whether one name holds the other: forks, builds and backports say what they are of."""
    ours = project.replace("-", "")
    theirs = {module.replace("-", ""), owner.replace("-", "")} - {""}
    return any(name in ours or ours in name for name in theirs)
