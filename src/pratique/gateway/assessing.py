"""Assessing: all that is known of a file, put before the policy of the index that it was asked of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from packaging.version import InvalidVersion, Version

from pratique.advisories.model import Advisory
from pratique.advisories.signals import kind_of, signals
from pratique.errors import BadName, NotFound
from pratique.finding import Behaviour
from pratique.gateway.beginning import Beginning, Beginnings
from pratique.gateway.fixing import mended
from pratique.gateway.guarding import Guard
from pratique.gateway.kept import Kept
from pratique.gateway.origin import page_signals
from pratique.gateway.past import Basis, Past
from pratique.gateway.policies import Policies
from pratique.gateway.vouching import NoVouching, Vouching
from pratique.identity import Popular, default_popular
from pratique.names import DistributionName, Kind, ProjectName, Sha256, distribution_name
from pratique.policy import Action, Case, Decision, Ruling, Signal, SignalKind, Vouched, rule
from pratique.ports import Advisories, Clock, IndexFile, ProjectPage, Store
from pratique.releases import Local
from pratique.review.kept import Decisions
from pratique.verdict import Report

_PROJECTS = 10_000
_SUFFIX = re.compile(r"\.(tar(\.[a-z0-9]+)?|tgz|tbz2?|txz|tlz|zip)$", re.IGNORECASE | re.ASCII)
_LONG_PAGE = 300
"""Files."""
_TOLD_FOR = timedelta(minutes=1)
_ADVISED_FOR = timedelta(seconds=1)
"""How late a new advisory is heeded: within a client's one run a project is asked for many times."""


class Listings(Protocol):
    """What projects' pages said when they were last seen; nothing is asked for at the upstream."""

    async def listed(self, project: ProjectName) -> ProjectPage | None:
        """The page, if one was ever seen."""
        ...

    async def listed_file(self, project: ProjectName, filename: str) -> IndexFile | None:
        """A file as that page lists it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The parts that know something."""

    store: Store
    clock: Clock
    advisories: Advisories
    local: Local
    listings: Listings
    decisions: Decisions
    policies: Policies
    engine: str
    """Whose reports."""
    vouching: Vouching = field(default_factory=NoVouching)
    popular: Popular = field(default_factory=default_popular)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a decision is asked about."""

    project: ProjectName
    filename: str
    index: str = ""
    sha256: str = ""
    """Which bytes, where they are neither those of the report nor those that its page promises."""
    report: Report | None = None
    """Nothing where the file was not inspected."""
    file: IndexFile | None = None
    """As its page lists it, where that is at hand already."""
    at: datetime | None = None
    """When it was asked for; now where nothing is said."""
    vouch: bool = True
    """Whether its publishers may be looked up, where a policy asks for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Advised:
    at: datetime
    version: int
    advisories: tuple[Advisory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a page says of its releases."""

    page: ProjectPage
    at: datetime
    signals: dict[tuple[str, bool], tuple[Signal, ...]] = field(default_factory=dict)


class Assessor:
    """Rulings over files, of every index."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._past = Past(store=known.store, clock=known.clock)
        self._beginnings = Beginnings()
        self._guard = Guard(local=known.local, policies=known.policies, clock=known.clock, popular=known.popular)
        self._told: Kept[ProjectName, _Told] = Kept(_PROJECTS)
        self._advised: Kept[ProjectName, _Advised] = Kept(_PROJECTS)

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
        name = asked.report.artifact.name if asked.report else _named(asked.filename)
        own = await self.own(asked.project)
        file = asked.file or await known.listings.listed_file(asked.project, asked.filename)
        sha256 = asked.sha256 or _digest(asked.report, file)
        if file is not None and sha256 and (file.sha256 or sha256) != sha256:
            file = None  # the page speaks of another file of that name
        now = asked.at or known.clock.now()
        uploaded = _moment(file.upload_time) if file else None
        version = _version(name, asked.project) if name else ""
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

    async def unseen(self, page: ProjectPage, index: str) -> Callable[[IndexFile], bool]:
        """Which files of a page could be refused though nobody has looked into them; only those need a ruling.

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
            return lambda file: file.sha256 in reviewed
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
            found += [one for one in await self._of_page(asked.project, file, version, now) if policies.heeds(one.kind)]
        return tuple(found)

    async def _of_page(self, project: ProjectName, file: IndexFile, version: str, now: datetime) -> tuple[Signal, ...]:
        """What the page says of a release, made once for each page and a while."""
        page = await self._known.listings.listed(project)
        if page is None:
            return ()
        kept = self._told.get(project)
        if kept is None or kept.page is not page or abs(now - kept.at) >= _TOLD_FOR:
            kept = _Told(page=page, at=now)
            self._told.put(project, kept)
        key = version or file.filename, file.provenance is not None
        if key not in kept.signals:
            kept.signals[key] = page_signals(page, file, now)
        return kept.signals[key]

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
        """The advisories that could change a decision: old projects have many that never do."""
        known = self._known
        if await self.own(project):
            return ()  # what is published about a public project of the same name says nothing of this one
        kept, now = self._advised.get(project), known.clock.now()
        if kept and kept.version == known.policies.version and abs(now - kept.at) < _ADVISED_FOR:
            return kept.advisories
        found = await known.advisories.of(project)
        weighty = tuple(one for one in found if known.policies.heeds(kind_of(one)))
        self._advised.put(project, _Advised(at=now, version=known.policies.version, advisories=weighty))
        return weighty

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


@lru_cache(maxsize=20_000)
def _named(filename: str) -> DistributionName | None:
    """The name taken apart; nothing where it is none, so that its version cannot be told."""
    try:
        return distribution_name(filename)
    except BadName:
        return None


@lru_cache(maxsize=20_000)
def _version(name: DistributionName, project: ProjectName) -> str:
    """A file's version as installers read it, who know whose page it is on: ``demo-1-2.tar.gz`` is demo 1.post2."""
    if name.kind is Kind.WHEEL:
        return name.version
    stem = _SUFFIX.sub("", name.filename)
    for match in re.finditer("-", stem):
        if re.sub(r"[-_.]+", "-", stem[: match.start()]).lower() == project:
            try:
                return str(Version(stem[match.end() :]))
            except InvalidVersion:
                break
    return name.version


def _moment(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
