"""``pratique screen``: read distributions, never run them, and say what they would do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.outcome import FailOn, Job, Outcome, exit_status, narrowed
from pratique.cli.progress import Progress
from pratique.cli.render.renderer import Format
from pratique.cli.say import note
from pratique.errors import BadSetting

if TYPE_CHECKING:
    from pratique.cli.around import Around
    from pratique.cli.targets import Release


def screen(  # noqa: PLR0913  (each is an option)
    target: list[str],
    /,
    *,
    form: Annotated[Format, Parameter(name="--format")] = Format.TEXT,
    jobs: int = 0,
    fail_on: FailOn = FailOn.SUSPICIOUS,
    rules: str | None = None,
    upstream: str | None = None,
    data: Path = Path("pratique-data"),
    alone: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Say what a distribution would do, without running it.

    Exit status: 0 nothing at or above --fail-on; 1 something was; 2 something could not be inspected, or bad usage.

    Parameters
    ----------
    target
        Sdists and wheels, folders of them, unpacked trees, or pinned releases (name==version) to be fetched.
    form
        For a person; for tools: an array at the end, an object a line as each is done, SARIF 2.1.0.
    jobs
        Worker processes; 0 is one per processor.
    fail_on
        The mildest verdict that makes the exit status 1.
    rules
        Judge by these rules alone: names separated by commas, as `pratique rules` lists them.
    upstream
        The index that pinned releases come from; by default the one that pip is configured with.
    data
        A server's data folder: names are compared with the popular projects on the list that is kept there, and
        advisories kept there are shown for pinned releases.
    alone
        Do not fetch the release before a pinned one to compare with: half the work, and no word on what is new.

    """
    from pratique.cli.targets import read_targets

    wanted = _rules(rules)
    if jobs < 0:
        raise BadSetting(f"--jobs {jobs} is not a number of processes.", remedy="Give 1 or more, or 0 for all.")
    targets = read_targets(target)
    if targets.ignored:
        first = f"{len(targets.ignored)} source files lie beside the archives and are not screened"
        note(f"{first} (the first: {targets.ignored[0]}); name them, or a folder without archives, to include them")
    with ExitStack() as stack:
        progress = stack.enter_context(Progress())
        run = _screener(jobs or os.cpu_count() or 1, data)
        work = list(targets.local)
        known: tuple[Around, ...] = ()
        if targets.releases:
            progress.now(f"fetching {targets.releases[0].target}")
            files, known = _fetched(targets.releases, upstream, data, stack)
            work += files
        if known and not alone:
            from pratique.cli.before import before

            progress.now("comparing with the release before")
            known = before(known, upstream, run)
        progress.now("screening", len(work))
        results = (replace(one, report=narrowed(one.report, wanted)) for one in run(work))
        return _report(results, progress, form, fail_on, known)


def _fetched(
    releases: Sequence[Release], upstream: str | None, data: Path, stack: ExitStack
) -> tuple[list[Job], tuple[Around, ...]]:
    """Files and surroundings of releases, side by side; the files are there until the stack is left."""
    from concurrent.futures import ThreadPoolExecutor

    from pratique.cli.around import around
    from pratique.cli.fetch import fetched

    with ThreadPoolExecutor(1) as aside:
        known = aside.submit(around, releases, upstream, data)
        files = stack.enter_context(fetched(releases, upstream))
        return files, known.result()


def _report(
    results: Iterable[Outcome], progress: Progress, form: Format, fail_on: FailOn, known: Sequence[Around]
) -> int:
    from pratique.cli.render.renderer import renderer

    out = renderer(form, sys.stdout)
    of = {filename: one for one in known for filename in one.signals}
    outcomes: list[Outcome] = []
    for found in results:
        around = of.get(found.target)
        outcome = replace(found, signals=around.of(found.report) if around else ())
        outcomes.append(outcome)
        with progress.step():
            out.write(outcome)
    progress.now("done")
    if form is Format.TEXT and known:
        from pratique.cli.render.around_text import AroundText

        for one in known:
            AroundText(sys.stdout).write(one, [o for o in outcomes if of.get(o.target) is one])
    out.finish(outcomes)
    return exit_status((o.verdict for o in outcomes), fail_on)


def _screener(workers: int, data: Path) -> Callable[[Iterable[Job]], Iterator[Outcome]]:
    """What screens with so many processes, by the popular projects of a data folder."""
    from pratique.cli.pool import run, screen_job, warm_up
    from pratique.wiring.names import popular_in

    warm_up()
    names = popular_in(data)
    engine = partial(screen_job, popular=names.popular) if names.listing else screen_job
    return partial(run, workers=workers, engine=engine)


def _rules(text: str | None) -> frozenset[str]:
    """Check the rules that were asked for against those that exist; none means all."""
    if text is None:
        return frozenset()
    wanted = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not wanted:
        raise BadSetting("--rules names no rule.", remedy="`pratique rules` lists them; without --rules all are used.")
    from pratique.cli.rules import known

    return frozenset(known(rule).id for rule in wanted)
