"""The gateway: a page, metadata or a file is asked for, and nothing passes that was not inspected and allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pratique.errors import NotFound
from pratique.facts.references import direct_references
from pratique.gateway.ahead import Ahead, Caps
from pratique.gateway.fetching import Fetcher
from pratique.gateway.flight import SingleFlight
from pratique.gateway.judging import Judge
from pratique.gateway.outcome import Mismatch, Pending, Refused, Visitor
from pratique.gateway.pages import Pages
from pratique.gateway.patience import Patience
from pratique.index.restrict import restrict
from pratique.names import ProjectName, Sha256
from pratique.policy import Decision, Policy
from pratique.ports import (
    Blobs,
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
    Upstream,
)
from pratique.verdict import Report

_METADATA_LIMIT = 10_000_000


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


_Key = tuple[ProjectName, str]


class Gateway:
    """The use cases. Every refusal and download is on record before the method that reports it returns."""

    def __init__(self, ports: Ports, rules: Rules) -> None:
        self._ports = ports
        self._rules = rules
        self._pages = Pages(store=ports.store, upstream=ports.upstream, clock=ports.clock, fresh=rules.fresh)
        self._fetcher = Fetcher(store=ports.store, blobs=ports.blobs, upstream=ports.upstream)
        self._judge = Judge(
            store=ports.store,
            inspector=ports.inspector,
            clock=ports.clock,
            policy=rules.policy,
        )
        self._ahead = Ahead(rules.caps)
        self._judgings: SingleFlight[_Key, Judged] = SingleFlight(keep=True)
        self._asked: dict[_Key, datetime] = {}

    async def page(self, project: ProjectName) -> ProjectPage:
        """The upstream's page with refused releases yanked; raises `NotFound`, `UpstreamError`."""
        page = await self._pages.get(project)
        refused = await self._judge.refusals(project)
        return restrict(page, {f.filename: d for f in page.files if (d := _refusal(f, refused))})

    async def metadata(self, project: ProjectName, filename: str, visitor: Visitor) -> StoredBlob | Refused:
        """A file's core metadata (PEP 658), verified; begins the inspection of the file.

        Refused where the file is known to be refused, and where the metadata would send a client around
        the gateway. Raises `NotFound`, `UpstreamError`.
        """
        file = await self._listed(project, filename)
        if refused := await self._known_refusal(project, file, visitor):
            return refused
        if not file.core_metadata:
            raise NotFound(f"The upstream has no metadata of {filename}.")
        blob = await self._fetcher.get(project, _metadata_file(file), limit=_METADATA_LIMIT)
        references = direct_references(await asyncio.to_thread(blob.path.read_bytes))
        if references:
            reason = f"blocked: METADATA requires {references[0]}, which would be fetched around the gateway"
            return await self._refuse(project, filename, visitor, Refused(reason=reason, sha256=file.sha256 or ""))
        self._ahead.start(project, file, lambda: self._judged(project, file, Priority.AHEAD))
        return blob

    async def file(
        self, project: ProjectName, filename: str, visitor: Visitor, *, record: bool = True
    ) -> Judged | Refused | Pending:
        """A file, once it is inspected. ``record`` is false for a request that gets no bytes (``HEAD``).

        Waits as long as the client surely waits, then says `Pending`; once the artifact's total time is over
        it is `Refused` with a reason that says so. Raises `NotFound`, `UpstreamError`, `Mismatch`.
        """
        file = await self._listed(project, filename)
        if refused := await self._known_refusal(project, file, visitor):
            return refused
        try:
            answer = await self._within(project, file, visitor)
        except Mismatch as mismatch:
            await self._record(EventKind.REFUSAL, project, filename, visitor, reason=str(mismatch), action="error")
            raise
        if isinstance(answer, Judged):
            return await self._answer(project, file, visitor, answer, record=record)
        if isinstance(answer, Refused):
            return await self._refuse(project, filename, visitor, answer)
        return answer

    async def report(self, sha256: Sha256, filename: str) -> tuple[Report, Decision] | None:
        """The report on an artifact and the decision that follows from it today."""
        report = await self._ports.store.report(sha256, filename, engine=self._ports.inspector.engine)
        return (report, self._judge.decide(report)) if report else None

    async def close(self) -> None:
        """End what is under way; nothing half done is left."""
        await self._ahead.close()
        await self._judgings.close()
        await self._judge.close()
        await self._fetcher.close()
        await self._pages.close()

    async def _listed(self, project: ProjectName, filename: str) -> IndexFile:
        page = await self._pages.get(project)
        for file in page.files:
            if file.filename == filename:
                return file
        raise NotFound(f"{filename} is not on the upstream's page of {project}.")

    async def _known_refusal(self, project: ProjectName, file: IndexFile, visitor: Visitor) -> Refused | None:
        """The refusal that follows from what is known already, without fetching anything."""
        report = await self._judge.known(file, sha256=file.sha256)
        if report is None or (decision := self._judge.decide(report)).allowed:
            return None
        return await self._refuse(project, file.filename, visitor, _refused(report, decision))

    async def _within(self, project: ProjectName, file: IndexFile, visitor: Visitor) -> Judged | Pending | Refused:
        key = (project, file.filename)
        self._ahead.chosen(project, file.filename)
        patience, first = self._rules.patience, self._asked.setdefault(key, self._ports.clock.now())
        task = self._judgings.join(key, lambda: self._judged(project, file, Priority.CLIENT))
        task.add_done_callback(lambda _: self._asked.pop(key, None))
        done, _ = await asyncio.wait([task], timeout=patience.hold_for(visitor.user_agent))
        if done:
            return await asyncio.shield(task)
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
                action=judged.decision.action,
            )
        return judged

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


def _refusal(file: IndexFile, refused: Mapping[tuple[str, str], Decision]) -> Decision | None:
    """The refusal of a listed file: by its digest where the page promises one, else by its name."""
    if promised := file.sha256:
        return refused.get((file.filename, promised))
    return next((decision for (filename, _), decision in refused.items() if filename == file.filename), None)


def _metadata_file(file: IndexFile) -> IndexFile:
    """The metadata file beside a listed file (PEP 658), with the hashes that are promised for it."""
    hashes = file.core_metadata if isinstance(file.core_metadata, tuple) else ()
    return IndexFile(filename=f"{file.filename}.metadata", url=f"{file.url}.metadata", hashes=hashes)
