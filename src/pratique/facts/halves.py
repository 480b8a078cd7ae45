"""Halves of a theft: what is taken, or where it goes, stands in one module, and another one sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pratique.artifact import Member
from pratique.facts.imports import Imports
from pratique.facts.sieve import Words

_TAKES = frozenset({"secret", "hideout"})
"""Words of what is stolen, and of where nobody would be found who gets it."""
_DEFINED = re.compile(rb"^(?:async[ \t]+def|def|class)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


def parted(modules: Iterable[Member], words: Mapping[str, Words], imports: Imports) -> frozenset[str]:
    """Paths of modules that hold both halves together with what they import.

    What has both in itself is judged by itself, whoever imports it.
    """
    modules = tuple(modules)
    halves = {m.path for m in modules if not words[m.path].isdisjoint(_TAKES) and "network" not in words[m.path]}
    if not halves or not any("network" in w for w in words.values()):
        return frozenset()
    names = {_called(path) for path in halves}
    near = (m for m in modules if m.path in halves or any(name in m.data for name in names))
    found = ((m.path, imports.of(m) | {m.path}) for m in near)
    return frozenset(
        path for path, reach in found if not reach.isdisjoint(halves) and any("network" in words[p] for p in reach)
    )


def _called(path: str) -> bytes:
    """The name by which others import a module."""
    folder, _, last = path.rpartition("/")
    return (folder.rpartition("/")[2] if last == "__init__.py" else last.partition(".")[0]).encode()


def defined(modules: Iterable[Member]) -> frozenset[str]:
    """Functions and classes at the top of modules: whoever calls one sets off what the module joins."""
    found = (name for m in modules for name in _DEFINED.findall(m.data))
    return frozenset(name.decode("ascii", "ignore") for name in found)
