"""How long screening takes beside the floor: one core, in this process, one artifact after the other.

python bench/speed.py DISTRIBUTION_OR_FOLDER... [--password PASSWORD] [--limit N]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus import Corpus
from floor import floor
from table import percentile, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One artifact: seconds to screen, seconds of the floor, bytes compressed and inside."""

    name: str
    screen: float
    floor: float
    packed: int
    inside: int
    verdict: str

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return self.screen / self.floor if self.floor else 0.0


def main() -> int:
    """Print a row per artifact, then percentiles and totals."""
    arguments = _arguments()
    timings = list(_measure([Corpus(source=s, password=arguments.password) for s in arguments.source], arguments.limit))
    if not timings:
        print("no distributions there", file=sys.stderr)
        return 2
    print(table(("artifact", "ms", "floor ms", "ratio", "MB/s", "verdict"), map(_row, timings)))
    print()
    print(table(("", "p50", "p95", "p99"), _percentiles(timings)))
    screen, base = sum(t.screen for t in timings), sum(t.floor for t in timings)
    inside = sum(t.inside for t in timings) / 1e6
    print(
        f"\n{len(timings)} artifacts, {inside:,.1f} MB inside: {screen:.2f} s to screen, floor {base:.2f} s, "
        f"ratio {screen / base:.1f}, {inside / screen:.1f} MB/s"
    )
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="+", type=Path, help="a distribution, a folder of them, or an AES zip")
    parser.add_argument("--password", default="", help="the sources are zips with this password")
    parser.add_argument("--limit", type=int, default=None, help="at most so many artifacts of each source")
    return parser.parse_args()


def _measure(corpora: list[Corpus], limit: int | None) -> Iterator[Timing]:
    warm = False
    for corpus in corpora:
        for name in corpus.names()[:limit]:
            if not warm:
                _timing(corpus, name)
                warm = True
            yield _timing(corpus, name)


def _timing(corpus: Corpus, name: str) -> Timing:
    from pratique.errors import PratiqueError
    from pratique.screen import screen_bytes

    data, filename = corpus.read(name), corpus.filename(name)
    start = time.perf_counter()
    try:
        verdict = screen_bytes(data, filename=filename).verdict.value
    except PratiqueError:
        verdict = "error"
    screened = time.perf_counter()
    inside = _floor(data)
    return Timing(
        name=filename,
        screen=screened - start,
        floor=time.perf_counter() - screened,
        packed=len(data),
        inside=inside,
        verdict=verdict,
    )


def _floor(data: bytes) -> int:
    """Bytes inside; of a broken archive, as far as the standard library reads it."""
    try:
        return floor(data)
    except Exception:  # noqa: BLE001 - a hostile archive may fail in any way, and is timed as far as it went
        return 0


def _row(timing: Timing) -> tuple[str, ...]:
    speed = timing.inside / 1e6 / timing.screen
    return (
        timing.name,
        f"{timing.screen * 1000:.1f}",
        f"{timing.floor * 1000:.1f}",
        f"{timing.ratio:.1f}",
        f"{speed:.1f}",
        timing.verdict,
    )


def _percentiles(timings: list[Timing]) -> list[tuple[str, ...]]:
    rows = (
        ("ms", [t.screen * 1000 for t in timings]),
        ("floor ms", [t.floor * 1000 for t in timings]),
        ("ratio", [t.ratio for t in timings]),
    )
    return [(label, *(f"{percentile(values, p):.1f}" for p in (0.5, 0.95, 0.99))) for label, values in rows]


if __name__ == "__main__":
    sys.exit(main())
