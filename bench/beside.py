"""What screening costs beside another static screener, in processor time: one artifact after the other.

python bench/beside.py FOLDER --hexora PROGRAM [--limit N] [--largest BYTES]

The other one reads only Python files, from disk: they are written to a temporary folder for it, without that being
counted. For honest distributions alone: nothing malicious is ever written to disk.
"""

from __future__ import annotations

import argparse
import io
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus import Corpus
from table import percentile

from pratique.names import distribution_name
from pratique.screen import screen_bytes
from pratique.unpack import unpack

_PATIENCE = 300.0
"""Seconds for one run of the other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Seconds of processor time for one artifact."""

    ours: float
    theirs: float


def main() -> int:
    """Print the ratio at the percentiles, and in total."""
    arguments = _arguments()
    pairs = list(_measured(arguments))
    if not pairs:
        print("no distributions there", file=sys.stderr)
        return 2
    ratios = [pair.ours / pair.theirs for pair in pairs]
    ours, theirs = sum(pair.ours for pair in pairs), sum(pair.theirs for pair in pairs)
    print(f"{len(pairs)} artifacts: {ours:.1f} s of processor time, {arguments.hexora.name} {theirs:.1f} s")
    print(
        "ratio  "
        + "  ".join(f"p{p} {percentile(ratios, p / 100):.1f}" for p in (50, 95))
        + f"  total {ours / theirs:.1f}"
    )
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="honest distributions")
    parser.add_argument("--hexora", type=Path, required=True, help="the program, in an environment of its own")
    parser.add_argument("--limit", type=int, default=30, help="at most so many, evenly spread")
    parser.add_argument("--largest", type=int, default=1_500_000, help="bytes of the largest file that is taken")
    return parser.parse_args()


def _measured(arguments: argparse.Namespace) -> Iterator[Pair]:
    corpus = Corpus(source=arguments.folder)
    names = [n for n in corpus.names() if (arguments.folder / n).stat().st_size <= arguments.largest]
    for name in names[:: max(1, len(names) // arguments.limit)][: arguments.limit]:
        data, filename = corpus.read(name), corpus.filename(name)
        started = time.process_time()
        screen_bytes(data, filename=filename)
        yield Pair(ours=time.process_time() - started, theirs=_theirs(arguments.hexora, data, filename))


def _theirs(program: Path, data: bytes, filename: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        for member in unpack(io.BytesIO(data), name=distribution_name(filename)).members:
            if member.path.endswith(".py"):
                path = Path(folder, member.path)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(member.data)
        before = _children()
        subprocess.run(
            [program, "audit", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
        return _children() - before


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    raise SystemExit(main())
