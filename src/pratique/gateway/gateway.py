"""The gateway: a page, metadata or a file is asked for, and nothing passes that was not inspected and allowed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pratique.cache import Arrival
from pratique.errors import NotFound, UpstreamError, Withheld
from pratique.gateway.afterwards import Afterwards
from pratique.gateway.ahead import Ahead
from pratique.gateway.answering import Answering, Means
from pratique.gateway.asked import Asked
from pratique.gateway.beside import Beside
from pratique.gateway.core import Core, fetcher_of
from pratique.gateway.expecting import Expecting
from pratique.gateway.marking import Marker
from pratique.gateway.metadata import Metadata
from pratique.gateway.origin import Origin, Origins
from pratique.gateway.outcome import Pending, Refused, Visitor
from pratique.gateway.parts import Ports, Rules
from pratique.gateway.policies import Policies
from pratique.gateway.recording import Recorder
from pratique.gateway.vouching import CheckedVouching
from pratique.gateway.waiting import Waiting
from pratique.names import ProjectName, Sha256
from pratique.policy import Action, Decision
from pratique.ports import IndexFile, Judged, ProjectPage, StoredBlob
from pratique.verdict import Report

__all__ = ["Gateway", "Ports", "Rules"]


class Gateway:
    """The use cases. Every refusal and download is on record before the method that reports it returns."""

    def __init__(self, ports: Ports, rules: Rules) -> None:
        self._ports = ports
        self.policies = Policies(rules.policy)
        """May be exchanged at any time."""
        fetcher = fetcher_of(ports)
        metadata = Metadata(fetcher)
        self._origins = Origins(metadata)
        self.vouching = CheckedVouching(self._origins)
        """Who published files, for whoever judges beside the gateway."""
        self._core = Core.of(
            ports,
            self.policies,
            fresh=rules.fresh,
            fetcher=fetcher,
            private=self.policies.private,
            vouching=self.vouching,
        )
        self._pages, self._assessor, self._judge = self._core.pages, self._core.assessor, self._core.judge
        self.afterwards = Afterwards(
            store=ports.store,
            inspector=ports.inspector,
            local=ports.local,
            policies=self.policies,
            assessor=self._assessor,
            judge=self._judge,
        )
        """For whoever looks at files again."""
        self._marker = Marker(judge=self._judge, assessor=self._assessor, clock=ports.clock, lifetime=rules.fresh)
        recorder = Recorder(store=ports.store, clock=ports.clock)
        self._answering = Answering(
            Means(
                policies=self.policies,
                local=ports.local,
                clock=ports.clock,
                cache=ports.cache,
                patience=rules.patience,
                fetcher=fetcher,
                assessor=self._assessor,
                judge=self._judge,
                recorder=recorder,
                ahead=Ahead(rules.caps),
            )
        )
        self._beside = Beside(
            policies=self.policies,
            waiting=Waiting(rules.patience, ports.clock),
            expecting=Expecting(self._pages),
            fetcher=fetcher,
            metadata=metadata,
            answering=self._answering,
            recorder=recorder,
        )

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
        file = await self._listed(project, filename, visitor)
        return file if isinstance(file, Refused) else await self._beside.metadata(project, file, visitor)

    async def provenance(self, project: ProjectName, filename: str, visitor: Visitor) -> StoredBlob | Refused:
        """A file's provenance object (PEP 740), as the upstream has it; refused where the file is known to be.

        Raises `NotFound`, `UpstreamError`.
        """
        file = await self._listed(project, filename, visitor)
        return file if isinstance(file, Refused) else await self._beside.provenance(project, file, visitor)

    async def file(
        self, project: ProjectName, filename: str, visitor: Visitor, *, record: bool = True
    ) -> Judged | Refused | Pending:
        """A file, once it is inspected. ``record`` is false for a request that gets no bytes (``HEAD``).

        Waits as long as the client surely waits, then says `Pending`; once the artifact's total time is over
        it is `Refused` with a reason that says so. Raises `NotFound`, `UpstreamError`, `Mismatch`.
        """
        file = await self._listed(project, filename, visitor)
        if isinstance(file, Refused):
            return file
        return await self._answering.file(project, file, visitor, record=record)

    async def _listed(self, project: ProjectName, filename: str, visitor: Visitor) -> IndexFile | Refused:
        """A file as its page lists it, or why it is refused whatever is in it; raises `NotFound`, `UpstreamError`."""
        if refused := await self._answering.refused_here(project, filename, visitor):
            return refused
        try:
            return await self._pages.file(project, filename)
        except Withheld as withheld:
            return await self._answering.withheld(project, filename, visitor, withheld)

    async def report(self, sha256: Sha256, filename: str) -> tuple[Report, Decision] | None:
        """The report on an artifact and the decision that follows from it today."""
        report = await self._ports.store.report(sha256, filename, engine=self._ports.inspector.engine)
        return (report, await self._judge.decide(report.artifact.name.project, report)) if report else None

    async def judged(self, project: ProjectName) -> Sequence[Report]:
        """What the engine in use says of a project's files, by file name."""
        return await self._ports.store.judged(project, engine=self._ports.inspector.engine)

    async def origin(self, report: Report) -> Origin | None:
        """What is known of a file besides its bytes; nothing where there is no page of its project."""
        name = report.artifact.name
        try:
            page = await self._pages.get(name.project)
        except (NotFound, UpstreamError):
            return None
        return await self._origins.of(page, name.filename, report.artifact.sha256, self._ports.clock.now())

    async def fetched(self, report: Report) -> Arrival | None:
        """From which upstream a judged file was fetched last; nothing where that is not known."""
        artifact = report.artifact
        arrivals = await self._ports.cache.arrivals(artifact.sha256)
        return next((one for one in arrivals if one.filename == artifact.name.filename), None)

    async def holds(self, arrivals: Sequence[Arrival]) -> bool:
        """Whether any index holds these bytes for a person, under one of their names; nobody is asked outside."""
        for one in arrivals:
            report = await self._ports.store.report(one.sha256, one.filename, engine=self._ports.inspector.engine)
            if report is None:
                continue
            for index in ("", *dict(self.policies.main.indexes)):
                asked = Asked(project=one.project, filename=one.filename, index=index, report=report, vouch=False)
                ruling = await self._assessor.ruling(asked, epoch=self._judge.epoch(one.project))
                if ruling.decision.action is Action.QUARANTINE:
                    return True
        return False

    async def withheld(self, project: ProjectName, filename: str, visitor: Visitor, why: Withheld) -> Refused:
        """The refusal of whatever somebody looks for in a project of which nothing is given."""
        return await self._answering.withheld(project, filename, visitor, why)

    async def settle(self) -> None:
        """Return once what is inspected or expected now has ended, however it ends."""
        await self._answering.settle()
        await self._beside.settle()

    async def close(self) -> None:
        """End what is under way; nothing half done is left."""
        await self._beside.close()
        await self._answering.close()
        await self._core.close()
