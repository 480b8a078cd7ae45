"""The gateway: a page, metadata or a file is asked for, and nothing passes that was not inspected and allowed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pratique.audit import NoReviews, Reviews
from pratique.errors import NotFound, UpstreamError
from pratique.gateway.ahead import Ahead, Caps
from pratique.gateway.assessing import Assessor, Known
from pratique.gateway.fetching import Fetcher
from pratique.gateway.flight import SingleFlight
from pratique.gateway.judging import Judge
from pratique.gateway.marking import Marker
from pratique.gateway.metadata import Metadata
from pratique.gateway.origin import Origin, Origins
from pratique.gateway.outcome import Mismatch, Pending, Refused, Visitor
from pratique.gateway.pages import Pages
from pratique.gateway.patience import Patience
from pratique.gateway.policies import Policies
from pratique.gateway.vouching import CheckedVouching
from pratique.names import ProjectName, Sha256
from pratique.policy import Decision, Policy
from pratique.ports import (
    Advisories,
    Blobs,
    Clock,
    Event,
    EventKind,
    IndexFile,
    Inspector,
    Judged,
    NoAdvisories,
    Priority,
    ProjectPage,
    Store,
    StoredBlob,
    Upstream,
)
from pratique.releases import Local, NoLocal
from pratique.review.kept import Decisions
from pratique.verdict import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a team decides about its gateway."""

    policy: Policy = field(default_factory=Policy)
    patience: Patience = field(default_factory=Patience)
    caps: Caps = field(default_factory=Caps)
    fresh: timedelta = timedelta(seconds=30)
    """How long an upstream's page is used without asking again; verdicts apply to it at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything outside."""

    store: Store
    blobs: Blobs
    upstream: Upstream
    inspector: Inspector
    clock: Clock
    advisories: Advisories = field(default_factory=NoAdvisories)
    local: Local = field(default_factory=NoLocal)
    """The team's own projects, whose names the upstream is never asked for."""
    reviews: Reviews = field(default_factory=NoReviews)
    """What people decided about files."""


_Key = tuple[ProjectName, str, str]
"""Project, file name, and which of the files that ever had that name."""


class Gateway:
    """The use cases. Every refusal and download is on record before the method that reports it returns."""

    def __init__(self, ports: Ports, rules: Rules) -> None:
        self._ports = ports
        self._rules = rules
        self.policies = Policies(rules.policy)
        """May be exchanged at any time."""
        self._pages = Pages(
            store=ports.store,
            upstream=ports.upstream,
            clock=ports.clock,
            fresh=rules.fresh,
            local=ports.local,
            private=self.policies.private,
        )
        self._fetcher = Fetcher(store=ports.store, blobs=ports.blobs, upstream=ports.upstream)
        self._metadata = Metadata(self._fetcher)
        self._origins = Origins(self._metadata)
        self._assessor = Assessor(
            Known(
                store=ports.store,
                clock=ports.clock,
                advisories=ports.advisories,
                local=ports.local,
                listings=self._pages,
                decisions=Decisions(ports.reviews, ports.clock),
                policies=self.policies,
                engine=ports.inspector.engine,
                vouching=CheckedVouching(self._origins),
            )
        )
        self._judge = Judge(store=ports.store, inspector=ports.inspector, clock=ports.clock, assessor=self._assessor)
        self._marker = Marker(judge=self._judge, assessor=self._assessor, clock=ports.clock, lifetime=rules.fresh)
        self._ahead = Ahead(rules.caps)
        self._judgings: SingleFlight[_Key, Judged] = SingleFlight(keep=True)
        self._asked: dict[_Key, datetime] = {}

    async def page(self, project: ProjectName, index: str = "") -> ProjectPage:
        """The upstream's page with what an index refuses yanked; raises `NotFound`, `UpstreamError`.

        The same object as long as nothing has changed.
        """
        return await self._marker.mark(await self._pages.get(project), index)

    async def stale_for(self, project: ProjectName) -> timedelta | None:
        """How old the page is that was just given, where the upstream failed to give a newer one."""
        return await self._pages.stale_for(project)

    async def projects(self) -> list[ProjectName]:
        """The team's own, and those asked for here: the upstream's list is large, and no installer reads it."""
        return sorted({*await self._ports.local.projects(), *await self._ports.store.projects()})

    async def metadata(self, project: ProjectName, filename: str, visitor: Visitor) -> StoredBlob | Refused | Pending:
        """A file's core metadata (PEP 658), verified; begins the inspection of the file.

        What the upstream doesn't give is taken from the file, if that is kept here. Refused where the file is
        known to be refused, and where the metadata would send a client around the gateway.
        Raises `NotFound`, `UpstreamError`, `Mismatch`.
        """
        if refused := await self._refused_here(project, filename, visitor):
            return refused
        file = await self._pages.file(project, filename)
        if refused := await self._known_refusal(project, file, visitor):
            return refused
        answer = await self._metadata_from_anywhere(project, file, visitor)
        if isinstance(answer, StoredBlob) and (reason := await self._metadata.objection(project, answer)):
            refused = Refused(reason=reason, sha256=file.sha256 or "")
            if not self.policies.observes(visitor.index):
                return await self._refuse(project, filename, visitor, refused)
            await self._observe(project, filename, visitor, refused)
        return answer

    async def provenance(self, project: ProjectName, filename: str, visitor: Visitor) -> StoredBlob | Refused:
        """A file's provenance object (PEP 740), as the upstream has it; refused where the file is known to be.

        Raises `NotFound`, `UpstreamError`.
        """
        if refused := await self._refused_here(project, filename, visitor):
            return refused
        file = await self._pages.file(project, filename)
        if refused := await self._known_refusal(project, file, visitor):
            return refused
        return await self._metadata.provenance(project, file)

    async def _metadata_from_anywhere(
        self, project: ProjectName, file: IndexFile, visitor: Visitor
    ) -> StoredBlob | Refused | Pending:
        """From what is here, else from the upstream; where that fails, from the file once it is inspected."""
        if kept := await self._metadata_at_hand(project, file, visitor.index):
            return kept
        try:
            blob = await self._metadata.get(project, file)
        except Mismatch as mismatch:
            await self._record_mismatch(project, file.filename, visitor, mismatch)
            raise
        except (NotFound, UpstreamError):
            answer = await self._metadata_within(project, file, visitor)
            if answer is None:
                raise
            return answer
        self._ahead.start(project, file, lambda: self._judged(project, file, Priority.AHEAD))
        return blob

    async def _at_hand(self, project: ProjectName, file: IndexFile, index: str) -> Judged | None:
        """A file that is kept and was inspected, without waiting for anything."""
        blob = await self._fetcher.kept(project, file)
        report = await self._judge.known(file, sha256=blob.sha256) if blob else None
        if blob is None or report is None:
            return None
        return Judged(blob=blob, report=report, decision=await self._judge.decide(project, report, index))

    async def _metadata_at_hand(self, project: ProjectName, file: IndexFile, index: str) -> StoredBlob | None:
        """Without the upstream and without waiting: metadata that were got before, or those of an allowed file."""
        if kept := await self._metadata.kept(project, file):
            self._ahead.start(project, file, lambda: self._judged(project, file, Priority.AHEAD))
            return kept
        judged = await self._at_hand(project, file, index)
        if judged is None or not judged.decision.allowed:
            return None
        with suppress(Mismatch):
            return await self._metadata.from_wheel(project, file, judged.blob)
        return None

    async def _metadata_within(
        self, project: ProjectName, file: IndexFile, visitor: Visitor
    ) -> StoredBlob | Refused | Pending | None:
        """From the file that is kept, once it is inspected; nothing where there is no such file."""
        if await self._fetcher.kept(project, file) is None:
            return None
        answer = await self._within(project, file, visitor)
        if isinstance(answer, Judged):
            allowed = await self._answer(project, file, visitor, answer, record=False)
            if isinstance(allowed, Refused):
                return allowed
            return await self._metadata.from_wheel(project, file, answer.blob)
        if isinstance(answer, Refused):
            return await self._refuse(project, file.filename, visitor, answer)
        return answer

    async def file(
        self, project: ProjectName, filename: str, visitor: Visitor, *, record: bool = True
    ) -> Judged | Refused | Pending:
        """A file, once it is inspected. ``record`` is false for a request that gets no bytes (``HEAD``).

        Waits as long as the client surely waits, then says `Pending`; once the artifact's total time is over
        it is `Refused` with a reason that says so. Raises `NotFound`, `UpstreamError`, `Mismatch`.
        """
        if refused := await self._refused_here(project, filename, visitor):
            return refused
        file = await self._pages.file(project, filename)
        if judged := await self._at_hand(project, file, visitor.index):
            return await self._answer(project, file, visitor, judged, record=record)
        if refused := await self._known_refusal(project, file, visitor):
            return refused
        try:
            answer = await self._within(project, file, visitor)
        except Mismatch as mismatch:
            await self._record_mismatch(project, filename, visitor, mismatch)
            raise
        if isinstance(answer, Judged):
            return await self._answer(project, file, visitor, answer, record=record)
        if isinstance(answer, Refused):
            return await self._refuse(project, filename, visitor, answer)
        return answer

    async def report(self, sha256: Sha256, filename: str) -> tuple[Report, Decision] | None:
        """The report on an artifact and the decision that follows from it today."""
        report = await self._ports.store.report(sha256, filename, engine=self._ports.inspector.engine)
        return (report, await self._judge.decide(report.artifact.name.project, report)) if report else None

    async def origin(self, report: Report) -> Origin | None:
        """What is known of a file besides its bytes; nothing where there is no page of its project."""
        name = report.artifact.name
        try:
            page = await self._pages.get(name.project)
        except (NotFound, UpstreamError):
            return None
        return await self._origins.of(page, name.filename, report.artifact.sha256, self._ports.clock.now())

    async def settle(self) -> None:
        """Return once the inspections that are under way now have ended, however they end."""
        await self._judgings.settle()

    async def close(self) -> None:
        """End what is under way; nothing half done is left."""
        await self._ahead.close()
        await self._judgings.close()
        await self._judge.close()
        await self._fetcher.close()
        await self._pages.close()

    async def _refused_here(self, project: ProjectName, filename: str, visitor: Visitor) -> Refused | None:
        """The refusal of a file by its name: of the team's own that is taken down, or under a name that is private."""
        if decision := await self._ports.local.refusal(project, filename):
            return await self._refuse(project, filename, visitor, _unseen(decision))
        private = self.policies.private(project)
        if not private or await self._assessor.own(project):
            return None
        return await self._refuse(project, filename, visitor, Refused(reason=f"blocked: {private}"))

    async def _known_refusal(self, project: ProjectName, file: IndexFile, visitor: Visitor) -> Refused | None:
        """The refusal that follows from what is known already, without fetching anything."""
        report = await self._judge.known(file, sha256=file.sha256)
        if report is None:
            decision = await self._judge.unseen(project, file, visitor.index)
            refused = _unseen(decision)
        else:
            decision = await self._judge.decide(project, report, visitor.index)
            refused = _refused(report, decision)
        return None if decision.allowed else await self._refuse(project, file.filename, visitor, refused)

    async def _within(self, project: ProjectName, file: IndexFile, visitor: Visitor) -> Judged | Pending | Refused:
        key = (project, file.filename, file.sha256 or file.url)
        self._ahead.chosen(project, file.filename)
        patience, first = self._rules.patience, self._asked.setdefault(key, self._ports.clock.now())
        task = self._judgings.join(key, lambda: self._judged(project, file, Priority.CLIENT))
        task.add_done_callback(lambda _: self._asked.pop(key, None))
        done, _ = await asyncio.wait([task], timeout=patience.hold_for(visitor.user_agent))
        if done:
            judged = await asyncio.shield(task)
            return replace(judged, decision=await self._judge.decide(project, judged.report, visitor.index))
        wait = f"inspection of {file.filename} pending, try again in {patience.retry_after} seconds"
        if patience.spent(first, self._ports.clock.now()):
            return Refused(reason=wait, sha256=file.sha256 or "")
        return Pending(reason=wait, retry_after=patience.retry_after)

    async def _judged(self, project: ProjectName, file: IndexFile, priority: Priority) -> Judged:
        blob = await self._fetcher.get(project, file)
        return await self._judge.judge(project, file.filename, blob, priority=priority)

    async def _answer(
        self, project: ProjectName, file: IndexFile, visitor: Visitor, judged: Judged, *, record: bool
    ) -> Judged | Refused:
        if not judged.decision.allowed:
            return await self._refuse(project, file.filename, visitor, _refused(judged.report, judged.decision))
        if record:
            await self._record(
                EventKind.DOWNLOAD,
                project,
                file.filename,
                visitor,
                sha256=judged.blob.sha256,
                verdict=judged.report.verdict,
                action="observe" if judged.decision.observed else judged.decision.action,
                reason=judged.decision.observed,
            )
        return judged

    async def _observe(self, project: ProjectName, filename: str, visitor: Visitor, refused: Refused) -> None:
        """What would have been refused, were the policy not only observed, goes on record."""
        await self._record(
            EventKind.REFUSAL,
            project,
            filename,
            visitor,
            sha256=refused.sha256,
            action="observe",
            reason=refused.reason,
        )

    async def _refuse(self, project: ProjectName, filename: str, visitor: Visitor, refused: Refused) -> Refused:
        await self._record(
            EventKind.REFUSAL,
            project,
            filename,
            visitor,
            sha256=refused.sha256,
            verdict=refused.verdict,
            action=refused.action,
            reason=refused.reason,
        )
        return refused

    async def _record_mismatch(self, project: ProjectName, filename: str, visitor: Visitor, mismatch: Mismatch) -> None:
        await self._record(EventKind.REFUSAL, project, filename, visitor, reason=str(mismatch), action="error")

    async def _record(
        self, kind: EventKind, project: ProjectName, filename: str, visitor: Visitor, **fields: str
    ) -> None:
        event = Event(
            kind=kind,
            at=self._ports.clock.now(),
            project=project,
            filename=filename,
            client=visitor.address,
            user_agent=visitor.user_agent,
            request=visitor.request,
            **fields,
        )
        await self._ports.store.record([event])


def _refused(report: Report, decision: Decision) -> Refused:
    return Refused(
        reason=decision.reason, sha256=report.artifact.sha256, verdict=report.verdict, action=decision.action
    )


def _unseen(decision: Decision) -> Refused:
    return Refused(reason=decision.reason, action=decision.action)
