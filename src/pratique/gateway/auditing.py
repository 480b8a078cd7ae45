"""Auditing: the bytes, verdicts and signals of a request, with nobody asking and nothing on record as given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from packaging.version import Version

from pratique.gateway.asked import Asked
from pratique.gateway.core import Core, fetcher_of
from pratique.gateway.parts import Ports
from pratique.gateway.policies import Policies
from pratique.gateway.versions import named, version_on
from pratique.names import ProjectName
from pratique.policy import Policy, Signal
from pratique.ports import IndexFile, Priority
from pratique.verdict import Report
from pratique.versions import read_version

_FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A file of a release, and all that is known of it besides its bytes."""

    report: Report
    signals: tuple[Signal, ...] = ()


class Auditor:
    """Looks at releases one by one; verdicts that are kept are used, new ones are kept."""

    def __init__(self, ports: Ports) -> None:
        policies = Policies(Policy(), heeds_all=True)
        self._core = Core.of(ports, policies, fresh=_FRESH, fetcher=fetcher_of(ports))

    async def files(self, project: ProjectName, version: str) -> tuple[IndexFile, ...]:
        """The files of a release as the index lists them; none where it has no such release.

        Raises `NotFound` where there is no such project, `UpstreamError` where the index fails.
        """
        page = await self._core.pages.get(project)
        wanted = read_version(version) or version
        return tuple(file for file in page.files if _order(file.filename, project) == wanted)

    async def examine(self, project: ProjectName, file: IndexFile) -> Examined:
        """The verdict on a file and the signals on it; fetched and inspected unless a verdict is kept.

        Raises `NotFound`, `UpstreamError`, `Mismatch`, `StorageError`.
        """
        report = await self._core.judge.known(file, sha256=file.sha256)
        if report is None:
            blob = await self._core.fetcher.get(project, file)
            report = (await self._core.judge.judge(project, file.filename, blob, priority=Priority.CLIENT)).report
        return Examined(report=report, signals=await self.signals(project, file.filename, file=file, report=report))

    async def signals(
        self, project: ProjectName, filename: str, *, file: IndexFile | None = None, report: Report | None = None
    ) -> tuple[Signal, ...]:
        """What is known of a file besides its bytes, without fetching it; its page has to have been seen for most."""
        asked = Asked(project=project, filename=filename, file=file, report=report)
        return (await self._core.assessor.case(asked, epoch=self._core.judge.epoch(project))).signals

    async def close(self) -> None:
        """End what is under way."""
        await self._core.close()


def _order(filename: str, project: ProjectName) -> Version | str:
    """What to compare a file's version by: 1.0 is 1.0.0. A wheel's is read off, since a page may list thousands."""
    parts = filename.split("-")
    if filename.endswith(".whl") and len(parts) in {5, 6}:
        found = parts[1]
    else:
        found = version_on(name, project) if (name := named(filename)) else ""
    return read_version(found) or found
