"""``pratique diff``: what a release can do that its predecessor could not."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.outcome import Job, Outcome
from pratique.errors import BadSetting
from pratique.names import Kind
from pratique.verdict import Report

if TYPE_CHECKING:
    from pratique.cli.targets import Targets
    from pratique.history.compare import Changes
    from pratique.ports import IndexFile


_SOURCE = frozenset({".py", ".pyw"})
"""Of single files only these are compared: anything else was meant to be an archive."""


class DiffFormat(StrEnum):
    """How differences are written."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two distributions and what the later one can do that the earlier one could not."""

    old: Outcome
    new: Outcome
    changes: Changes

    @property
    def forms(self) -> bool:
        """Whether these are two forms of one release rather than two releases."""
        old, new = self.old.report.artifact.name, self.new.report.artifact.name
        return old.project == new.project and old.version == new.version and old.kind is not new.kind

    @property
    def failed(self) -> bool:
        """Whether one of them could not be read, so that nothing can be said."""
        return self.old.report.capabilities is None or self.new.report.capabilities is None


def diff(
    old: str,
    new: str,
    /,
    *,
    form: Annotated[DiffFormat, Parameter(name="--format")] = DiffFormat.TEXT,
    upstream: str | None = None,
) -> int:
    """Show what a release can do that its predecessor could not.

    Parameters
    ----------
    old
        The earlier distribution: a file, an unpacked tree, or a pinned release (name==version).
    new
        The later one. An sdist and a wheel of one release can be compared, too.
    form
        For a person, or an array of objects for a tool.
    upstream
        The index that pinned releases come from; by default the one that pip is configured with.

    """
    from pratique.cli.progress import Progress
    from pratique.cli.targets import read_targets

    both = [(target, read_targets([target])) for target in (old, new)]
    with ExitStack() as stack:
        stack.enter_context(Progress(doing="fetching and comparing"))
        sides = [_jobs(target, targets, upstream, stack) for target, targets in both]
        pairs = [_compared(pair) for pair in _paired(*sides)]
    if form is DiffFormat.JSON:
        from pratique.cli.render.diff_json import document

        sys.stdout.write(document(pairs, sys.stdout))
    else:
        from pratique.cli.render.diff_text import DiffText

        out = DiffText(sys.stdout)
        for pair in pairs:
            out.write(pair)
    if any(pair.failed for pair in pairs):
        return 2
    return int(any(pair.changes.chains for pair in pairs if not pair.forms) or any(_only_wheel(p) for p in pairs))


def _only_wheel(pair: Pair) -> bool:
    """A wheel that can do by itself what its sdist cannot was not built from it."""
    return pair.forms and pair.new.report.artifact.name.kind is Kind.WHEEL and bool(pair.changes.chains)


def _jobs(target: str, targets: Targets, upstream: str | None, stack: ExitStack) -> list[Job]:
    if not targets.releases:
        if len(targets.local) != 1:
            raise BadSetting(
                f"{target} holds {len(targets.local)} distributions.", remedy="Name the one that is to be compared."
            )
        return list(targets.local)
    from pratique.cli.fetch import fetched

    return stack.enter_context(fetched(targets.releases, upstream, choose=representative))


def representative(files: Sequence[IndexFile]) -> list[IndexFile]:
    """Of a release's files the sdist and the one wheel that runs on most machines."""
    wheels = sorted((f for f in files if f.filename.endswith(".whl")), key=lambda f: _usual(f.filename))
    sdists = [f for f in files if not f.filename.endswith((".whl", ".egg", ".exe", ".msi", ".rpm"))]
    return [*wheels[:1], *sdists[:1]]


def _usual(filename: str) -> tuple[bool, bool, str]:
    tags = filename.removesuffix(".whl").split("-")[2:]
    text = "-".join(tags)
    return not text.endswith("-none-any"), not ("manylinux" in text and "x86_64" in text), text


def _paired(old: Sequence[Job], new: Sequence[Job]) -> list[tuple[Job, Job]]:
    """Wheel with wheel, sdist with sdist; where there is but one of each, these two."""
    if len(old) == len(new) == 1:
        return [(old[0], new[0])]
    pairs = [(a, b) for b in new for a in old if (a.path.suffix == ".whl") == (b.path.suffix == ".whl")]
    return pairs or [(old[0], new[0])]


def _compared(jobs: tuple[Job, Job]) -> Pair:
    from pratique.capability import Capabilities
    from pratique.cli.pool import run
    from pratique.history.compare import compare

    named = [replace(job, target=f"{number}{job.target}") for number, job in enumerate(jobs)]  # they may be the same
    found = {outcome.target[0]: outcome for outcome in run(named, workers=min(2, os.cpu_count() or 1), engine=read_job)}
    old, new = (replace(found[number], target=found[number].target[1:]) for number in "01")
    before, after = old.report.capabilities, new.report.capabilities
    changes = compare(before or Capabilities(), after or Capabilities())
    return Pair(old=old, new=new, changes=changes)


def read_job(job: Job) -> Report:
    """Screen one artifact with everything that could act parsed, and its files listed; in a worker process."""
    from pratique.facts.selection import mentioning
    from pratique.history.contents import with_files
    from pratique.history.reading import capabilities
    from pratique.jobs.settings import limits_from
    from pratique.jobs.watch import CpuWatch
    from pratique.screen import opened_file, opened_lone, opened_tree, screen

    limits = limits_from(os.environ)
    watch = CpuWatch(limits.worker.file_seconds)
    if job.lone and job.path.suffix in _SOURCE:
        artifact, unpacked = opened_lone(job.path, limits=limits.screen)
    elif job.tree:
        artifact, unpacked = opened_tree(job.path, limits=limits.screen)
    else:
        artifact, unpacked = opened_file(job.path, filename=job.filename, limits=limits.screen)
    report = screen(artifact, unpacked, limits=limits.screen.read, watch=watch, choose=mentioning, takes=capabilities)
    if report.capabilities is None:
        return report
    return replace(report, capabilities=with_files(report.capabilities, unpacked.members, artifact.name.kind))
