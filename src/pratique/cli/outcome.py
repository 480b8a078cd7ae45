"""What the command line screens and what comes of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from pratique.artifact import Artifact
from pratique.names import DistributionName, Kind, ProjectName, Sha256
from pratique.policy import Action, Policy, Signal, by_signals
from pratique.verdict import Report, Verdict, weigh

_CHUNK = 1 << 20
_UNPUBLISHED = re.compile(r"[^A-Za-z0-9._+!-]|^[^A-Za-z0-9_]")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One artifact to screen: an archive, with ``tree`` an unpacked distribution, with ``lone`` one file of source."""

    target: str
    """As the person who asked will recognise it."""
    path: Path
    tree: bool = False
    lone: bool = False
    listed: tuple[tuple[str, str], ...] = ()
    """Of something installed in ``path``: its files by their paths in a wheel, and where each lies."""
    name: DistributionName | None = None
    """What is installed, where that is what ``listed`` says."""
    error: str = ""
    """Why there is nothing to screen (a download that failed): it becomes the report's error."""

    @property
    def filename(self) -> str:
        """The distribution's file name, or the folder's, with what no published name may hold as ``_``."""
        return _UNPUBLISHED.sub("_", self.path.name)[:_LONGEST_NAME] or "_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A job's report."""

    target: str
    report: Report
    tree: bool = False
    """What was screened is a folder: its members can be opened where they lie."""
    lone: bool = False
    """What was screened is one file of source: it is its own only member."""
    signals: tuple[Signal, ...] = ()
    """What is known of it besides its bytes."""

    @property
    def verdict(self) -> Verdict:
        """The report's, or worse where a signal alone has a file held or blocked."""
        worst = by_signals(Policy(), self.signals).action
        told = {Action.ALLOW: Verdict.CLEAN, Action.QUARANTINE: Verdict.SUSPICIOUS, Action.BLOCK: Verdict.MALICIOUS}
        order = list(Verdict)
        return max(self.report.verdict, told[worst], key=order.index)


class FailOn(StrEnum):
    """The mildest verdict that makes the exit status 1."""

    SUSPICIOUS = "suspicious"
    MALICIOUS = "malicious"


def exit_status(verdicts: Iterable[Verdict], fail_on: FailOn) -> int:
    """0: nothing at or above ``fail_on``; 1: something was; 2: something could not be inspected."""
    seen = frozenset(verdicts)
    if Verdict.ERROR in seen:
        return 2
    failing = {Verdict.MALICIOUS} if fail_on is FailOn.MALICIOUS else {Verdict.MALICIOUS, Verdict.SUSPICIOUS}
    return int(bool(seen & failing))


def failed(job: Job, why: str, *, elapsed_ms: float = 0.0) -> Report:
    """A report that says that ``job`` could not be inspected; digest and size where they can be told."""
    sha256, size = _digest(job.path)
    name = DistributionName(filename=job.filename, project=ProjectName("unknown"), version="", kind=Kind.OTHER)
    artifact = Artifact(name=name, sha256=Sha256(sha256), size=size)
    return Report(artifact=artifact, verdict=Verdict.ERROR, score=0.0, findings=(), error=why, elapsed_ms=elapsed_ms)


def narrowed(report: Report, rules: frozenset[str]) -> Report:
    """The report as it would be if only ``rules`` existed; what kept it from being read stays said."""
    if not rules:
        return report
    kept = tuple(f for f in report.findings if f.rule in rules or f.incomplete)
    judgement = weigh(kept)
    verdict = judgement.verdict
    if report.error and verdict is not Verdict.MALICIOUS:
        verdict = Verdict.ERROR
    return replace(report, findings=kept, verdict=verdict, score=judgement.score)


def _digest(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file, or of nothing where it cannot be read."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return "", 0
    return digest.hexdigest(), size
