"""Small releases to compare, built in memory and read by the real engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pratique.capability import Capabilities
from pratique.screen import screen_bytes
from pratique.verdict import Report
from tests.support.distributions import make_sdist, make_wheel


def wheel(version: str, files: Mapping[str, str], requires: Sequence[str] = (), *, name: str = "demo") -> Report:
    """The report on a wheel with these files."""
    built = make_wheel(name, version, files, requires)
    return screen_bytes(built.data, filename=built.filename)


def sdist(version: str, files: Mapping[str, str], requires: Sequence[str] = (), *, name: str = "demo") -> Report:
    """The report on a source distribution with these files."""
    built = make_sdist(name, version, files, requires)
    return screen_bytes(built.data, filename=built.filename)


def able(report: Report) -> Capabilities:
    """What it can do; it must have been read."""
    assert report.capabilities is not None, report.error
    return report.capabilities
