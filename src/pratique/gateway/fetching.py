"""Fetching: bytes are spooled and hashed as they arrive, and kept only if they are what the page promises."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from pratique.cache import Arrival, Cache, NoCache
from pratique.errors import DiskFull, UpstreamError
from pratique.gateway.flight import SingleFlight
from pratique.gateway.outcome import Mismatch
from pratique.names import ProjectName, Sha256
from pratique.ports import Blobs, BlobWriter, Clock, IndexFile, KnownFile, Store, StoredBlob, Upstream

_MOST = 16 << 30
"""Bytes of a file whose page says no size."""


class Fetcher:
    """Brings files of the upstream into the blobs, each one once however many ask."""

    def __init__(
        self, *, store: Store, blobs: Blobs, upstream: Upstream, clock: Clock, cache: Cache | None = None
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._upstream = upstream
        self._clock = clock
        self._cache = cache or NoCache()
        self._flights: SingleFlight[tuple[ProjectName, IndexFile], StoredBlob] = SingleFlight()

    async def kept(self, project: ProjectName, file: IndexFile) -> StoredBlob | None:
        """The blob that this listed file is, if it was fetched before: by its promised digest, else by its URL."""
        if promised := file.sha256:
            return await self._find(Sha256(promised))
        return await self.remembered(project, file)

    async def get(self, project: ProjectName, file: IndexFile) -> StoredBlob:
        """The blob; fetched if need be. Raises `NotFound`, `UpstreamError`, `Mismatch`."""
        if blob := await self.kept(project, file):
            return blob
        return await self._flights.run((project, file), lambda: self._fetch(project, file, None))

    async def metadata(self, project: ProjectName, file: IndexFile, *, limit: int) -> StoredBlob:
        """A metadata file of at most ``limit`` bytes; raises as `get` does.

        What is kept counts only if it was fetched as that very file: a promise alone could name the digest
        of any blob, and have a refused file handed out as if it were metadata.
        """
        if blob := await self.remembered(project, file):
            return blob
        return await self._flights.run((project, file), lambda: self._fetch(project, file, limit))

    async def keep(self, project: ProjectName, file: IndexFile, data: bytes) -> StoredBlob:
        """Keep these bytes as that file; raises `Mismatch` if they are not what is promised."""
        hashes = _Hashes(file)
        hashes.update(data)
        hashes.check()
        async with self._blobs.spool() as writer:
            await writer.write(data)
            return await self._commit(project, file, writer)

    async def close(self) -> None:
        """End what is under way."""
        await self._flights.close()

    async def remembered(self, project: ProjectName, file: IndexFile) -> StoredBlob | None:
        """The blob that was kept as this very file, unless what is promised or its URL has changed."""
        known = await self._store.file(project, file.filename)
        if known is None or (file.sha256 or known.sha256) != known.sha256:
            return None
        return await self._find(known.sha256) if file.sha256 or known.url == _place(file) else None

    async def _find(self, sha256: Sha256) -> StoredBlob | None:
        blob = await self._blobs.find(sha256)
        if blob is not None:
            self._cache.touch(sha256)
        return blob

    async def _fetch(self, project: ProjectName, file: IndexFile, limit: int | None) -> StoredBlob:
        """Once more where the disk was full and something could give way."""
        try:
            return await self._fetch_once(project, file, limit)
        except DiskFull:
            if not await self._cache.make_room(file.size or 0):
                raise
        return await self._fetch_once(project, file, limit)

    async def _fetch_once(self, project: ProjectName, file: IndexFile, limit: int | None) -> StoredBlob:
        hashes = _Hashes(file)
        most = _MOST if file.size is None else file.size
        if limit is not None:
            most = min(most, limit)
        async with self._upstream.fetch(file.url, upstream=file.upstream) as download, self._blobs.spool() as writer:
            size = 0
            async for chunk in download.chunks():
                size += len(chunk)
                if size > most:
                    raise UpstreamError(
                        f"{file.filename} is larger than {most} bytes.",
                        remedy="Try again; if it stays, tell whoever runs the upstream.",
                    )
                hashes.update(chunk)
                await writer.write(chunk)
            if download.length is not None and size != download.length:
                raise UpstreamError(
                    f"{file.filename}: the upstream sent {size} of {download.length} bytes.",
                    remedy="Try again; if it stays, tell whoever runs the upstream.",
                )
            hashes.check()
            return await self._commit(project, file, writer)

    async def _commit(self, project: ProjectName, file: IndexFile, writer: BlobWriter) -> StoredBlob:
        blob = await writer.commit(expected=file.sha256)
        await self._store.save_file(
            KnownFile(project=project, filename=file.filename, url=_place(file), sha256=blob.sha256)
        )
        await self._cache.arrived(
            Arrival(
                sha256=blob.sha256,
                size=blob.size,
                project=project,
                filename=file.filename,
                upstream=file.upstream,
                at=self._clock.now(),
            )
        )
        return blob


def _place(file: IndexFile) -> str:
    """Its URL and what is promised there: other bytes at the same URL come with another promise, if with any."""
    return "#".join([file.url, *(f"{name}={digest}" for name, digest in sorted(file.hashes))])


class _Hashes:
    """The digests that a page promises, computed on the way. MD5 and SHA-1 promise nothing: they are left out."""

    def __init__(self, file: IndexFile) -> None:
        self._file = file
        strong = hashlib.algorithms_guaranteed - {"md5", "sha1", "shake_128", "shake_256"}
        self._promised = {name: digest for name, digest in file.hashes if name in strong}
        self._running = {name: _new(name) for name in self._promised}

    def update(self, chunk: bytes) -> None:
        for running in self._running.values():
            running.update(chunk)

    def check(self) -> None:
        for name, running in self._running.items():
            if running.hexdigest() != self._promised[name].lower():
                raise Mismatch(
                    f"hash mismatch at the upstream: {self._file.filename} has {name} {running.hexdigest()}, "
                    f"its page promises {self._promised[name]}.",
                    remedy="Nothing was kept; report it to whoever runs the upstream.",
                )


_new: Callable[[str], hashlib._Hash] = hashlib.new
