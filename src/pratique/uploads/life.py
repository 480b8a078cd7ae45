"""Releases after their upload: approved, yanked, archived, taken down, restored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from pratique.errors import NotFound
from pratique.names import ProjectName, project_name
from pratique.policy import Action
from pratique.ports import Clock, Event, EventKind, Store
from pratique.releases import OwnFile, OwnProject, Releases, Reserved, State, Status
from pratique.uploads.refusal import UploadRefused
from pratique.uploads.screening import make_ours
from pratique.uploads.versions import parsed

_DECIDABLE = frozenset({State.HELD})


class Publishing:
    """Changes of what is published. Each is on record, by whoever made it, and counts at once."""

    def __init__(
        self, *, releases: Releases, store: Store, clock: Clock, changed: Callable[[], None] = lambda: None
    ) -> None:
        """``changed`` is told after each change."""
        self._releases = releases
        self._store = store
        self._clock = clock
        self._changed = changed

    async def project(self, name: ProjectName) -> tuple[OwnProject, tuple[OwnFile, ...]]:
        """A project and its files in every state; raises `NotFound`."""
        found = await self._releases.project(name)
        if found is None:
            raise NotFound(f"There is no project {name} of your own here.", remedy="See `pratique project list`.")
        return found, await self._releases.files(name)

    async def projects(self) -> tuple[OwnProject, ...]:
        """All projects, by name."""
        return await self._releases.projects()

    async def uploads(self, state: State | None = None) -> tuple[OwnFile, ...]:
        """The latest uploads, in this state if one is named."""
        return await self._releases.uploads(*([state] if state is not None else []))

    async def yank(self, name: ProjectName, version: str, reason: str, *, by: str) -> int:
        """Yank a release (PEP 592): only who pins it gets it. Says how many files it has; raises `NotFound`."""
        return await self._release(name, version, "yanked", reason, by, self._releases.yank)

    async def unyank(self, name: ProjectName, version: str, *, by: str) -> int:
        """Undo that."""
        return await self._release(name, version, "unyanked", None, by, self._releases.yank)

    async def take_down(self, name: ProjectName, version: str | None, reason: str, *, by: str) -> int:
        """Serve nothing of a project, or of one release, from now on; says how many files. Raises `NotFound`.

        The name stays ours, and used file names stay used.
        """
        if version is not None:
            return await self._release(name, version, "taken down", reason, by, self._releases.take_down)
        return await self._whole(name, reason, "taken down", by)

    async def restore(self, name: ProjectName, version: str | None, *, by: str) -> int:
        """Undo that."""
        if version is not None:
            return await self._release(name, version, "restored", None, by, self._releases.take_down)
        return await self._whole(name, None, "restored", by)

    async def status(self, name: ProjectName, status: Status, reason: str, *, by: str) -> None:
        """Set a project's status (PEP 792); raises `NotFound`."""
        project, _ = await self.project(name)
        await self._releases.save_project(replace(project, status=status, status_reason=reason))
        await self._note(name, "", f"status {status}", reason, by)

    async def approve(self, filename: str, reason: str, *, by: str) -> OwnFile:
        """Publish a file that is held; raises `NotFound`, `UploadRefused` for one that is not, or is one's own."""
        file = await self._held(filename)
        if file.uploader == by:
            raise UploadRefused(
                f"{by} uploaded {filename}: nobody lets their own files pass.",
                remedy="Ask another reviewer.",
                status=403,
            )
        await make_ours(self._releases, file)
        return await self._decide(file, State.PUBLISHED, "approved", reason, by)

    async def reject(self, filename: str, reason: str, *, by: str) -> OwnFile:
        """Turn a file down that is held; it is kept as evidence, and its name stays used."""
        return await self._decide(await self._held(filename), State.REFUSED, "rejected", reason, by)

    async def prohibit(self, name: ProjectName, reason: str, *, by: str) -> None:
        """Let nobody upload under a name."""
        entry = Reserved(name=name, reason=reason, since=self._clock.now(), by=by)
        await self._releases.reserve(entry, prefix=False)
        await self._note(name, "", "prohibited", reason, by)

    async def allow(self, name: ProjectName, *, by: str) -> bool:
        """Undo that; says whether it was so."""
        was = await self._releases.free(name, prefix=False)
        await self._note(name, "", "allowed", "", by)
        return was

    async def make_private(self, prefix: str, reason: str, *, by: str) -> str:
        """Never ask the upstream for names that begin so; says how the prefix is written. Raises `BadName`."""
        written = private_prefix(prefix)
        await self._releases.reserve(Reserved(name=written, reason=reason, since=self._clock.now(), by=by), prefix=True)
        await self._note(written, "", "made private", reason, by)
        return written

    async def make_public(self, prefix: str, *, by: str) -> bool:
        """Undo that; says whether it was so."""
        written = private_prefix(prefix)
        was = await self._releases.free(written, prefix=True)
        await self._note(written, "", "made public", "", by)
        return was

    async def _release(
        self,
        name: ProjectName,
        version: str,
        what: str,
        reason: str | None,
        by: str,
        change: Callable[[ProjectName, str, str | None], Awaitable[int]],
    ) -> int:
        wanted = parsed(version)
        _, known = await self.project(name)
        spelled = next((file.version for file in known if parsed(file.version) == wanted), None)
        files = await change(name, spelled, reason) if spelled is not None else 0
        if not files:
            raise NotFound(f"{name} has no release {version}.", remedy=f"See `pratique project show {name}`.")
        await self._note(name, version, what, reason or "", by)
        return files

    async def _whole(self, name: ProjectName, reason: str | None, what: str, by: str) -> int:
        project, files = await self.project(name)
        await self._releases.save_project(replace(project, taken_down=reason))
        await self._note(name, "", what, reason or "", by)
        return len(files)

    async def _held(self, filename: str) -> OwnFile:
        file = await self._releases.file(filename)
        if file is None:
            raise NotFound(f"Nobody uploaded {filename}.", remedy="See `pratique project uploads`.")
        if file.state not in _DECIDABLE:
            raise _decided(file)
        return file

    async def _decide(self, file: OwnFile, state: State, what: str, reason: str, by: str) -> OwnFile:
        judged = replace(file, state=state, reason=reason, judged_by=by)
        if not await self._releases.judge(judged, expected=frozenset({State.HELD})):
            raise _decided(await self._releases.file(file.filename) or file)
        await self._note(file.project, file.version, what, reason, by, file=file)
        return judged

    async def _note(
        self, name: str, version: str, what: str, reason: str, by: str, *, file: OwnFile | None = None
    ) -> None:
        """On record: what was done, to what, by whom and why."""
        self._changed()
        release = f"{name} {version}".strip()
        event = Event(
            kind=EventKind.VERDICT,
            at=self._clock.now(),
            project=name,
            filename=file.filename if file else release,
            sha256=file.sha256 if file else "",
            action=_ACTIONS.get(what, Action.ALLOW),
            reason=f"{what} by {by}: {reason}" if reason else f"{what} by {by}",
        )
        await self._store.record([event])


_ACTIONS = {"taken down": Action.BLOCK, "rejected": Action.BLOCK, "prohibited": Action.BLOCK}


def private_prefix(raw: str) -> str:
    """A prefix in the one spelling that names are compared in; raises `BadName` for one that is none."""
    bare = raw.rstrip("-_.*")
    return f"{project_name(bare)}-" if bare != raw else project_name(bare)


def _decided(file: OwnFile) -> UploadRefused:
    return UploadRefused(f"{file.filename} is {file.state}, not held.", remedy="Nothing was changed.", status=409)
