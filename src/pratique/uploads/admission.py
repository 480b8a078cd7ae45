"""Admission: what an upload may be refused or held for because of who sends it and what is here already."""

from __future__ import annotations

import asyncio
from datetime import datetime

from pratique.accounts.principal import Principal
from pratique.names import ProjectName
from pratique.releases import OwnFile, OwnProject, State
from pratique.uploads.form import Form
from pratique.uploads.limits import UploadLimits
from pratique.uploads.naming import check_name, doubt_about
from pratique.uploads.outside import Outside
from pratique.uploads.refusal import UploadRefused
from pratique.uploads.spool import Digests
from pratique.uploads.versions import parsed


class Admission:
    """Asks who may publish what; nothing here looks into the file."""

    def __init__(self, outside: Outside, limits: UploadLimits) -> None:
        self._releases = outside.releases
        self._store = outside.store
        self._accounts = outside.accounts
        self._popular = outside.popular
        self._hold = outside.hold_new_names
        self._limits = limits

    async def permission(self, publisher: Principal, project: ProjectName, known: OwnProject | None) -> None:
        """Raise `UploadRefused` unless whoever sends it may publish this project, and the project takes uploads."""
        check_name(project, await self._releases.prohibited())
        if not publisher.may_publish(project):
            raise UploadRefused(
                f"This token may not upload to {project}.", remedy="Use one that may, for this project.", status=403
            )
        owned = bool(await self._accounts.roles_in(project))
        if known is not None and not owned:
            raise UploadRefused(
                f"Nobody owns {project} any more.", remedy="Ask an administrator to name an owner.", status=403
            )
        if owned and not await self._accounts.claim(project, publisher.user):
            raise UploadRefused(
                f"{publisher.user} may not upload to {project}.",
                remedy="Ask an owner of the project to add you.",
                status=403,
            )
        if known is not None and not known.status.takes_uploads:
            raise UploadRefused(
                f"{project} is {known.status}: it takes no uploads.",
                remedy="An owner can change that with `pratique project status`.",
                status=403,
            )
        if known is not None and known.taken_down is not None:
            raise UploadRefused(f"{project} was taken down.", remedy="Ask an administrator.", status=403)

    async def same(self, form: Form, digests: Digests) -> OwnFile | None:
        """The file that is here already, if it is the very same; raises `UploadRefused` if it is another."""
        known = await self._releases.file(form.filename)
        if known is None:
            return None
        if known.sha256 != digests.sha256:
            raise used(form.filename)
        return known

    async def release(self, form: Form, size: int, now: datetime) -> None:
        """Raise `UploadRefused` where the project or the release takes no more, or no such file."""
        files = await self._releases.files(form.declared.project)
        if sum(file.size for file in files) + size > self._limits.project_bytes:
            raise UploadRefused(
                f"{form.declared.project} would take more than {self._limits.project_bytes:,} bytes.",
                remedy="Ask an administrator.",
                status=413,
            )
        release = [file for file in files if parsed(file.version) == parsed(form.declared.version)]
        if release and release[0].version != form.declared.version:
            raise UploadRefused(
                f"{form.declared.version} is the same version as {release[0].version}, which is here already.",
                remedy="Write it as it was, or make a new release.",
            )
        if release and now - min(file.uploaded for file in release) > self._limits.release_open:
            raise UploadRefused(
                f"{form.declared.project} {form.declared.version} is complete: its first file is older than "
                f"{self._limits.release_open.days} days.",
                remedy="Make a new release.",
            )
        if form.filetype == "sdist" and any(f.filetype == "sdist" and f.filename != form.filename for f in release):
            raise UploadRefused(
                f"{form.declared.project} {form.declared.version} has an sdist already.",
                remedy="Make a new release for another one.",
            )

    async def doubt(self, project: ProjectName, known: OwnProject | None) -> str:
        """Why a person has to look at a name; of a project that has a file out already nobody asks any more."""
        if known is not None and any(f.state is State.PUBLISHED for f in await self._releases.files(project)):
            return ""
        ours = [one.name for one in await self._releases.projects() if one.ours]
        upstream = await self.is_upstream(project, known)
        return await asyncio.to_thread(doubt_about, project, ours, self._popular, upstream=upstream, hold=self._hold)

    async def is_upstream(self, project: ProjectName, known: OwnProject | None) -> bool:
        """Whether the upstream is known to have it. It is not asked: a private name is nobody's business there."""
        if known is not None and known.ours:
            return False
        return project in self._popular or await self._store.page(project) is not None


def used(filename: str) -> UploadRefused:
    """The refusal of a name that other bytes have."""
    return UploadRefused(
        f"File already exists: {filename} was uploaded before, with other content.",
        remedy="A file name is never used twice; make a new release.",
        status=409,
    )
