"""Receiving: the checks of an upload in their order, up to the moment when it is kept and cannot be lost."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pratique.accounts.principal import Principal
from pratique.names import DistributionName, Sha256
from pratique.ports import KnownFile, StoredBlob
from pratique.releases import Claim, OwnFile, OwnProject
from pratique.uploads.admission import Admission, used
from pratique.uploads.contents import Contents, read_contents
from pratique.uploads.declared import Declared, disagreements, from_archive
from pratique.uploads.describing import check_description
from pratique.uploads.filenames import check_filename
from pratique.uploads.form import Form, read_form
from pratique.uploads.limits import UploadLimits
from pratique.uploads.outside import Outside
from pratique.uploads.own import place_of
from pratique.uploads.refusal import UploadRefused, refuse_all
from pratique.uploads.spool import Digests, Spool

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
        self._admission = Admission(outside, limits)
        self._reading = asyncio.Semaphore(_READERS)

    async def receive(
        self, sender: Sender, fields: Mapping[str, Sequence[str]], filename: str, spool: Spool
    ) -> tuple[Claim, OwnFile]:
        """Keep an upload, or tell that the very same was kept before; raises `UploadRefused`, `StorageError`."""
        try:
            return await self._receive(sender, fields, filename, spool)
        except RecursionError as error:
            raise UploadRefused(
                "Something in its metadata is nested too deep to be read.", remedy="Simplify it, and build it again."
            ) from error

    async def _receive(
        self, sender: Sender, fields: Mapping[str, Sequence[str]], filename: str, spool: Spool
    ) -> tuple[Claim, OwnFile]:
        form = read_form(fields, filename, self._limits)
        project = form.declared.project
        known = await self._releases.project(project)
        await self._admission.permission(sender.publisher, project, known)
        await check_description(form.declared.about, self._renderer.html)
        name = check_filename(form)
        digests = await spool.digests()
        _check_digests(form, digests, spool)
        if (same := await self._admission.same(form, digests)) is not None:
            return Claim.IDENTICAL, same
        now = self._clock.now()
        await self._admission.release(form, spool.size, now)
        contents = await self._read(spool, name)
        about = await asyncio.to_thread(_agreed, form, contents, self._limits.summary)
        provenance = await self._verifier.verify(form.attestations, name, digests.sha256, sender.publisher)
        doubt = await self._admission.doubt(project, known)
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

    async def _read(self, spool: Spool, name: DistributionName) -> Contents:
        async with self._reading:
            return await asyncio.to_thread(read_contents, spool.file, name, self._limits.unpacking)

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
            ours=not await self._admission.is_upstream(file.project, None),
        )
        if not await self._accounts.claim(file.project, file.uploader):
            raise UploadRefused(
                f"{file.project} was made by somebody else just now.", remedy="Ask them to add you.", status=403
            )
        claim, kept = await self._releases.add(file, project)
        if claim is Claim.USED:
            raise used(file.filename)
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
        raise UploadRefused("The file's metadata cannot be read.", remedy="Build it again.")
    refuse_all(list(disagreements(form.declared, declared)), remedy="Upload with the tool that built the file.")
    return declared
