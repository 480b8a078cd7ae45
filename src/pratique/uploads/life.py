"""Releases after their upload: approved, yanked, archived, taken down, restored. Each act goes on the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from pratique.audit import Act, Draft, deed
from pratique.errors import NotFound
from pratique.names import ProjectName, Sha256
from pratique.ports import Clock, Store
from pratique.releases import OwnFile, OwnProject, Releases, State, Status
from pratique.uploads.noting import event_of
from pratique.uploads.refusal import UploadRefused
from pratique.uploads.versions import parsed

_DECIDABLE = frozenset({State.HELD})


class _Change(Protocol):
    """`Releases.yank` or `Releases.take_down`."""

    async def __call__(
        self, project: ProjectName, version: str, reason: str | None, *, record: Draft | None = None
    ) -> int:
        """Says how many files the release has."""
        ...


class Publishing:
    """Changes of what is published. Each is on the audit log, by whoever made it, and counts at once."""

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

    async def of_digest(self, sha256: Sha256) -> tuple[OwnFile, ...]:
        """The uploads with these bytes."""
        return await self._releases.of_digest(sha256)

    async def yank(self, name: ProjectName, version: str, reason: str, *, by: str) -> int:
        """Yank a release (PEP 592): only who pins it gets it. Says how many files it has; raises `NotFound`."""
        return await self._release(Act.YANK, name, version, reason, by, self._releases.yank)

    async def unyank(self, name: ProjectName, version: str, *, by: str) -> int:
        """Undo that."""
        return await self._release(Act.UNYANK, name, version, None, by, self._releases.yank)

    async def take_down(self, name: ProjectName, version: str | None, reason: str, *, by: str) -> int:
        """Serve nothing of a project, or of one release, from now on; says how many files. Raises `NotFound`.

        The name stays ours, and used file names stay used.
        """
        if version is not None:
            return await self._release(Act.TAKE_DOWN, name, version, reason, by, self._releases.take_down)
        return await self._whole(Act.TAKE_DOWN, name, reason, by)

    async def restore(self, name: ProjectName, version: str | None, *, by: str) -> int:
        """Undo that."""
        if version is not None:
            return await self._release(Act.RESTORE, name, version, None, by, self._releases.take_down)
        return await self._whole(Act.RESTORE, name, None, by)

    async def status(
        self, name: ProjectName, status: Status, reason: str, *, by: str, known: OwnProject | None = None
    ) -> None:
        """Set a project's status (PEP 792); raises `NotFound`.

        Whoever may only do so while it is ``known`` so gives that; raises `UploadRefused` where it is so no more.
        """
        project = known or (await self.project(name))[0]
        changed = replace(project, status=status, status_reason=reason)
        record = deed(Act.STATUS, name, by=by, at=self._clock.now(), status=status.value, reason=reason)
        if not await self._releases.save_project(changed, known=project, record=record):
            raise UploadRefused(f"{name} has just got another status.", remedy="Look at it, then decide.", status=409)
        await self._note(record, name)

    async def approve(self, filename: str, reason: str, *, by: str) -> OwnFile:
        """Publish a file that is held; raises `NotFound`, `UploadRefused` for one that is not, or is one's own."""
        file = await self._held(filename)
        if file.uploader == by:
            raise UploadRefused(
                f"{by} uploaded {filename}: nobody lets their own files pass.",
                remedy="Ask another reviewer.",
                status=403,
            )
        return await self._decide(file, State.PUBLISHED, Act.APPROVE, reason, by)

    async def reject(self, filename: str, reason: str, *, by: str) -> OwnFile:
        """Turn a file down that is held; it is kept as evidence, and its name stays used."""
        return await self._decide(await self._held(filename), State.REFUSED, Act.TURN_DOWN, reason, by)

    async def _release(
        self, act: Act, name: ProjectName, version: str, reason: str | None, by: str, change: _Change
    ) -> int:
        wanted = parsed(version)
        _, known = await self.project(name)
        spelled = next((file.version for file in known if parsed(file.version) == wanted), None)
        record = deed(act, f"{name} {spelled}", by=by, at=self._clock.now(), reason=reason or "")
        files = await change(name, spelled, reason, record=record) if spelled is not None else 0
        if not files:
            raise NotFound(f"{name} has no release {version}.", remedy=f"See `pratique project show {name}`.")
        await self._note(record, name)
        return files

    async def _whole(self, act: Act, name: ProjectName, reason: str | None, by: str) -> int:
        project, files = await self.project(name)
        record = deed(act, name, by=by, at=self._clock.now(), reason=reason or "")
        await self._releases.save_project(replace(project, taken_down=reason), known=project, record=record)
        await self._note(record, name)
        return len(files)

    async def _held(self, filename: str) -> OwnFile:
        file = await self._releases.file(filename)
        if file is None:
            raise NotFound(f"Nobody uploaded {filename}.", remedy="See `pratique project uploads`.")
        if file.state not in _DECIDABLE:
            raise _decided(file)
        return file

    async def _decide(self, file: OwnFile, state: State, act: Act, reason: str, by: str) -> OwnFile:
        judged = replace(file, state=state, reason=reason, judged_by=by)
        subject = f"{file.filename} {file.sha256}"
        record = deed(act, subject, by=by, at=self._clock.now(), reason=reason)
        if not await self._releases.judge(judged, expected=_DECIDABLE, record=record):
            raise _decided(await self._releases.file(file.filename) or file)
        await self._note(record, file.project, file)
        return judged

    async def _note(self, record: Draft, name: ProjectName, file: OwnFile | None = None) -> None:
        """Where the latest events are shown; the audit log has it already."""
        self._changed()
        await self._store.record([event_of(record, name, file)])


def _decided(file: OwnFile) -> UploadRefused:
    return UploadRefused(f"{file.filename} is {file.state}, not held.", remedy="Nothing was changed.", status=409)
