"""What screening costs beside other static screeners, in processor time, and which of them gives alarm.

python bench/beside.py FOLDER [--guarddog PROGRAM] [--hexora PROGRAM] [--limit N] [--largest BYTES]
                       [--malicious ZIP --password infected]

The engine is measured as a library, after it was loaded; others with and without what a run takes that screens nothing.
They read from disk: a distribution is written to a temporary folder, which is removed before the next one. Nothing of
it is ever run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import Corpus
from others import GuardDog, Hexora, Other, Seen
from table import percentile, table

from pratique.errors import PratiqueError
from pratique.screen import screen_bytes
from pratique.verdict import Verdict

_LEAST = 0.001
"""Seconds below which nothing is measured."""
_STARTS = 3
"""Runs over which a start is averaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One artifact, by the engine and by each of the others."""

    ours: Seen
    theirs: tuple[Seen, ...]


def main() -> int:
    """Print what each costs, and how often it gave alarm; 2 where there was nothing to compare."""
    arguments = _arguments()
    others: list[Other] = [GuardDog(program=arguments.guarddog)] if arguments.guarddog else []
    others += [Hexora(program=arguments.hexora)] if arguments.hexora else []
    good = list(_judged(Corpus(source=arguments.folder), others, arguments))
    if not (good and others):
        print("nothing to compare: give a folder of distributions, and --guarddog, --hexora or both", file=sys.stderr)
        return 2
    _print_costs(good, others)
    bad = Corpus(source=arguments.malicious, password=arguments.password) if arguments.malicious else None
    _print_alarms(good, list(_judged(bad, others, arguments)) if bad else [], others)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="honest distributions")
    parser.add_argument("--guarddog", type=Path, help="the program, in an environment of its own")
    parser.add_argument("--hexora", type=Path, help="the program, in an environment of its own")
    parser.add_argument("--malicious", type=Path, help="a zip (AES) of malicious distributions, for alarms alone")
    parser.add_argument("--password", default="infected", help="of the zip (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=30, help="at most so many of each, evenly spread")
    parser.add_argument("--largest", type=int, default=1_500_000, help="bytes of the largest file that is taken")
    return parser.parse_args()


def _judged(corpus: Corpus, others: Sequence[Other], arguments: argparse.Namespace) -> Iterator[Judged]:
    names = corpus.names()
    if corpus.source.is_dir():
        names = [name for name in names if (corpus.source / name).stat().st_size <= arguments.largest]
    names = names[:: max(1, len(names) // arguments.limit)][: arguments.limit]
    for name in names[:1]:  # loads what is loaded once
        _ours(corpus.read(name), corpus.filename(name))
    for name in names:
        data, filename = corpus.read(name), corpus.filename(name)
        yield Judged(ours=_ours(data, filename), theirs=tuple(other.screen(data, filename) for other in others))


def _ours(data: bytes, filename: str) -> Seen:
    started = time.process_time()
    try:
        verdict = screen_bytes(data, filename=filename).verdict
    except PratiqueError:
        verdict = Verdict.ERROR
    alarm = None if verdict is Verdict.ERROR else verdict is not Verdict.CLEAN
    return Seen(seconds=time.process_time() - started, alarm=alarm)


def _print_costs(judged: Sequence[Judged], others: Sequence[Other]) -> None:
    ours = [one.ours.seconds for one in judged]
    rows: list[Sequence[str]] = [("pratique", f"{sum(ours):.1f}", "", "", "", "", "", "", "")]
    for index, other in enumerate(others):
        start = sum(other.start() for _ in range(_STARTS)) / _STARTS
        theirs = [one.theirs[index].seconds for one in judged]
        net = [max(_LEAST, seconds - start) for seconds in theirs]
        rows.append((other.name, f"{sum(theirs):.1f}", f"{start:.2f}", *_ratios(theirs, ours), *_ratios(net, ours)))
    print(f"{len(judged)} artifacts; CPU seconds, and how many times ours, with the start of each run and without\n")
    print(table(("", "seconds", "start", "p50", "p95", "total", "p50", "p95", "total"), rows))


def _ratios(theirs: Sequence[float], ours: Sequence[float]) -> tuple[str, str, str]:
    each = [a / max(_LEAST, b) for a, b in zip(theirs, ours, strict=True)]
    return f"{percentile(each, 0.5):.1f}", f"{percentile(each, 0.95):.1f}", f"{sum(theirs) / sum(ours):.1f}"


def _print_alarms(good: Sequence[Judged], bad: Sequence[Judged], others: Sequence[Other]) -> None:
    rows: list[Sequence[str]] = [
        ("pratique", *_alarms([one.ours for one in good]), *_alarms([one.ours for one in bad]))
    ]
    for index, other in enumerate(others):
        seen = ([one.theirs[index] for one in group] for group in (good, bad))
        rows.append((other.name, *(cell for group in seen for cell in _alarms(group))))
    print(f"\nalarms on {len(good)} honest and {len(bad)} malicious artifacts\n")
    print(table(("", "honest", "no end", "malicious", "no end"), rows))


def _alarms(seen: Sequence[Seen]) -> tuple[str, str]:
    return str(sum(one.alarm is True for one in seen)), str(sum(one.alarm is None for one in seen))


if __name__ == "__main__":
    raise SystemExit(main())
