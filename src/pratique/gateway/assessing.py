"""Assessing: all that is known of a file, put before the policy of the index that it was asked of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from pratique.advisories.model import Advisory
from pratique.advisories.signals import signals
from pratique.errors import NotFound
from pratique.finding import Behaviour
from pratique.gateway.advised import Advised
from pratique.gateway.asked import Asked, Known
from pratique.gateway.beginning import Beginning, Beginnings
from pratique.gateway.by_page import ByPage
from pratique.gateway.fixing import mended
from pratique.gateway.guarding import Guard
from pratique.gateway.past import Basis, Past
from pratique.gateway.versions import moment, named, version_on
from pratique.names import Kind, ProjectName, Sha256
from pratique.policy import Action, Case, Decision, Ruling, Signal, SignalKind, Vouched, rule
from pratique.ports import IndexFile, ProjectPage
from pratique.verdict import Report

__all__ = ["Asked", "Assessor", "Known", "candidates"]

_LONG_PAGE = 300
"""Files."""


class Assessor:
    """Rulings over files, of every index."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._past = Past(store=known.store, clock=known.clock)
        self._beginnings = Beginnings()
        self._guard = Guard(local=known.local, policies=known.policies, clock=known.clock, popular=known.popular)
        self._by_page = ByPage(known.listings)
        self._advised = Advised(known)

    async def ruling(self, asked: Asked, *, epoch: int = 0) -> Ruling:
        """What the policy says, and why; ``epoch`` is another number after each verdict on the project."""
        case = await self.case(asked, epoch=epoch)
        ruling = rule(case, self._known.policies.of(asked.index))
        accepted = await self._known.local.accepted(asked.project)
        firm = any(one.firm and not one.lifted for one in ruling.objections)
        if ruling.decision.action is Action.QUARANTINE and not firm and case.sha256 in accepted:
            # A reviewer let this very file pass before, which holds for what would be held, not for a proven chain.
            return Ruling(decision=Decision(action=Action.ALLOW), objections=ruling.objections)
        return ruling

    async def case(self, asked: Asked, *, epoch: int = 0) -> Case:
        """All that is known of a file; raises `StorageError`."""
        known = self._known
        name = asked.report.artifact.name if asked.report else named(asked.filename)
        own = await self.own(asked.project)
        file = asked.file or await known.listings.listed_file(asked.project, asked.filename)
        sha256 = asked.sha256 or _digest(asked.report, file)
        if file is not None and sha256 and (file.sha256 or sha256) != sha256:
            file = None  # the page speaks of another file of that name
        now = asked.at or known.clock.now()
        uploaded = moment(file.upload_time) if file else None
        version = version_on(name, asked.project) if name else ""
        beginning = await self._beginning(asked)
        return Case(
            project=asked.project,
            version=version,
            filename=asked.filename,
            now=now,
            sha256=sha256,
            kind=name.kind if name else Kind.OTHER,
            report=asked.report,
            signals=await self._signals(asked, file, version, now, epoch=epoch),
            uploaded=uploaded,
            began=beginning.began,
            releases=beginning.releases,
            fixes=await self._fixes(asked, version, uploaded, now),
            attested=bool(file and file.provenance),
            vouched=await self._vouched(asked, file, sha256, own=own),
            yanked=bool(file and file.yanked is not False),
            size=asked.report.artifact.size if asked.report else (file.size if file else None) or 0,
            index=asked.index,
            own=own,
            review=await known.decisions.about(sha256, asked.filename) if sha256 else None,
        )

    async def unseen(self, page: ProjectPage, index: str) -> Callable[[IndexFile], bool] | None:
        """Which files of a page could be refused though nobody has looked into them; only those need a ruling.

        Nothing where none could.

        What follows from the page as a whole is too dear to be told of each file of a long one: there a file is
        refused when it is asked for.
        """
        policies, reviewed = self._known.policies, await self._known.decisions.subjects()
        by_page = policies.heeds_page and len(page.files) <= _LONG_PAGE
        by_name = policies.heeds_unseen(index, page.project) or await self._likeness(page.project)
        if by_page or by_name or await self._of(page.project):
            return lambda _: True
        age = policies.of(index).age
        if not age.minimum:
            return (lambda file: file.sha256 in reviewed) if reviewed else None
        from_then_on = f"{self._known.clock.now() - age.minimum:%Y-%m-%dT%H:%M:%S}"
        undated = age.unknown is not Action.ALLOW

        def could_be(file: IndexFile) -> bool:
            """Moments of PEP 700 are in the order of their texts."""
            young = file.upload_time[:19] >= from_then_on if file.upload_time else undated
            return young or file.sha256 in reviewed

        return could_be

    async def stamp(self, index: str) -> tuple[object, ...]:
        """Another value whenever a decision of any project on this index may be another one, but for its verdicts."""
        return index, self._known.policies.version, await self._known.decisions.version()

    async def news(self, project: ProjectName, reports: list[Report], *, epoch: int) -> None:
        """Prepare what is new in each file of a project, all of whose reports these are."""
        if self._known.policies.heeds(SignalKind.CAPABILITY):
            self._past.of_all(project, reports, await self._basis(project, epoch))

    async def _signals(
        self, asked: Asked, file: IndexFile | None, version: str, now: datetime, *, epoch: int
    ) -> tuple[Signal, ...]:
        """What is known of a file besides its bytes, as far as it could change a decision."""
        policies, found = self._known.policies, list(signals(asked.project, version, await self._of(asked.project)))
        found += await self._likeness(asked.project)
        if asked.report is not None and policies.heeds(SignalKind.CAPABILITY):
            basis = await self._basis(asked.project, epoch)
            found += await self._past.signals(asked.project, asked.report, basis)
        if file is not None and policies.heeds_page:
            found += [
                one
                for one in await self._by_page.signals(asked.project, file, version, now)
                if policies.heeds(one.kind)
            ]
            found += await self._of_publisher(asked, file)
        return tuple(found)

    async def _of_publisher(self, asked: Asked, file: IndexFile) -> tuple[Signal, ...]:
        """What a file's provenance says, where a policy acts upon it: it may take two requests, once for each file."""
        wanted = asked.vouch and file.provenance is not None and self._known.policies.asks_for_provenance
        page = await self._known.listings.listed(asked.project) if wanted else None
        if asked.report is None or page is None:
            return ()
        return await self._known.vouching.signals(page, file, asked.report.artifact.sha256)

    async def _beginning(self, asked: Asked) -> Beginning:
        """Looked up only where it matters: for what looks like another project, or where a condition asks."""
        report = asked.report
        alike = report is not None and any(one.behaviour is Behaviour.IMPERSONATION for one in report.findings)
        if not (alike or self._known.policies.asks_for_beginning):
            return Beginning()
        return self._beginnings.of(await self._known.listings.listed(asked.project))

    async def _vouched(self, asked: Asked, file: IndexFile | None, sha256: str, *, own: bool) -> Vouched | None:
        """Looked up only where a policy asks for it: it may take a request to the upstream."""
        if own or not self._known.policies.asks_for_publisher(asked.project):
            return None
        if file is None or file.provenance is None:
            return Vouched()
        if not sha256:
            return Vouched(known=False)
        return await self._known.vouching.of(asked.project, file, Sha256(sha256)) if asked.vouch else None

    async def own(self, project: ProjectName) -> bool:
        """Whether the project lives here. Nothing lives under a name that is only kept private."""
        try:
            return await self._known.local.page(project) is not None
        except NotFound:
            return False

    async def _likeness(self, project: ProjectName) -> tuple[Signal, ...]:
        """What speaks against a public name beside the team's own."""
        return () if await self.own(project) else await self._guard.signals(project)

    async def _basis(self, project: ProjectName, epoch: int) -> Basis:
        accepted = await self._known.local.accepted(project)
        released = await self._known.decisions.released(SignalKind.CAPABILITY.value)
        return Basis(engine=self._known.engine, epoch=epoch, trusted=accepted | released)

    async def _of(self, project: ProjectName) -> tuple[Advisory, ...]:
        """What is published about a public project of the same name says nothing of one that lives here."""
        return () if await self.own(project) else await self._advised.of(project)

    async def _fixes(self, asked: Asked, version: str, uploaded: datetime | None, now: datetime) -> tuple[str, ...]:
        """Looked up only where it matters: for what is too young otherwise, or where a condition asks."""
        policy = self._known.policies.of(asked.index)
        young = uploaded is not None and now < uploaded + policy.age.minimum
        if not young and not self._known.policies.asks_for_fixes:
            return ()
        page = await self._known.listings.listed(asked.project)
        return mended(page, version, await self._known.advisories.of(asked.project)) if page else ()


def candidates(reports: Iterable[Report], file: IndexFile) -> list[Report]:
    """The reports on a listed file: by its digest where the page promises one, else all under its name."""
    alike = [one for one in reports if one.artifact.name.filename == file.filename]
    return [one for one in alike if one.artifact.sha256 == file.sha256] if file.sha256 else alike


def _digest(report: Report | None, file: IndexFile | None) -> str:
    if report is not None:
        return str(report.artifact.sha256)
    return str(Sha256(file.sha256)) if file and file.sha256 else ""
