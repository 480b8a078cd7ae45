"""The release before a pinned one, read to compare with: what is new is a signal, as it is in the gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pratique.cli.outcome import Job, Outcome
from pratique.cli.targets import Release
from pratique.errors import PratiqueError
from pratique.policy import Signal
from pratique.verdict import Report, Verdict

if TYPE_CHECKING:
    from pratique.cli.around import Around

Run = Callable[[Iterable[Job]], Iterable[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The release before one, as far as it could be read."""

    told: str
    """What the release is compared with, or why with nothing."""
    reports: tuple[Report, ...] = ()

    def news(self, report: Report) -> tuple[Signal, ...]:
        """What a file of the release can do by itself that the release before it could not."""
        from pratique.history.signals import news

        found = news([*self.reports, report])
        return found.get((report.artifact.name.filename, report.artifact.sha256), ())


def before(known: Sequence[Around], url: str | None, run: Run) -> tuple[Around, ...]:
    """Each with the release before it; what fails is told, and never ends the run."""
    return tuple(replace(one, before=_read(one, url, run)) for one in known)


def _read(one: Around, url: str | None, run: Run) -> Before:
    from pratique.cli.diff import representative
    from pratique.cli.fetch import fetched

    if one.standing is None:
        return Before(told="not compared: its page could not be had")
    version = one.predecessor
    if not version:
        return Before(told="nothing to compare with: no earlier release of this major version")
    release = Release(target=version, project=one.release.project, version=version)
    try:
        with fetched([release], url, choose=representative) as jobs:
            reports = tuple(outcome.report for outcome in run(jobs))
    except PratiqueError as error:
        return Before(told=f"not compared with {version}: {error}")
    if not any(report.verdict is Verdict.CLEAN for report in reports):
        return Before(told=f"not compared with {version}, which is not clean itself")
    return Before(told=f"compared with {version}", reports=reports)
