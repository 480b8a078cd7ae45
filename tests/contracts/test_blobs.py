"""What every `Blobs` promises."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pratique.errors import StorageError
from pratique.names import Sha256
from pratique.ports import Blobs, StoredBlob
from pratique.storage.disk import DiskBlobs
from tests.fakes.memory import MemoryBlobs
from tests.fakes.values import digest


@pytest.fixture(params=["memory", "disk"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Blobs]:
    """Each implementation, empty."""
    if request.param == "memory":
        yield MemoryBlobs(tmp_path)
        return
    disk = DiskBlobs(tmp_path / "blobs")
    yield disk
    disk.close()


async def put(blobs: Blobs, *chunks: bytes, expected: str | None = None) -> StoredBlob:
    """Spool and commit."""
    async with blobs.spool() as writer:
        for chunk in chunks:
            await writer.write(chunk)
        return await writer.commit(expected=expected)


@pytest.mark.parametrize("chunks", [(), (b"",), (b"one", b"two"), (b"x" * 700_000,) * 4])
async def test_blob_comes_back(blobs: Blobs, chunks: tuple[bytes, ...]) -> None:
    """What was written, however cut, is found under its digest."""
    data = b"".join(chunks)
    sha256 = Sha256(hashlib.sha256(data).hexdigest())
    stored = await put(blobs, *chunks, expected=sha256)
    assert (stored.sha256, stored.size) == (sha256, len(data))
    assert await blobs.find(sha256) == stored
    assert stored.path.read_bytes() == data


async def test_nothing_is_visible_before_commit(blobs: Blobs) -> None:
    """A blob on its way in is not there, and one that is never committed never is."""
    async with blobs.spool() as writer:
        await writer.write(b"demo" * 500_000)
        assert await blobs.find(digest("demo" * 500_000)) is None
    assert await blobs.find(digest("demo" * 500_000)) is None


async def test_unexpected_content_is_refused(blobs: Blobs) -> None:
    """Content that is not what was promised is found under neither digest."""
    with pytest.raises(StorageError, match="as promised"):
        await put(blobs, b"changed", expected=digest("promised"))
    assert await blobs.find(digest("changed")) is None
    assert await blobs.find(digest("promised")) is None


async def test_same_content_at_the_same_time(blobs: Blobs) -> None:
    """Any number of writers of one content agree, and it is whole."""
    stored = await asyncio.gather(*(put(blobs, b"demo" * 400_000) for _ in range(8)))
    assert len(set(stored)) == 1
    assert stored[0].path.read_bytes() == b"demo" * 400_000
