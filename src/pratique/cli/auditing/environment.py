"""An installed environment: each distribution's files as they lie there, and those that belong to none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli.auditing.model import (
    CHANGED,
    EDITABLE,
    GONE,
    MISSING,
    RECORDS,
    STARTUP,
    UNASKED,
    UNOWNED,
    Audited,
    Concern,
    concerns_of,
)
from pratique.cli.outcome import Job, Outcome
from pratique.environment import Installed, Loose, installed, loose_files, site_packages
from pratique.errors import NotFound, PratiqueError
from pratique.names import DistributionName, Kind, ProjectName
from pratique.verdict import Verdict

if TYPE_CHECKING:
    from pratique.gateway.auditing import Auditor
    from pratique.policy import Signal

_NAMED = 5
_AT_ONCE = 12
"""Pages that are asked for side by side."""
_HEADER = 16
"""Bytes before the code of a ``.pyc`` (PEP 552)."""
_LOOSE = "files of no distribution"
_SCRIPTS = ("bin/", "Scripts/")

Run = Callable[[Iterable[Job]], Iterator[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something in an environment, ready to be screened."""

    audited: Audited
    job: Job
    project: ProjectName | None = None
    version: str = ""


def look(environment: Path) -> list[Found]:
    """Everything that lies in an environment; raises `BadSetting` where it is none."""
    found = []
    for site in site_packages(environment):
        here = list(installed(site))
        found += [_distribution(site, one) for one in here]
        loose = loose_files(site, (path for one in here for path in one.files))
        if loose.startup or loose.others:
            found.append(_loose(site, loose))
    return found


async def audit_environment(found: Sequence[Found], auditor: Auditor, run: Run) -> AsyncGenerator[Audited]:
    """Each as soon as its files are screened; first the index is asked what it says of all of them."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def known(one: Found) -> _Known:
        async with room:
            return await _known(one, auditor)

    beside = await asyncio.gather(*(known(one) for one in found))
    by_target = {one.job.target: (one.audited, more) for one, more in zip(found, beside, strict=True)}
    for outcome in run(one.job for one in found):
        audited, more = by_target[outcome.target]
        concerns = (*audited.concerns, *concerns_of(more.signals), *more.concerns)
        yield replace(audited, outcomes=(replace(outcome, signals=more.signals),), concerns=concerns)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of an installed release besides its bytes."""

    signals: tuple[Signal, ...] = ()
    concerns: tuple[Concern, ...] = ()


async def _known(one: Found, auditor: Auditor) -> _Known:
    """By the index where it answers, and by what is kept here."""
    if one.project is None:
        return _Known()
    file, concerns = None, tuple[Concern, ...]()
    try:
        file = next(iter(await auditor.files(one.project, one.version)), None)
        if file is None:
            concerns = (Concern(kind=GONE, reason="the index has no such release"),)
    except NotFound:
        concerns = (Concern(kind=GONE, reason="the index has no such project"),)
    except PratiqueError as error:
        concerns = (Concern(kind=UNASKED, reason=f"the index could not be asked: {error}"),)
    name = file.filename if file else f"{one.project}-{one.version}.tar.gz"
    return _Known(signals=await auditor.signals(one.project, name, file=file), concerns=concerns)


def _distribution(site: Path, one: Installed) -> Found:
    name = DistributionName(
        filename=f"{one.project}-{one.version}", project=one.project, version=one.version, kind=Kind.WHEEL
    )
    target = f"{one.project}=={one.version}"
    job = Job(target=f"{site}/{one.folder}", path=site, listed=tuple(_listed(site, one)), name=name)
    path = str(site / one.folder)
    audited = Audited(target=target, path=path, of=len(one.files), concerns=tuple(_concerns(one)))
    return Found(audited=audited, job=job, project=one.project, version=one.version)


def _listed(site: Path, one: Installed) -> Iterator[tuple[str, str]]:
    """Its files without compiled copies that Python compares with their source; scripts as a wheel has them."""
    own = set(one.files)
    for path in one.files:
        if "__pycache__/" in path and _source(path) in own and not _unchecked(site / path):
            continue
        if path.startswith("../"):
            inside = path.rpartition("../")[2]
            scheme = "scripts" if inside.startswith(_SCRIPTS) else "data"
            yield f"{one.project}-{one.version}.data/{scheme}/{inside.partition('/')[2] or inside}", path
        else:
            yield path, path


def _unchecked(path: Path) -> bool:
    """Whether a compiled copy runs whatever its source says (PEP 552)."""
    from pratique.facts.serialized import unchecked

    try:
        with path.open("rb") as file:
            return unchecked(file.read(_HEADER))
    except OSError:
        return False


def _source(path: str) -> str:
    folder, _, name = path.rpartition("__pycache__/")
    return f"{folder}{name.split('.')[0]}.py"


def _concerns(one: Installed) -> Iterator[Concern]:
    if one.changed:
        told = f"not as RECORD says: {_some(one.changed)}"
        yield Concern(kind=CHANGED, reason=told, verdict=Verdict.SUSPICIOUS)
    if one.missing:
        yield Concern(kind=MISSING, reason=f"in RECORD but not there: {_some(one.missing)}")
    if one.editable:
        yield Concern(kind=EDITABLE, reason="its code lies in a working folder, which is not looked at here")
    if one.unproven:
        yield Concern(kind=RECORDS, reason=one.unproven)
    for fault in one.faults:
        yield Concern(kind=RECORDS, reason=fault, verdict=Verdict.ERROR)


def _loose(site: Path, loose: Loose) -> Found:
    concerns = [Concern(kind=STARTUP, reason=f"{path} takes part whenever Python starts") for path in loose.startup]
    if loose.others:
        concerns.append(Concern(kind=UNOWNED, reason=_some(loose.others)))
    paths = (*loose.startup, *loose.others)
    name = DistributionName(filename="unowned", project=ProjectName("unknown"), version="", kind=Kind.WHEEL)
    job = Job(target=f"{site}/", path=site, listed=tuple((path, path) for path in paths), name=name)
    return Found(audited=Audited(target=_LOOSE, path=str(site), of=len(paths), concerns=tuple(concerns)), job=job)


def _some(paths: Iterable[str]) -> str:
    found = list(paths)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return f"{', '.join(found[:_NAMED])}{more}"
