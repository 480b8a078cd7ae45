"""Files' names and moments as installers and indexes mean them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from pratique.errors import BadName
from pratique.names import DistributionName, Kind, ProjectName, distribution_name
from pratique.versions import read_version

_SUFFIX = re.compile(r"\.(tar(\.[a-z0-9]+)?|tgz|tbz2?|txz|tlz|zip)$", re.IGNORECASE | re.ASCII)


@lru_cache(maxsize=20_000)
def named(filename: str) -> DistributionName | None:
    """The name taken apart; nothing where it is none, so that its version cannot be told."""
    try:
        return distribution_name(filename)
    except BadName:
        return None


@lru_cache(maxsize=20_000)
def version_on(name: DistributionName, project: ProjectName) -> str:
    """A file's version as installers read it, who know whose page it is on: ``demo-1-2.tar.gz`` is demo 1.post2."""
    if name.kind is Kind.WHEEL:
        return name.version
    stem = _SUFFIX.sub("", name.filename)
    for match in re.finditer("-", stem):
        if re.sub(r"[-_.]+", "-", stem[: match.start()]).lower() == project:
            version = read_version(stem[match.end() :])
            return str(version) if version else name.version
    return name.version


def moment(text: str | None) -> datetime | None:
    """A moment as a page writes it, in UTC; nothing for what is none."""
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
