"""Pinned releases: each file that an installer here would take, or every one, put before the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from pratique.cli.auditing.model import GONE, HASH, Audited, Concern, concerns_of
from pratique.cli.likeness import meant_instead
from pratique.cli.outcome import Outcome
from pratique.errors import NotFound, PratiqueError
from pratique.locks import Pin, differences, permitted
from pratique.verdict import Verdict

if TYPE_CHECKING:
    from packaging.tags import Tag

    from pratique.gateway.auditing import Auditor
    from pratique.ports import IndexFile

_AT_ONCE = 12
"""Releases that are fetched and inspected side by side; processors are shared by the inspector."""


async def audit_pins(pins: Sequence[Pin], auditor: Auditor, *, every: bool) -> AsyncGenerator[Audited]:
    """In the order of the pins, each as soon as it and those before it are done."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(pin: Pin) -> Audited:
        async with room:
            return await _audit(pin, auditor, every=every)

    tasks = [asyncio.create_task(one(pin)) for pin in pins]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _audit(pin: Pin, auditor: Auditor, *, every: bool) -> Audited:
    target = f"{pin.project}=={pin.version}"
    try:
        files = await auditor.files(pin.project, pin.version)
    except NotFound as error:
        return Audited(target=target, path=pin.path, line=pin.line, error=f"{error}{meant_instead(pin.project)}")
    except PratiqueError as error:
        return Audited(target=target, path=pin.path, line=pin.line, error=str(error))
    if not files:
        message = "The index has no such release (any more). Check its name and version."
        return Audited(target=target, path=pin.path, line=pin.line, error=message)
    listed = {file.filename: file.sha256 for file in files}
    found = [_difference(one.reason, exchanged=one.exchanged) for one in differences(pin, listed)]
    may = permitted(pin, listed, listed)
    chosen = chosen_files([file for file in files if file.filename in may] or list(files), every=every)
    outcomes, errors = [], []
    for file in chosen:
        try:
            examined = await auditor.examine(pin.project, file)
        except PratiqueError as error:
            errors.append(f"{file.filename}: {error}")
            continue
        digest = examined.report.artifact.sha256
        if file.sha256 is None and pin.hashes and digest not in pin.hashes:
            found.append(_difference(f"{file.filename} has sha256 {digest}, which is not locked", exchanged=True))
        outcomes.append(Outcome(target=file.filename, report=examined.report, signals=examined.signals))
    signals = [signal for outcome in outcomes for signal in outcome.signals]
    return Audited(
        target=target,
        path=pin.path,
        line=pin.line,
        outcomes=tuple(outcomes),
        of=len(files),
        concerns=(*found, *concerns_of(signals)),
        error="; ".join(errors),
    )


def _difference(reason: str, *, exchanged: bool) -> Concern:
    verdict = Verdict.SUSPICIOUS if exchanged else Verdict.CLEAN
    return Concern(kind=HASH if exchanged else GONE, reason=reason, verdict=verdict)


def chosen_files(files: Sequence[IndexFile], *, every: bool) -> list[IndexFile]:
    """The wheel that fits this machine best, else the sdist, else the first; or every one of them."""
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    if every or len(files) < 2:
        return list(files)
    order = _tags()

    def fits(file: IndexFile) -> int:
        try:
            tags = parse_wheel_filename(file.filename)[3]
        except InvalidWheelFilename:
            source = file.filename.endswith((".tar.gz", ".zip"))
            return len(order) if source else len(order) + 1
        return min((order[tag] for tag in tags if tag in order), default=len(order) + 2)

    return [min(files, key=fits)]


@cache
def _tags() -> Mapping[Tag, int]:
    """What fits this machine, the best first."""
    from packaging.tags import sys_tags

    return {tag: number for number, tag in enumerate(sys_tags())}
