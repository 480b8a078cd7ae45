"""Screen mutated real distributions in confined workers, and count what crashes, hangs or takes too much memory.

python bench/mutations.py FOLDER [--count 10000] [--seed 1] [--largest 200000] [--jobs 1] [--seconds 60] [--minutes N]

A mutant is made again with --only FILE:SEED, which prints its report.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mutants import mutant
from table import percentile, table

_LIMITS = frozenset({"depth-limit", "memory-limit", "time-limit"})
_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one mutant."""

    name: str
    verdict: str = ""
    error: str = ""
    """The engine's own failure: what must never happen."""
    reached: bool = False
    """A member that was changed came out of the archive as it was put in, so the readers of facts had it."""
    limits: tuple[str, ...] = ()
    seconds: float = 0.0
    memory: int = 0
    """Most that this worker has held so far, in bytes."""


def main() -> int:
    """Print each failure as it comes, then a table; status 1 where there was one."""
    arguments = _arguments()
    if arguments.only:
        path, _, seed = arguments.only.rpartition(":")
        print(_screened(Path(path), int(seed)))
        return 0
    files = sorted(p for p in arguments.folder.iterdir() if p.is_file() and p.stat().st_size <= arguments.largest)
    if not files:
        print("no distributions there", file=sys.stderr)
        return 2
    results = []
    for result in _run(files, arguments):
        results.append(result)
        if result.error or result.limits:
            print(f"{result.name}: {result.error or ', '.join(result.limits)}", flush=True)
        if len(results) % _BATCH == 0:
            print(f"{len(results):,} mutants, {sum(r.reached for r in results):,} of them read", file=sys.stderr)
    _summary(results)
    return int(any(r.error for r in results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="a folder of honest distributions")
    parser.add_argument("--count", type=int, default=10_000, help="mutants in all")
    parser.add_argument("--seed", type=int, default=1, help="the first mutant's number")
    parser.add_argument("--largest", type=int, default=200_000, help="only distributions of at most so many bytes")
    parser.add_argument("--jobs", type=int, default=1, help="worker processes")
    parser.add_argument(
        "--seconds", type=float, default=60, help="of CPU time for one mutant, ten times that by the clock"
    )
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no further mutants after that")
    parser.add_argument("--only", default="", help="FILE:SEED, one mutant in this process")
    return parser.parse_args()


def _run(files: list[Path], arguments: argparse.Namespace) -> Iterator[Result]:
    import multiprocessing

    from pebble import ProcessPool

    from pratique.jobs.worker import Limits, confine

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pratique.screen", "mutants"])
    limits = Limits(seconds=arguments.seconds)
    numbers = iter(range(arguments.seed, arguments.seed + arguments.count))
    end = time.monotonic() + 60 * arguments.minutes
    with ProcessPool(
        max_workers=arguments.jobs, max_tasks=200, initializer=confine, initargs=(limits,), context=context
    ) as pool:
        while time.monotonic() < end and (batch := list(islice(numbers, _BATCH))):
            tasks: dict[Future[Result], str] = {}
            for seed in batch:
                file = files[seed % len(files)]
                task: Future[Result] = pool.schedule(
                    _bounded, args=(file, seed, arguments.seconds), timeout=10 * arguments.seconds
                )
                tasks[task] = f"{file.name}:{seed}"
            for task in as_completed(tasks):
                yield _result(task, tasks[task])


def _result(task: Future[Result], name: str) -> Result:
    try:
        return task.result()
    except TimeoutError:
        return Result(name=name, error="hangs")
    except Exception as error:  # noqa: BLE001 - whatever ends a worker is what is looked for
        return Result(name=name, error=f"{type(error).__name__}: {error}")


def _bounded(path: Path, seed: int, seconds: float) -> Result:
    """Screen one mutant; the kernel ends this process where it takes more CPU time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 1, hard))
    return _screened(path, seed)


def _screened(path: Path, seed: int) -> Result:
    from pratique.artifact import Artifact
    from pratique.errors import BadArchive
    from pratique.jobs.watch import CpuWatch
    from pratique.jobs.worker import Limits
    from pratique.names import Sha256, distribution_name
    from pratique.screen import screen
    from pratique.unpack import unpack

    name = f"{path.name}:{seed}"
    made = mutant(path.read_bytes(), seed)
    artifact = Artifact(name=distribution_name(path.name), sha256=Sha256("0" * 64), size=len(made.data))
    watch = CpuWatch(Limits().file_seconds)
    start = time.perf_counter()
    try:
        unpacked = unpack(io.BytesIO(made.data), name=artifact.name)
    except BadArchive:
        return Result(name=name, verdict="refused", seconds=time.perf_counter() - start, memory=_memory())
    report = screen(artifact, unpacked, watch=watch)
    wanted = {hashlib.sha256(content).hexdigest() for content in made.changed}
    return Result(
        name=name,
        verdict=report.verdict.value,
        error=report.error,
        reached=any(m.sha256 in wanted and m.whole for m in unpacked.members),
        limits=tuple(sorted({f.rule for f in report.findings} & _LIMITS)),
        seconds=time.perf_counter() - start,
        memory=_memory(),
    )


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _summary(results: list[Result]) -> None:
    verdicts = Counter(r.verdict or "none" for r in results)
    seconds = [r.seconds for r in results]
    rows = [
        ("mutants", f"{len(results):,}"),
        ("reached the facts", f"{sum(r.reached for r in results):,}"),
        ("crashes and hangs", f"{sum(bool(r.error) for r in results):,}"),
        ("given up within a limit", f"{sum(bool(r.limits) for r in results):,}"),
        *((f"verdict {verdict}", f"{count:,}") for verdict, count in sorted(verdicts.items())),
        ("slowest, s", f"{max(seconds):.1f}"),
        ("p50, p99 ms", f"{percentile(seconds, 0.5) * 1000:.0f}, {percentile(seconds, 0.99) * 1000:.0f}"),
        ("most memory, MiB", f"{max(r.memory for r in results) >> 20:,}"),
    ]
    print(table(("", ""), rows))


if __name__ == "__main__":
    sys.exit(main())
