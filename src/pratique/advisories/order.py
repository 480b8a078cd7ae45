"""The order of versions: PEP 440, SemVer, and what is neither."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeAlias

from packaging.utils import canonicalize_version

from pratique.versions import read_version

Key: TypeAlias = tuple[Any, ...]
"""Compares with keys of the same function."""

_SEMVER = re.compile(
    r"v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9a-z-]+(?:\.[0-9a-z-]+)*))?(?:\+[0-9a-z.-]+)?", re.IGNORECASE
)
_LONGEST = 200
"""Characters; what is longer is no version."""


@lru_cache(maxsize=16_384)
def canonical(version: str) -> str:
    """One spelling for all that are equal by PEP 440; others are compared letter by letter, without case."""
    return canonicalize_version(version) if read_version(version) else version.strip().lower()


def pep440(version: str) -> Key:
    """PEP 440's order; what it does not know comes before everything that it does, in letter order."""
    parsed = read_version(version)
    return (0, version) if parsed is None else (1, parsed)


def semver(version: str) -> Key | None:
    """The precedence of SemVer 2.0 (section 11), or nothing for what is no such version."""
    found = _SEMVER.fullmatch(version[:_LONGEST])
    if found is None or len(version) > _LONGEST:
        return None
    numbers = tuple(int(part) for part in found.group(1, 2, 3))
    if found[4] is None:
        return (*numbers, 1, ())
    return (*numbers, 0, tuple(_identifier(part) for part in found[4].split(".")))


def _identifier(part: str) -> Key:
    """Numbers before words, each in its own order."""
    return (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
