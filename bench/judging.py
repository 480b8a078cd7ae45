"""Judges corpora in killable worker processes; nothing of a sample ever leaves memory."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus import Corpus

if TYPE_CHECKING:
    from pratique.verdict import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the engine says of one sample."""

    file: str
    verdict: str
    score: float = 0.0
    rules: tuple[str, ...] = ()
    why: str = ""
    """The worst finding in one line, or the error."""
    seconds: float = 0.0
    cluster: str = ""

    @property
    def frozen(self) -> bool:
        """Whether its cluster belongs to the third that nobody learns from (split by the cluster's hash)."""
        return hashlib.sha256((self.cluster or self.file).encode()).digest()[0] % 3 == 0


def judge(corpus: Corpus, names: Sequence[str], *, jobs: int, seconds: float) -> Iterator[Judged]:
    """Judge samples in ``jobs`` processes, each given ``seconds``; yields them as they are done."""
    import multiprocessing

    from pebble import ProcessPool

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pratique.screen"])
    with ProcessPool(max_workers=jobs, max_tasks=200, context=context) as pool:
        tasks: dict[Future[Judged], str] = {
            pool.schedule(_judge, args=(corpus, name), timeout=seconds): name for name in names
        }
        for task in as_completed(tasks):
            yield _result(task, tasks[task], seconds)


def _judge(corpus: Corpus, name: str) -> Judged:
    from pratique.errors import PratiqueError
    from pratique.screen import screen_bytes

    data = corpus.read(name)
    start = time.perf_counter()
    try:
        judged = _from_report(name, screen_bytes(data, filename=corpus.filename(name)))
    except PratiqueError as error:
        judged = Judged(file=name, verdict="error", why=str(error))
    return replace(judged, seconds=time.perf_counter() - start)


def _from_report(name: str, report: Report) -> Judged:
    from pratique.policy import rank

    worst = max(report.findings, key=rank, default=None)
    why = report.error or (f"{worst.rule} {worst.path}:{worst.line}: {worst.message}" if worst else "")
    rules = tuple(sorted({f.rule for f in report.findings}))
    return Judged(file=name, verdict=report.verdict.value, score=report.score, rules=rules, why=why)


def _result(task: Future[Judged], name: str, seconds: float) -> Judged:
    try:
        return task.result()
    except TimeoutError:
        return Judged(file=name, verdict="error", why=f"gave up after {seconds:g} s", seconds=seconds)
    except Exception as error:  # noqa: BLE001 - a crash counts as a miss and is listed
        return Judged(file=name, verdict="error", why=f"{type(error).__name__}: {error}")
