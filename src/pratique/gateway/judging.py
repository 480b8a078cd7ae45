"""Judging: every file is inspected once for each engine version, and the verdict is kept by SHA-256."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from pratique.errors import StorageError
from pratique.gateway.assessing import Asked, Assessor, candidates
from pratique.gateway.flight import SingleFlight
from pratique.gateway.kept import Kept
from pratique.names import ProjectName, Sha256
from pratique.policy import Decision
from pratique.ports import (
    Clock,
    Event,
    EventKind,
    IndexFile,
    Inspector,
    Judged,
    Priority,
    ProjectPage,
    Store,
    StoredBlob,
    Ticket,
)
from pratique.verdict import Report, Verdict

_FINDINGS = 100_000
"""In kept reports, together."""
_DECISIONS = 10_000
_ALLOWED_FOR = timedelta(seconds=1)
_STRIDE = 20
_VOUCHED = 30
"""So many of the last files of a page are asked who published them, where a policy wants that: each may take a
request. Of the others it is asked when they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Allowed:
    decision: Decision
    report: Report
    stamp: tuple[object, ...]
    at: datetime


class Judge:
    """Reports from the store or the inspector, and what the policy makes of them and of what else is known."""

    def __init__(self, *, store: Store, inspector: Inspector, clock: Clock, assessor: Assessor) -> None:
        self._store = store
        self._inspector = inspector
        self._clock = clock
        self._assessor = assessor
        self._reports: Kept[tuple[Sha256, str, str], Report] = Kept(_FINDINGS, lambda report: 1 + len(report.findings))
        self._allowed: Kept[tuple[ProjectName, Sha256, str, str], _Allowed] = Kept(_DECISIONS)
        self._epochs: Counter[ProjectName] = Counter()
        self._saves: SingleFlight[tuple[Sha256, str], None] = SingleFlight(keep=True)

    async def known(self, file: IndexFile, *, sha256: str | None) -> Report | None:
        """The report on these bytes under this name, if this engine has made one."""
        if not sha256:
            return None
        return await self._report(Sha256(sha256), file.filename)

    async def judge(self, project: ProjectName, filename: str, blob: StoredBlob, *, priority: Priority) -> Judged:
        """The verdict and the decision on a blob; inspects it unless that was done before."""
        report = await self._report(blob.sha256, filename)
        if report is None:
            ticket = Ticket(filename=filename, sha256=blob.sha256, path=blob.path, size=blob.size)
            report = await self._inspector.inspect(ticket, priority=priority)
            if report.verdict is Verdict.ERROR and not await asyncio.to_thread(blob.path.exists):
                raise StorageError(f"The bytes of {filename} are gone.", remedy="Ask again: they are fetched again.")
            new = report
            await self._saves.run((blob.sha256, filename), lambda: self._save(project, new))
        return Judged(blob=blob, report=report, decision=await self.decide(project, report))

    def epoch(self, project: ProjectName) -> int:
        """Another number after each new verdict on a file of this project."""
        return self._epochs[project]

    async def refusals(self, page: ProjectPage, index: str = "") -> dict[str, Decision]:
        """What an index refuses of a page's files, by file name."""
        project = page.project
        reports = await self._store.judged(project, engine=self._inspector.engine)
        await self._assessor.news(project, reports, epoch=self.epoch(project))
        could_be_refused = await self._assessor.unseen(page, index)
        by_name: dict[str, list[Report]] = {}
        for report in reports:
            by_name.setdefault(report.artifact.name.filename, []).append(report)
        found: dict[str, Decision] = {}
        if could_be_refused is None and not by_name:
            return found
        for number, file in enumerate(page.files):
            known = candidates(by_name.get(file.filename, ()), file)
            nobody: list[Report | None] = [None] if could_be_refused and could_be_refused(file) else []
            for one in known or nobody:
                last = number >= len(page.files) - _VOUCHED
                asked = Asked(project=project, filename=file.filename, index=index, report=one, file=file, vouch=last)
                decision = (await self._assessor.ruling(asked, epoch=self.epoch(project))).decision
                if not decision.allowed:
                    found[file.filename] = decision
            if number % _STRIDE == _STRIDE - 1:
                await asyncio.sleep(0)  # thousands of files take their time: others get their turn
        return found

    async def decide(self, project: ProjectName, report: Report, index: str = "") -> Decision:
        """Policy's answer to what was found in the file, and to all else that is known of it."""
        asked = Asked(project=project, filename=report.artifact.name.filename, index=index, report=report)
        return (await self._assessor.ruling(asked, epoch=self.epoch(project))).decision

    async def decide_again(self, project: ProjectName, report: Report, index: str) -> Decision:
        """The same for a file that is asked for again and again: what allowed it holds for a moment.

        Not for a refusal, and not past a verdict, a person's decision or another policy: those count at once.
        What advisories, pages and dates say may be a second old, as it may be where they are looked up.
        """
        key = project, report.artifact.sha256, report.artifact.name.filename, index
        stamp, now = (self.epoch(project), *await self._assessor.stamp(index)), self._clock.now()
        kept = self._allowed.get(key)
        if kept and kept.stamp == stamp and abs(now - kept.at) < _ALLOWED_FOR and kept.report is report:
            return kept.decision
        decision = await self.decide(project, report, index)
        if decision.allowed:
            self._allowed.put(key, _Allowed(decision=decision, report=report, stamp=stamp, at=now))
        return decision

    async def unseen(self, project: ProjectName, file: IndexFile, index: str = "") -> Decision:
        """Policy's answer to a file that nobody has looked into."""
        asked = Asked(project=project, filename=file.filename, index=index, file=file)
        return (await self._assessor.ruling(asked, epoch=self.epoch(project))).decision

    async def _report(self, sha256: Sha256, filename: str) -> Report | None:
        """Kept without end: a report is a function of bytes, name and engine alone. What may change is the decision."""
        key = sha256, filename, self._inspector.engine
        if report := self._reports.get(key):
            return report
        report = await self._store.report(sha256, filename, engine=self._inspector.engine)
        if report is not None:
            self._reports.put(key, report)
        return report

    async def close(self) -> None:
        """End what is under way."""
        await self._saves.close()

    async def renew(self, project: ProjectName, report: Report) -> None:
        """Keep what another inspection found: of what this engine had not read, or could not read before."""
        name, sha256 = report.artifact.name, report.artifact.sha256
        known = await self._store.report(sha256, name.filename, engine=self._inspector.engine)
        if known is not None and (known.verdict is not Verdict.ERROR or report.verdict is Verdict.ERROR):
            return
        await self._keep(project, report)
        self._reports.put((sha256, name.filename, self._inspector.engine), report)

    async def _save(self, project: ProjectName, report: Report) -> None:
        name, sha256 = report.artifact.name, report.artifact.sha256
        if not await self._store.report(sha256, name.filename, engine=self._inspector.engine):
            await self._keep(project, report)

    async def _keep(self, project: ProjectName, report: Report) -> None:
        name, sha256 = report.artifact.name, report.artifact.sha256
        decision = await self.decide(project, report)
        await self._store.record(
            [
                Event(
                    kind=EventKind.VERDICT,
                    at=self._clock.now(),
                    project=project,
                    filename=name.filename,
                    sha256=sha256,
                    action=decision.action,
                    verdict=report.verdict,
                    reason=decision.reason,
                )
            ]
        )
        await self._store.save_report(report, engine=self._inspector.engine)
        self._epochs[project] += 1
