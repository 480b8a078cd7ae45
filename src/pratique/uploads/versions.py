"""Versions that can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pratique.errors import BadName

if TYPE_CHECKING:
    from packaging.version import Version


def parsed(version: str) -> Version:
    """A version that can be compared (PEP 440): 1.0 and 1.0.0 are the same one. Raises `BadName`."""
    from pratique.versions import read_version

    found = read_version(version)
    if found is None:
        raise BadName(f"{version[:60]!r} is no version.", remedy="Write it as PEP 440 does, for example 1.0.")
    return found
