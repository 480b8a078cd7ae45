"""Receiving: the checks of an upload in their order, up to the moment when it is kept and cannot be lost."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pratique.accounts.principal import Principal
from pratique.names import DistributionName, ProjectName, Sha256
from pratique.ports import KnownFile, StoredBlob
from pratique.releases import Claim, OwnFile, OwnProject, State
from pratique.uploads.contents import Contents, read_contents
from pratique.uploads.declared import Declared, disagreements, from_archive
from pratique.uploads.describing import check_description
from pratique.uploads.filenames import check_filename
from pratique.uploads.form import Form, read_form
from pratique.uploads.limits import UploadLimits
from pratique.uploads.naming import check_name, doubt_about, is_known_upstream
from pratique.uploads.outside import Outside
from pratique.uploads.own import place_of
from pratique.uploads.refusal import UploadRefused, refuse_all
from pratique.uploads.spool import Digests, Spool
from pratique.uploads.versions import parsed

_CHUNK = 1 << 20
_READERS = 2
"""Archives that are read at a time: each takes a thread and some memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends, and by which connection."""

    publisher: Principal
    address: str = ""
    user_agent: str = ""


class Receiver:
    """Takes uploads in. Everything is checked here that can be said while the client waits, but what code does."""

    def __init__(self, outside: Outside, limits: UploadLimits) -> None:
        self._releases = outside.releases
        self._store = outside.store
        self._blobs = outside.blobs
        self._accounts = outside.accounts
        self._clock = outside.clock
        self._verifier = outside.verifier
        self._renderer = outside.renderer
        self._limits = limits
        self._reading = asyncio.Semaphore(_READERS)

    async def receive(
        self, sender: Sender, fields: Mapping[str, Sequence[str]], filename: str, spool: Spool
    ) -> tuple[Claim, OwnFile]:
        """Keep an upload, or tell that the very same was kept before; raises `UploadRefused`, `StorageError`."""
        try:
            return await self._receive(sender, fields, filename, spool)
        except RecursionError as error:
            raise UploadRefused("Something in its metadata is nested too deep to be read.") from error

    async def _receive(
        self, sender: Sender, fields: Mapping[str, Sequence[str]], filename: str, spool: Spool
    ) -> tuple[Claim, OwnFile]:
        form = read_form(fields, filename, self._limits)
        project = form.declared.project
        known = await self._releases.project(project)
        await self._check_permission(sender.publisher, project, known)
        await check_description(form.declared.about, self._renderer.html)
        name = check_filename(form)
        digests = await spool.digests()
        _check_digests(form, digests, spool)
        if (same := await self._same(form, digests)) is not None:
            return Claim.IDENTICAL, same
        now = self._clock.now()
        await self._check_release(form, spool, now)
        contents = await self._read(spool, name)
        about = await asyncio.to_thread(_agreed, form, contents, self._limits.summary)
        provenance = await self._verifier.verify(form.attestations, name, digests.sha256, sender.publisher)
        doubt = await self._doubt(project, known)
        file = OwnFile(
            filename=name.filename,
            project=project,
            version=form.declared.version,
            filetype=form.filetype,
            sha256=Sha256(digests.sha256),
            blake2b=digests.blake2b,
            size=spool.size,
            uploaded=now,
            uploader=sender.publisher.user,
            address=sender.address,
            user_agent=sender.user_agent,
            requires_python=about.requires_python,
            about=about.about,
            doubt=doubt,
        )
        return await self._keep(file, about, contents, provenance, spool)

    async def _check_permission(self, publisher: Principal, project: ProjectName, known: OwnProject | None) -> None:
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

    async def _same(self, form: Form, digests: Digests) -> OwnFile | None:
        """The file that is here already, if it is the very same; raises `UploadRefused` if it is another."""
        known = await self._releases.file(form.filename)
        if known is None:
            return None
        if known.sha256 != digests.sha256:
            raise _used(form.filename)
        return known

    async def _check_release(self, form: Form, spool: Spool, now: datetime) -> None:
        files = await self._releases.files(form.declared.project)
        if sum(file.size for file in files) + spool.size > self._limits.project_bytes:
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
            raise UploadRefused(f"{form.declared.project} {form.declared.version} has an sdist already.")

    async def _read(self, spool: Spool, name: DistributionName) -> Contents:
        async with self._reading:
            return await asyncio.to_thread(read_contents, spool.file, name, self._limits.unpacking)

    async def _doubt(self, project: ProjectName, known: OwnProject | None) -> str:
        """Of a project that has a file out already nobody asks any more what its name is like."""
        if known is not None and any(f.state is State.PUBLISHED for f in await self._releases.files(project)):
            return ""
        ours = [one.name for one in await self._releases.projects() if one.ours]
        upstream = await self._is_upstream(project, known)
        return await asyncio.to_thread(doubt_about, project, ours, upstream=upstream)

    async def _is_upstream(self, project: ProjectName, known: OwnProject | None) -> bool:
        """Whether the upstream is known to have it. It is not asked: a private name is nobody's business there."""
        if known is not None and known.ours:
            return False
        return is_known_upstream(project) or await self._store.page(project) is not None

    async def _keep(
        self, file: OwnFile, declared: Declared, contents: Contents, provenance: bytes | None, spool: Spool
    ) -> tuple[Claim, OwnFile]:
        """First the bytes, then the name: what has a name is whole. Of two at the same time one gets the name."""
        await self._copy(spool, file)
        metadata = await self._beside(file, "metadata", contents.metadata)
        proof = await self._beside(file, "provenance", provenance) if provenance is not None else None
        file = replace(file, metadata=metadata.sha256, provenance=proof.sha256 if proof else None)
        known = await self._releases.project(file.project)
        project = known or OwnProject(
            name=file.project,
            display=declared.name,
            created=file.uploaded,
            created_by=file.uploader,
            ours=not await self._is_upstream(file.project, None),
        )
        if not await self._accounts.claim(file.project, file.uploader):
            raise UploadRefused(
                f"{file.project} was made by somebody else just now.", remedy="Ask them to add you.", status=403
            )
        claim, kept = await self._releases.add(file, project)
        if claim is Claim.USED:
            raise _used(file.filename)
        return claim, kept

    async def _copy(self, spool: Spool, file: OwnFile) -> None:
        spool.file.seek(0)
        async with self._blobs.spool() as writer:
            while chunk := await asyncio.to_thread(spool.file.read, _CHUNK):
                await writer.write(chunk)
            await writer.commit(expected=file.sha256)

    async def _beside(self, file: OwnFile, what: str, data: bytes) -> StoredBlob:
        """Keep what is served beside a file, where the gateway looks for it."""
        async with self._blobs.spool() as writer:
            await writer.write(data)
            blob = await writer.commit()
        filename, url = f"{file.filename}.{what}", place_of(blob.sha256)
        await self._store.save_file(KnownFile(project=file.project, filename=filename, url=url, sha256=blob.sha256))
        return blob


def _check_digests(form: Form, digests: Digests, spool: Spool) -> None:
    if not spool.size:
        raise UploadRefused("The file is empty.", remedy="Build it again.")
    ours = {"sha256_digest": digests.sha256, "blake2_256_digest": digests.blake2b, "md5_digest": digests.md5}
    refuse_all(
        [
            f"{name}: the form says {value}, the file has {ours[name]}."
            for name, value in form.digests
            if not hmac.compare_digest(ours[name], value)
        ],
        remedy="It was damaged on its way; upload it again.",
    )


def _agreed(form: Form, contents: Contents, summary: int) -> Declared:
    """What the archive itself declares, once the form says the same."""
    declared, problems = from_archive(contents.metadata, summary=summary)
    refuse_all([f"In the file's metadata: {problem}" for problem in problems], remedy="Build it again.")
    if declared is None:  # pragma: no cover - nothing was wrong with it
        raise UploadRefused("The file's metadata cannot be read.")
    refuse_all(list(disagreements(form.declared, declared)), remedy="Upload with the tool that built the file.")
    return declared


def _used(filename: str) -> UploadRefused:
    return UploadRefused(
        f"File already exists: {filename} was uploaded before, with other content.",
        remedy="A file name is never used twice; make a new release.",
        status=409,
    )
