"""Versions as PEP 440 has them, read from whatever others wrote."""

from __future__ import annotations

from functools import lru_cache

from packaging.version import InvalidVersion, Version

_LONGEST = 200
"""Characters; what is longer is no version, and costs to parse. (Of 4,301 digits Python makes no number.)"""


@lru_cache(maxsize=16_384)
def read_version(text: str) -> Version | None:
    """The version that can be compared with others; None for what PEP 440 does not know."""
    if len(text) > _LONGEST:
        return None
    try:
        return Version(text)
    except InvalidVersion:
        return None


def normal_version(text: str) -> str:
    """As PEP 440 spells it (``1.0RC1`` is ``1.0rc1``); what it does not know stays as it is."""
    return str(read_version(text) or text)


def same_version(one: str, other: str) -> bool:
    """Whether two texts name one release, as PEP 440 compares them (``3.1`` is ``3.1.0``)."""
    return one == other or ((read := read_version(one)) is not None and read == read_version(other))
