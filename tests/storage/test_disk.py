"""Blobs on disk: whoever dies leaves nothing visible, and a living neighbour is left in peace."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pratique.errors import StorageError
from pratique.storage.disk import DiskBlobs
from tests.fakes.values import digest
from tests.storage.processes import child


def files(folder: Path) -> list[Path]:
    """Everything but locks."""
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


async def test_name_is_the_digest_alone(tmp_path: Path) -> None:
    """A blob lies two folders deep under its digest, without an extension, and the spool is empty."""
    blobs = DiskBlobs(tmp_path)
    async with blobs.spool() as writer:
        await writer.write(b"demo")
        stored = await writer.commit()
    sha256 = digest("demo")
    assert stored.path == tmp_path / sha256[:2] / sha256[2:4] / sha256
    assert files(tmp_path) == [stored.path]
    blobs.close()


async def test_nothing_is_left_of_a_mismatch(tmp_path: Path) -> None:
    """Content that was not promised is gone from the disk as well."""
    blobs = DiskBlobs(tmp_path)
    async with blobs.spool() as writer:
        await writer.write(b"x" * (2 << 20))
        with pytest.raises(StorageError, match="as promised"):
            await writer.commit(expected=digest("other"))
    assert files(tmp_path) == []
    blobs.close()


async def test_nothing_is_left_of_a_cancelled_download(tmp_path: Path) -> None:
    """A download that is cancelled while a thread writes leaves no file."""
    blobs = DiskBlobs(tmp_path)
    begun = asyncio.Event()

    async def download() -> None:
        async with blobs.spool() as writer:
            await writer.write(b"x" * (2 << 20))
            begun.set()
            while True:
                await writer.write(b"x" * (1 << 20))

    task = asyncio.create_task(download())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files(tmp_path) == []
    blobs.close()


async def test_committed_blob_takes_nothing_more(tmp_path: Path) -> None:
    """Writing after the commit is an error, and the blob stays what it was."""
    blobs = DiskBlobs(tmp_path)
    async with blobs.spool() as writer:
        await writer.write(b"demo")
        stored = await writer.commit()
        with pytest.raises(StorageError, match="already"):
            await writer.write(b"x" * (2 << 20))
    assert stored.path.read_bytes() == b"demo"
    blobs.close()


async def test_killed_writer_is_cleared_away(tmp_path: Path) -> None:
    """What a killed process spooled is never visible, and gone at the next opening; a living one's stays."""
    async with child("spool", tmp_path) as process:
        assert process.stdout is not None
        await process.stdout.readline()
        beside = DiskBlobs(tmp_path)
        assert len(files(tmp_path)) == 1
        process.kill()
        await process.wait()
        after = DiskBlobs(tmp_path)
    assert files(tmp_path) == []
    async with beside.spool() as writer:
        await writer.write(b"demo")
        stored = await writer.commit()
    assert await after.find(digest("demo")) == stored
    beside.close()
    after.close()


async def test_full_disk(tmp_path: Path) -> None:
    """When the system takes no more bytes, the error says so and nothing is left."""
    async with child("overflow", tmp_path) as process:
        said = (await process.communicate())[0].decode()
    assert "Free some space" in said
    assert said.endswith("0 files\n")


def test_unusable_folder(tmp_path: Path) -> None:
    """A folder that cannot be made is named, with the remedy."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="may write there"):
        DiskBlobs(tmp_path / "file")
