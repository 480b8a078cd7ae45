"""Small releases to compare, built in memory and read by the real engine."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from pratique.artifact import Artifact
from pratique.capability import Capabilities
from pratique.history.reading import capabilities
from pratique.names import Sha256, distribution_name
from pratique.screen import screen
from pratique.unpack import unpack
from pratique.verdict import Report
from tests.support.distributions import Built, make_sdist, make_wheel


def wheel(version: str, files: Mapping[str, str], requires: Sequence[str] = (), *, name: str = "demo") -> Report:
    """The report on a wheel with these files."""
    return read(make_wheel(name, version, files, requires))


def sdist(version: str, files: Mapping[str, str], requires: Sequence[str] = (), *, name: str = "demo") -> Report:
    """The report on a source distribution with these files."""
    return read(make_sdist(name, version, files, requires))


def read(built: Built) -> Report:
    """The report on a distribution with all of its capabilities."""
    name = distribution_name(built.filename)
    artifact = Artifact(name=name, sha256=Sha256(built.sha256), size=len(built.data))
    return screen(artifact, unpack(io.BytesIO(built.data), name=name), takes=capabilities)


def able(report: Report) -> Capabilities:
    """What it can do; it must have been read."""
    assert report.capabilities is not None, report.error
    return report.capabilities
