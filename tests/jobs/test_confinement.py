"""What a worker that was taken over could still do: nothing, where the kernel helps."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import sys
import tempfile
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pratique.jobs import PoolInspector, landlock, seccomp
from pratique.names import Sha256
from pratique.ports import Priority, Ticket
from pratique.verdict import Report, Verdict
from tests.jobs.tasks import obey

_FILTERED = pytest.mark.skipif(not seccomp.available(), reason="this kernel does not filter system calls")
_FILES = pytest.mark.skipif(
    not (landlock.version() or seccomp.available()), reason="this kernel has neither Landlock nor a filter"
)
_SCOPED = pytest.mark.skipif(landlock.version() < 6, reason="this kernel's Landlock does not keep signals in")


async def _attempted(tmp_path: Path, what: str) -> str:
    """What became of an attempt in a real worker."""
    return (await _inspected(tmp_path, f"attempt {what}"))[0].error


async def _inspected(tmp_path: Path, *commands: str, file_seconds: float = 10.0) -> list[Report]:
    """The reports of one worker on files with these commands in them."""
    pool = PoolInspector(engine="1", workers=1, task=obey, file_seconds=file_seconds)
    reports = []
    try:
        for command in commands:
            path = tmp_path / hashlib.sha256(command.encode()).hexdigest()
            path.write_text(command)
            ticket = Ticket(filename="demo-1.tar.gz", sha256=Sha256(path.name), path=path, size=len(command))
            reports.append(await pool.inspect(ticket, priority=Priority.CLIENT))
    finally:
        await pool.close()
    return reports


@_FILTERED
@pytest.mark.parametrize("kind", ["connect", "datagram"])
async def test_worker_has_no_network(tmp_path: Path, kind: str) -> None:
    """A worker can neither connect to a server that listens nor send it a datagram."""
    server = await asyncio.start_server(lambda _r, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await _attempted(tmp_path, f"{kind} {port}") == f"refused: {errno.EPERM}"
    server.close()


@_FILTERED
async def test_worker_reaches_no_local_service(tmp_path: Path) -> None:
    """Sockets in the file system (of a container engine, a mail server) are closed to it as well."""
    with tempfile.TemporaryDirectory() as short:
        server = await asyncio.start_unix_server(lambda _r, writer: writer.close(), f"{short}/s")
        assert await _attempted(tmp_path, f"local {short}/s") == f"refused: {errno.EPERM}"
        server.close()


@_FILES
@pytest.mark.parametrize("kind", ["write", "mode", "remove", "folder", "link"])
async def test_worker_changes_no_file(tmp_path: Path, kind: str) -> None:
    """A file that the program itself could change is neither written nor changed by a worker."""
    kept = tmp_path / "kept"
    kept.write_text("as it was")
    before = kept.stat()
    assert await _attempted(tmp_path, f"{kind} {kept}") in {f"refused: {errno.EPERM}", f"refused: {errno.EACCES}"}
    assert kept.stat() == before
    assert not (tmp_path / "kept.d").exists()
    assert not (tmp_path / "kept.l").is_symlink()


@_FILES
async def test_worker_makes_no_file(tmp_path: Path) -> None:
    """Not even in the folder for temporary files."""
    assert "refused" in await _attempted(tmp_path, f"write {tmp_path / 'made'}")
    assert not (tmp_path / "made").exists()


@_FILES
async def test_worker_starts_no_program(tmp_path: Path) -> None:
    """Nothing is executed, not even this Python."""
    assert "refused" in await _attempted(tmp_path, f"run {sys.executable}")


@_SCOPED
async def test_worker_signals_nobody(tmp_path: Path) -> None:
    """A worker cannot end the program that it works for."""
    assert await _attempted(tmp_path, "signal -") == f"refused: {errno.EPERM}"


async def test_missing_confinement_is_in_the_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the kernel offers less, inspection goes on, and the log says what is missing."""
    monkeypatch.setattr(landlock, "version", lambda: 0)
    with capture_logs() as logs:
        (report,) = await _inspected(tmp_path, "ok")
    assert report.verdict is Verdict.CLEAN
    assert any(line["log_level"] == "warning" and "Landlock is missing" in line["reason"] for line in logs)


async def test_a_file_that_never_ends_is_given_up_within_its_worker(tmp_path: Path) -> None:
    """The watch ends what one file takes, again and again, and the worker goes on."""
    (report,) = await _inspected(tmp_path, "dawdle", file_seconds=0.2)
    assert report.error == "given up, given up, read"


async def test_a_worker_that_was_short_of_memory_begins_nothing_more(tmp_path: Path) -> None:
    """Its report counts, and what comes next is inspected by another process."""
    short, following = await _inspected(tmp_path, "shortage", "ok")
    assert (short.verdict, following.verdict) == (Verdict.CLEAN, Verdict.CLEAN)
    assert short.error != following.error
