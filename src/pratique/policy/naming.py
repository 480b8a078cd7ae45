"""Whether a line of a policy speaks of a release: by pattern of names (PEP 503) and range of versions (PEP 440)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from fnmatch import translate
from functools import lru_cache

from packaging.specifiers import SpecifierSet

from pratique.names import ProjectName
from pratique.policy.action import Action
from pratique.policy.case import Case
from pratique.policy.model import Entry, Private
from pratique.policy.publisher import Vouched
from pratique.versions import read_version


def speaks_of(entry: Entry, case: Case) -> bool:
    """Whether an allowance or a denial is about this file and has not expired.

    What cannot be told, a version or a publisher, is within every denial, and within no allowance. A publisher
    that was not looked up is within neither.
    """
    return covers(entry, case.project, case.version, case.now) and _by_its_publisher(entry, case.vouched)


def covers(entry: Entry, project: ProjectName, version: str, now: datetime) -> bool:
    """Whether an entry is about this release, whoever published it."""
    if is_over(entry.expires, now) or not names(entry, project):
        return False
    if not entry.versions:
        return True
    parsed = read_version(version)
    if parsed is None:
        return entry.action is not Action.ALLOW
    return _range(entry.versions).contains(parsed, prereleases=True)


def _by_its_publisher(entry: Entry, vouched: Vouched | None) -> bool:
    if entry.publisher is None:
        return True
    if vouched is None:
        return False
    denied = entry.action is not Action.ALLOW
    return vouched.may_be(entry.publisher) if denied else vouched.is_surely(entry.publisher)


def names(entry: Entry, project: ProjectName) -> bool:
    """Whether an entry is about some release of the project."""
    return _pattern(entry.project).fullmatch(project) is not None


def is_over(expires: date | None, now: datetime) -> bool:
    """Whether the last day has passed, in UTC."""
    return expires is not None and now.astimezone(UTC).date() > expires


def is_private(private: Private, project: ProjectName) -> bool:
    """Whether the upstream is never asked for this name."""
    return project in private.names or (bool(private.prefixes) and project.startswith(private.prefixes))


def normal_pattern(raw: str) -> str:
    """A name or a pattern with ``*`` in its normalised form; empty where it is none."""
    if not re.fullmatch(r"[A-Za-z0-9*._-]{1,200}", raw, re.ASCII):
        return ""
    return re.sub(r"[-_.]+", "-", raw).lower()


@lru_cache(maxsize=10_000)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))  # it never tries a star's length twice, however many there are


@lru_cache(maxsize=10_000)
def _range(versions: str) -> SpecifierSet:
    return SpecifierSet(versions)
