"""The team's own projects as the gateway meets them: pages, and what is not given to anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pratique.errors import Withheld
from pratique.index.restrict import restrict
from pratique.names import ProjectName, Sha256
from pratique.policy import Action, Decision
from pratique.ports import Clock, IndexFile, ProjectPage
from pratique.releases import NOT_PUBLISHED, OwnFile, OwnProject, Releases, Reserved, State, Status

_LATE = timedelta(seconds=1)
"""How late a new project of another process is seen; what this one changes is seen at once."""
_LATE_OURS = timedelta(milliseconds=50)
"""How late another process's change of a project is seen: one request asks several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Everything, as of one revision; what was asked for is kept until the next."""

    revision: int
    at: datetime
    projects: Mapping[ProjectName, OwnProject]
    private: Mapping[str, Reserved]
    homes: dict[ProjectName, _Home] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    """One project."""

    page: ProjectPage
    files: Mapping[str, OwnFile]
    """By name, in every state."""
    accepted: frozenset[Sha256]


class OwnIndex:
    """`pratique.releases.Local` over what was uploaded here."""

    def __init__(self, releases: Releases, clock: Clock) -> None:
        self._releases = releases
        self._clock = clock
        self._known: _Known | None = None

    def changed(self) -> None:
        """Something was changed by this process: look again at the next request."""
        if self._known is not None:
            self._known = _aged(self._known)

    async def page(self, project: ProjectName) -> ProjectPage | None:
        """The page of a project that lives here, the same object as long as nothing changes; nothing for others.

        Raises `Withheld` for a name that is private, but that nothing lives under.
        """
        home = await self._home(project)
        if home is not None:
            return home.page
        known = await self._now()
        if prefix := next((one for one in known.private if project.startswith(one)), None):
            why = f"{project} is a private name (it begins with {prefix}); publish it here first."
            raise Withheld(why, label=NOT_PUBLISHED)
        return None

    async def projects(self) -> tuple[ProjectName, ...]:
        """The projects that live here, by name."""
        return tuple(name for name, project in (await self._now()).projects.items() if project.ours)

    async def prefixes(self) -> tuple[str, ...]:
        """What names begin with that are kept private."""
        return tuple((await self._now()).private)

    async def refusal(self, project: ProjectName, filename: str) -> Decision | None:
        """Why a file of ours is not given to anybody, whatever is in it; nothing where it may be."""
        home = await self._home(project)
        if home is None or (file := home.files.get(filename)) is None:
            return None
        return _refusal(file, (await self._now()).projects[project])

    async def accepted(self, project: ProjectName) -> frozenset[Sha256]:
        """Files of ours that a reviewer let pass."""
        home = await self._home(project)
        return home.accepted if home is not None else frozenset()

    async def _home(self, name: ProjectName) -> _Home | None:
        known = await self._now(name)
        project = known.projects.get(name)
        if project is None or not project.ours:
            return None
        if (home := known.homes.get(name)) is None:
            home = known.homes[name] = _made(project, await self._releases.files(name))
        return home

    async def _now(self, name: ProjectName | None = None) -> _Known:
        known, now = self._known, self._clock.now()
        if known is not None and now - known.at < (_LATE_OURS if name in known.projects else _LATE):
            return known
        revision = await self._releases.revision()
        if known is not None and known.revision == revision:
            fresh = _Known(revision=revision, at=now, projects=known.projects, private=known.private, homes=known.homes)
        else:
            projects = {one.name: one for one in await self._releases.projects()}
            fresh = _Known(revision=revision, at=now, projects=projects, private=await self._releases.private())
        self._known = fresh
        return fresh


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _aged(known: _Known) -> _Known:
    return _Known(
        revision=known.revision, at=_LONG_AGO, projects=known.projects, private=known.private, homes=known.homes
    )


def _made(project: OwnProject, files: tuple[OwnFile, ...]) -> _Home:
    published = [file for file in files if file.state is State.PUBLISHED]
    quarantined = project.status is Status.QUARANTINED
    page = ProjectPage(
        project=project.name,
        files=() if quarantined else tuple(map(_listed, published)),
        versions=_versions(published),
        status=project.status,
        status_reason=project.status_reason,
    )
    gone = {f.filename: refused for f in published if (refused := _refusal(f, project)) is not None}
    return _Home(
        page=restrict(page, gone),
        files={file.filename: file for file in files},
        accepted=frozenset(file.sha256 for file in published if file.accepted),
    )


def place_of(sha256: Sha256) -> str:
    """Where bytes of ours lie, as a page says it: an address that leads nowhere, for they are here or gone."""
    return f"urn:sha256:{sha256}"


def _listed(file: OwnFile) -> IndexFile:
    return IndexFile(
        filename=file.filename,
        url=place_of(file.sha256),
        hashes=(("sha256", file.sha256),),
        requires_python=file.requires_python,
        size=file.size,
        upload_time=f"{file.uploaded.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        yanked=False if file.yanked is None else file.yanked or True,
        core_metadata=(("sha256", file.metadata),) if file.metadata and file.filetype == "bdist_wheel" else False,
        provenance=place_of(file.provenance) if file.provenance else None,
    )


def _versions(files: list[OwnFile]) -> tuple[str, ...]:
    from packaging.version import Version

    return tuple(sorted({file.version for file in files}, key=Version))


def _refusal(file: OwnFile, project: OwnProject) -> Decision | None:
    """The project's own word first: it holds for all of its files."""
    if project.taken_down is not None:
        return _no(f"{project.name} was taken down", project.taken_down)
    if project.status is Status.QUARANTINED:
        return _no(f"{project.name} is in quarantine", project.status_reason)
    if file.taken_down is not None:
        return _no(f"{file.project} {file.version} was taken down", file.taken_down)
    if file.state is State.PUBLISHED:
        return None
    if file.state is State.REFUSED:
        return _no(f"{file.filename} was refused", file.reason)
    return Decision(action=Action.QUARANTINE, reason=f"{file.filename} is not published: it is {file.state}")


def _no(what: str, why: str) -> Decision:
    return Decision(action=Action.BLOCK, reason=f"{what}: {why}" if why else what)
