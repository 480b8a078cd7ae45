"""Judging: every file is inspected once for each engine version, and the verdict is kept by SHA-256."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pratique.advisories.model import Advisory
from pratique.advisories.signals import kind_of, signals
from pratique.errors import BadName
from pratique.gateway.flight import SingleFlight
from pratique.gateway.kept import Kept
from pratique.gateway.listing import Listing
from pratique.gateway.past import Basis, Past
from pratique.names import ProjectName, Sha256, distribution_name
from pratique.policy import Action, Decision, Policy, Signal, SignalKind, by_signals, decide
from pratique.ports import (
    Advisories,
    Clock,
    Event,
    EventKind,
    IndexFile,
    Inspector,
    Judged,
    NoAdvisories,
    Priority,
    Store,
    StoredBlob,
    Ticket,
)
from pratique.releases import Local, NoLocal
from pratique.verdict import Report

_FINDINGS = 100_000
"""In kept reports, together."""
_PROJECTS = 10_000
_ADVISED_FOR = timedelta(seconds=1)
"""How late a new advisory is heeded: within a client's one run a project is asked for many times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Advised:
    at: datetime
    advisories: tuple[Advisory, ...]


class Judge:
    """Reports from the store or the inspector, and what policy makes of them and of the advisories."""

    def __init__(
        self,
        *,
        store: Store,
        inspector: Inspector,
        clock: Clock,
        policy: Policy,
        advisories: Advisories | None = None,
        local: Local | None = None,
    ) -> None:
        self._store = store
        self._local = local or NoLocal()
        self._advisories = advisories or NoAdvisories()
        self._inspector = inspector
        self._clock = clock
        self._policy = policy
        self._past = Past(store=store, clock=clock)
        self._listing = Listing(store=store, clock=clock, policy=policy)
        self._reports: Kept[tuple[Sha256, str, str], Report] = Kept(_FINDINGS, lambda report: 1 + len(report.findings))
        self._advised: Kept[ProjectName, _Advised] = Kept(_PROJECTS)
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
            new = report
            await self._saves.run((blob.sha256, filename), lambda: self._save(project, new))
        return Judged(blob=blob, report=report, decision=await self.decide(project, report))

    def epoch(self, project: ProjectName) -> int:
        """Another number after each new verdict on a file of this project."""
        return self._epochs[project]

    async def refusals(self, project: ProjectName) -> dict[tuple[str, str], Decision]:
        """What is refused of a project, by file name and SHA-256."""
        reports = await self._store.judged(project, engine=self._inspector.engine)
        new = self._past.of_all(project, reports, await self._basis(project)) if self._heeds_history else {}
        keyed = {(r.artifact.name.filename, str(r.artifact.sha256)): r for r in reports}
        decided = {
            key: decide(one, self._policy, (*new.get(key, ()), *await self._listing.signals(project, key[0])))
            for key, one in keyed.items()
        }
        accepted = await self._local.accepted(project)
        return {key: one for key, one in decided.items() if not (one.allowed or _stands(one, key[1], accepted))}

    async def advised(self, project: ProjectName, filenames: Iterable[str]) -> dict[str, Decision]:
        """What advisories alone have refused of these files, whether anybody has seen their bytes or not."""
        advisories = await self._of(project)
        if not advisories:
            return {}
        versions = {filename: _version(filename) for filename in filenames}
        by_version = {
            version: by_signals(self._policy, signals(project, version, advisories))
            for version in dict.fromkeys(versions.values())
        }
        return {name: by_version[version] for name, version in versions.items() if not by_version[version].allowed}

    async def decide(self, project: ProjectName, report: Report) -> Decision:
        """Policy's answer to what was found in the file, what is new in it, and what is published about its release."""
        decision = decide(report, self._policy, await self.signals(project, report))
        if _stands(decision, report.artifact.sha256, await self._local.accepted(project)):
            return Decision(action=Action.ALLOW)
        return decision

    async def signals(self, project: ProjectName, report: Report) -> tuple[Signal, ...]:
        """What is known of a file besides what was found in it, as far as it could change a decision."""
        name = report.artifact.name
        advised = signals(project, name.version, await self._of(project))
        told = (*advised, *await self._listing.signals(project, name.filename))
        if not self._heeds_history:
            return told
        return (*told, *await self._past.signals(project, report, await self._basis(project)))

    async def _basis(self, project: ProjectName) -> Basis:
        accepted = await self._local.accepted(project)
        return Basis(engine=self._inspector.engine, epoch=self.epoch(project), trusted=accepted)

    @property
    def _heeds_history(self) -> bool:
        return self._policy.answer(SignalKind.CAPABILITY) is not Action.ALLOW

    async def _report(self, sha256: Sha256, filename: str) -> Report | None:
        """Kept without end: a report is a function of bytes, name and engine alone. What may change is the decision."""
        key = sha256, filename, self._inspector.engine
        if report := self._reports.get(key):
            return report
        report = await self._store.report(sha256, filename, engine=self._inspector.engine)
        if report is not None:
            self._reports.put(key, report)
        return report

    async def _of(self, project: ProjectName) -> tuple[Advisory, ...]:
        """The advisories that could change a decision: old projects have many that never do."""
        if await self._local.page(project) is not None:
            return ()  # what is published about a public project of the same name says nothing of this one
        kept, now = self._advised.get(project), self._clock.now()
        if kept and now - kept.at < _ADVISED_FOR:
            return kept.advisories
        found = await self._advisories.of(project)
        weighty = tuple(one for one in found if self._policy.answer(kind_of(one)) is not Action.ALLOW)
        self._advised.put(project, _Advised(at=now, advisories=weighty))
        return weighty

    async def close(self) -> None:
        """End what is under way."""
        await self._saves.close()

    async def _save(self, project: ProjectName, report: Report) -> None:
        name, sha256 = report.artifact.name, report.artifact.sha256
        if await self._store.report(sha256, name.filename, engine=self._inspector.engine):
            return
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


def _stands(decision: Decision, sha256: str, accepted: frozenset[Sha256]) -> bool:
    """Whether a reviewer let this very file pass before, which holds for what would be held, not for a proven chain."""
    return decision.action is Action.QUARANTINE and sha256 in accepted


def _version(filename: str) -> str:
    """The file's version; empty where it cannot be told, which no advisory on its project leaves out."""
    try:
        return distribution_name(filename).version
    except BadName:
        return ""
