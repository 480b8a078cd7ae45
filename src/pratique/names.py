"""Checked strings, parsed once at the edge: a raw string cannot reach a policy or a path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NewType

from pratique.errors import BadName

ProjectName = NewType("ProjectName", str)
"""A project name in its normalised form (PEP 503): lower case, runs of ``-_.`` as one hyphen."""

Sha256 = NewType("Sha256", str)
"""64 lower-case hexadecimal digits."""

_PROJECT = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,198}[a-z0-9])?", re.IGNORECASE | re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FILENAME = re.compile(r"[a-z0-9_][a-z0-9._+!-]{0,253}", re.IGNORECASE | re.ASCII)


class Kind(StrEnum):
    """What a distribution file says it is, by its name."""

    WHEEL = "wheel"
    SDIST = "sdist"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionName:
    """A distribution's file name, taken apart; ``version`` is empty where it cannot be told."""

    filename: str
    project: ProjectName
    version: str
    kind: Kind


@lru_cache(maxsize=10_000)  # the same few thousand are asked for again and again
def project_name(raw: str) -> ProjectName:
    """Normalise a project name (PEP 503); raise `BadName` unless PEP 508 allows it."""
    if not _PROJECT.fullmatch(raw):
        raise BadName(f"{raw[:80]!r} is not a project name.", remedy="Use letters, digits and . _ - (PEP 508).")
    return ProjectName(re.sub(r"[-_.]+", "-", raw).lower())


def sha256_digest(raw: str) -> Sha256:
    """Check a SHA-256 digest in hexadecimal; raise `BadName` otherwise."""
    if not _SHA256.fullmatch(raw):
        raise BadName(f"{raw[:80]!r} is not a SHA-256 digest.", remedy="Give 64 lower-case hexadecimal digits.")
    return Sha256(raw)


def distribution_name(filename: str) -> DistributionName:
    """Take a distribution's file name apart (PEP 427, PEP 625, and older sdist habits).

    Raises `BadName` for a name that could leave its folder or a header line. A name that is
    merely unusual is `Kind.OTHER`: the content decides how it is read, never the extension.
    """
    if not _FILENAME.fullmatch(filename):
        raise BadName(
            f"{filename[:80]!r} is not a distribution's file name.", remedy="Use the name that was published."
        )
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    try:
        wheel = parse_wheel_filename(filename)
        return DistributionName(
            filename=filename, project=project_name(wheel[0]), version=str(wheel[1]), kind=Kind.WHEEL
        )
    except InvalidWheelFilename:
        pass
    try:
        name, version = parse_sdist_filename(filename)
        return DistributionName(filename=filename, project=project_name(name), version=str(version), kind=Kind.SDIST)
    except InvalidSdistFilename:
        return _old_sdist(filename)


def version_in(filename: str) -> str:
    """The version that a file's name tells, as it stands there; empty where it tells none."""
    try:
        return distribution_name(filename).version
    except BadName:
        return ""


def _old_sdist(filename: str) -> DistributionName:
    """Names from before PEP 625: any archive suffix, split at the last hyphen before a digit."""
    stem = re.sub(r"\.(tar\.(gz|bz2|xz|Z)|tgz|tbz2?|txz|zip|egg|whl|tar)$", "", filename)
    match = re.fullmatch(r"(.+?)-(\d[^-]*)(-.*)?", stem) or re.fullmatch(r"(.+)-([^-]+)()", stem)
    name, version = (match[1], match[2]) if match else (stem, "")
    kind = Kind.SDIST if stem != filename and not filename.endswith((".egg", ".whl")) else Kind.OTHER
    return DistributionName(
        filename=filename, project=project_name(name.strip("._-") or "unknown"), version=version, kind=kind
    )
