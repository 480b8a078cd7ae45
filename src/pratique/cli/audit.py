"""``pratique audit``: what lock files pin, or what an environment holds, put before the engine."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.auditing.model import Audited, AuditFailOn, status
from pratique.cli.render.renderer import Format
from pratique.errors import BadSetting

if TYPE_CHECKING:
    from pratique.cli.auditing.environment import Found
    from pratique.locks import Lock

_DATA = Path("pratique-data")
_CACHE = 5 << 30
"""Bytes that upstreams' files may take of the folder."""


def audit(
    *file: Path,
    environment: Path | None = None,
    form: Annotated[Format, Parameter(name="--format")] = Format.TEXT,
    fail_on: AuditFailOn = AuditFailOn.SUSPICIOUS,
    every_file: Annotated[bool, Parameter(negative=())] = False,
    jobs: int = 0,
    upstream: str | None = None,
    data: Path | None = None,
) -> int:
    """Say what a project's dependencies, or an environment's distributions, would do and what is known of them.

    Parameters
    ----------
    file
        requirements.txt, pylock.toml, uv.lock, poetry.lock, pdm.lock, Pipfile.lock; by default the project's own.
    environment
        A virtual environment, or a folder site-packages, instead of files; nothing in it is started.
    form
        For a person; for tools: an array at the end, an object a line as each is done, SARIF 2.1.0.
    fail_on
        The mildest thing that makes the exit status 1.
    every_file
        Read every file of a release that is locked, not only the one that would be installed here.
    jobs
        Worker processes; 0 is one per processor.
    upstream
        The index that releases come from; by default the one that pip is configured with.
    data
        Where verdicts and advisories are kept: pratique-data where a server made it, else in this user's cache.

    """
    if file and environment:
        raise BadSetting(
            "Files and an environment at once.", remedy="Give one of them, and run it again for the other."
        )
    if jobs < 0:
        raise BadSetting(f"--jobs {jobs} is not a number of processes.", remedy="Give 1 or more, or 0 for all.")
    from pratique.cli.places import data_folder

    folder, workers = data or data_folder(_DATA), jobs or os.cpu_count() or 1
    if environment:
        from pratique.cli.auditing.environment import look

        found = look(environment)
        work, total = partial(_environment, found, folder, upstream, workers), len(found)
    else:
        locks = _locks(file)
        work = partial(_pins, locks, folder, upstream, workers, every=every_file)
        total = sum(len(lock.pins) + len(lock.faults) for lock in locks)
    return asyncio.run(_report(work(), total, form, fail_on))


async def _report(work: AsyncGenerator[Audited], total: int, form: Format, fail_on: AuditFailOn) -> int:
    from pratique.cli.progress import Progress
    from pratique.cli.render.audit import audit_renderer

    out, done = audit_renderer(form, sys.stdout), list[Audited]()
    with Progress(total, "auditing") as progress:
        async for one in work:
            done.append(one)
            with progress.step():
                out.write(one)
    out.finish(done)
    return status(done, fail_on)


def _locks(files: Sequence[Path]) -> list[Lock]:
    """Everything that is wrong with any of them is told before anything is asked of the index."""
    from pratique.locks import find_lock, read_lock

    if files:
        return [read_lock(path) for path in files]
    here = Path.cwd()
    found = find_lock(here)
    return [read_lock(found.relative_to(here) if found.is_relative_to(here) else found)]


async def _pins(
    locks: Sequence[Lock], data: Path, upstream: str | None, workers: int, *, every: bool
) -> AsyncGenerator[Audited]:
    from pratique.cli.auditing.pinned import audit_pins
    from pratique.wiring import auditor_in

    for fault in (fault for lock in locks for fault in lock.faults):
        place = f"{fault.path}:{fault.line}" if fault.line else fault.path
        yield Audited(target=place, path=fault.path, line=fault.line, error=fault.message)
    pins = {(pin.project, pin.version, pin.path): pin for lock in locks for pin in lock.pins}
    async with (
        auditor_in(data, upstream, workers=workers, cache=_CACHE) as auditor,
        aclosing(audit_pins(list(pins.values()), auditor, every=every)) as audited,
    ):
        async for one in audited:
            yield one


async def _environment(found: list[Found], data: Path, upstream: str | None, workers: int) -> AsyncGenerator[Audited]:
    from pratique.cli.auditing.environment import audit_environment
    from pratique.cli.pool import run
    from pratique.wiring import auditor_in

    async with (
        auditor_in(data, upstream, workers=workers, cache=_CACHE) as auditor,
        aclosing(audit_environment(found, auditor, partial(run, workers=workers))) as audited,
    ):
        async for one in audited:
            yield one
