"""Answering for a file: fetched once, judged once, given only where it is allowed, and always on record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from pratique.cache import Cache
from pratique.errors import Withheld
from pratique.gateway.ahead import Ahead
from pratique.gateway.assessing import Assessor
from pratique.gateway.fetching import Fetcher
from pratique.gateway.flight import SingleFlight
from pratique.gateway.judging import Judge
from pratique.gateway.outcome import Mismatch, Pending, Refused, Visitor
from pratique.gateway.patience import Patience
from pratique.gateway.policies import Policies
from pratique.gateway.recording import Recorder, refused_by, refused_unseen
from pratique.gateway.waiting import Waiting, key_of
from pratique.names import ProjectName
from pratique.ports import Clock, IndexFile, Judged, Priority
from pratique.releases import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The parts that answer together."""

    policies: Policies
    local: Local
    clock: Clock
    cache: Cache
    patience: Patience
    fetcher: Fetcher
    assessor: Assessor
    judge: Judge
    recorder: Recorder
    ahead: Ahead


class Answering:
    """What a request for a listed file gets."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._judgings: SingleFlight[tuple[str, ...], Judged] = SingleFlight(keep=True)
        self._waiting = Waiting(means.patience, means.clock)

    async def file(
        self, project: ProjectName, file: IndexFile, visitor: Visitor, *, record: bool
    ) -> Judged | Refused | Pending:
        """The file, once it is inspected; raises `NotFound`, `UpstreamError`, `Mismatch`."""
        if judged := await self.at_hand(project, file, visitor.index):
            return await self._answer(project, file, visitor, judged, record=record)
        if refused := await self.known_refusal(project, file, visitor):
            return refused
        try:
            return await self.within(project, file, visitor, record=record)
        except Mismatch as mismatch:
            await self._means.recorder.mismatch(project, file.filename, visitor, mismatch, upstream=file.upstream)
            raise

    async def at_hand(self, project: ProjectName, file: IndexFile, index: str) -> Judged | None:
        """A file that is kept and was inspected, without waiting for anything."""
        blob = await self._means.fetcher.kept(project, file)
        report = await self._means.judge.known(file, sha256=blob.sha256) if blob else None
        if blob is None or report is None:
            return None
        decision = await self._means.judge.decide_again(project, report, index)
        return Judged(blob=blob, report=report, decision=decision)

    async def refused_here(self, project: ProjectName, filename: str, visitor: Visitor) -> Refused | None:
        """The refusal of a file by its name: of the team's own that is taken down, or under a name that is private."""
        means = self._means
        if decision := await means.local.refusal(project, filename):
            return await means.recorder.refused(project, filename, visitor, refused_unseen(decision))
        private = means.policies.private(project)
        if not private or await means.assessor.own(project):
            return None
        return await means.recorder.refused(project, filename, visitor, Refused(reason=f"blocked: {private}"))

    async def withheld(self, project: ProjectName, filename: str, visitor: Visitor, why: Withheld) -> Refused:
        """The refusal of whatever there might be of a project of which nothing is given."""
        refused = Refused(reason=f"blocked: {why.message.removesuffix('.')}")
        return await self._means.recorder.refused(project, filename, visitor, refused)

    async def known_refusal(self, project: ProjectName, file: IndexFile, visitor: Visitor) -> Refused | None:
        """The refusal that follows from what is known already, without fetching anything."""
        judge = self._means.judge
        report = await judge.known(file, sha256=file.sha256)
        if report is None:
            decision = await judge.unseen(project, file, visitor.index)
            refused = refused_unseen(decision)
        else:
            decision = await judge.decide(project, report, visitor.index)
            refused = refused_by(report, decision)
        if decision.allowed:
            return None
        return await self._means.recorder.refused(project, file.filename, visitor, refused, upstream=file.upstream)

    async def within(
        self, project: ProjectName, file: IndexFile, visitor: Visitor, *, record: bool
    ) -> Judged | Refused | Pending:
        """What is answered once the file is inspected, or once the client waits no longer."""
        answer = await self._waited_for(project, file, visitor)
        if isinstance(answer, Judged):
            return await self._answer(project, file, visitor, answer, record=record)
        if isinstance(answer, Refused):
            return await self._means.recorder.refused(project, file.filename, visitor, answer, upstream=file.upstream)
        return answer

    def look_ahead(self, project: ProjectName, file: IndexFile) -> None:
        """Begin to inspect what may be asked for next."""
        self._means.ahead.start(project, file, lambda: self._judged(project, file, Priority.AHEAD))

    async def settle(self) -> None:
        """Return once the inspections that are under way now have ended, however they end."""
        await self._judgings.settle()

    async def close(self) -> None:
        """End what is under way."""
        await self._means.ahead.close()
        await self._judgings.close()

    async def _waited_for(self, project: ProjectName, file: IndexFile, visitor: Visitor) -> Judged | Pending | Refused:
        means = self._means
        means.ahead.chosen(project, file.filename)
        task = self._judgings.join(key_of(project, file), lambda: self._judged(project, file, Priority.CLIENT))
        if told := await self._waiting.on(task, project, file, visitor):
            return told
        judged = await asyncio.shield(task)
        return replace(judged, decision=await means.judge.decide(project, judged.report, visitor.index))

    async def _judged(self, project: ProjectName, file: IndexFile, priority: Priority) -> Judged:
        blob = await self._means.fetcher.get(project, file)
        with self._means.cache.lease(blob.sha256):
            return await self._means.judge.judge(project, file.filename, blob, priority=priority)

    async def _answer(
        self, project: ProjectName, file: IndexFile, visitor: Visitor, judged: Judged, *, record: bool
    ) -> Judged | Refused:
        recorder = self._means.recorder
        if not judged.decision.allowed:
            refused = refused_by(judged.report, judged.decision)
            return await recorder.refused(project, file.filename, visitor, refused, upstream=file.upstream)
        if record:
            await recorder.given(project, file.filename, visitor, judged, upstream=file.upstream)
        return judged
