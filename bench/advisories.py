"""Import and look-up of synthetic OSV records: time, memory, and what a look-up costs beside an import.

python bench/advisories.py [--records N] [--lookups N] [--folder DIR]

The records are of our own making: three of four speak of one of many projects (19 of each, whatever their number) by
ranges and a list of versions, as vulnerabilities do, the rest of a project of their own in all versions, as malware
does. Import and look-ups run in processes of their own, so that each peak of memory is theirs alone. A look-up's
processor time is that of all its threads; unlike seconds it hardly depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from records import EACH, SEED, write
from table import percentile, table

if TYPE_CHECKING:
    from pratique.advisories.outside import AdvisoryStore
    from pratique.names import ProjectName


def main() -> int:
    """Print the tables; 1 if of any case one look-up in a hundred costs 1 ms of processor time or more."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--lookups", type=int, default=20_000)
    parser.add_argument("--folder", help="where archive and database lie meanwhile; a temporary folder by default")
    parser.add_argument("--step", choices=("import", "lookup"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        step = _import if arguments.step == "import" else _lookup
        print(json.dumps(asyncio.run(step(Path(arguments.folder), arguments.records, arguments.lookups))))
        return 0
    with tempfile.TemporaryDirectory(prefix="pratique-bench-", dir=arguments.folder) as folder:
        return _measure(Path(folder), arguments.records, arguments.lookups)


def _measure(folder: Path, records: int, lookups: int) -> int:
    archive = folder / "all.zip"
    write(archive, records)
    print(f"{records} records, {archive.stat().st_size / 1e6:.0f} MB zipped, seed {SEED}")
    rows = []
    for name in ("first import", "the same again"):
        done = _run("import", folder, records, lookups)
        columns = (
            f"{done['seconds']:.0f}",
            f"{done['cpu']:.0f}",
            f"{records / done['cpu']:.0f}",
            f"{done['peak_mb']:.0f}",
        )
        rows.append([name, *columns])
    print(table(["", "seconds", "CPU seconds", "records per CPU second", "peak MB"], rows))
    print(f"database {sum(p.stat().st_size for p in folder.glob('pratique.db*')) / 1e6:.0f} MB")
    done = _run("lookup", folder, records, lookups)
    header = ["look-up of a version, µs", "CPU p50", "p95", "p99", "mean", "passed p50", "p95", "p99"]
    print(table(header, [[name, *(f"{value:.0f}" for value in values)] for name, values in done["micros"].items()]))
    print(f"look-ups peak at {done['peak_mb']:.0f} MB")
    return int(max(values[2] for values in done["micros"].values()) >= 1000)


def _run(step: str, folder: Path, records: int, lookups: int) -> Any:  # noqa: ANN401  (each prints what it measured)
    numbers = ("--records", str(records), "--lookups", str(lookups))
    command = [sys.executable, __file__, "--step", step, "--folder", str(folder), *numbers]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


async def _import(folder: Path, _records: int, _lookups: int) -> dict[str, float]:
    from pratique.wiring import advisories_in, importer_for

    start = time.perf_counter()
    async with advisories_in(folder) as store, importer_for(store, folder) as importer:
        outcome = await importer.refresh(str(folder / "all.zip"), whole=True)
    if outcome.broken:
        raise SystemExit(f"{outcome.broken} records are broken: {outcome.problems[0]}")
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time(), "peak_mb": _peak()}


async def _lookup(folder: Path, records: int, lookups: int) -> dict[str, object]:
    from pratique.names import project_name
    from pratique.wiring import advisories_in

    random_ = random.Random(SEED)  # noqa: S311  (repeatable on purpose)
    cases: dict[str, Callable[[], str]] = {
        "projects with advisories": lambda: f"project-{random_.randrange(records // EACH)}",
        "known malware": lambda: f"malware-{random_.randrange(records // 4) * 4 + 3}",
        "projects without any": lambda: f"honest-{random_.randrange(records)}",
    }
    micros: dict[str, list[float]] = {}
    async with advisories_in(folder, make=False) as store:
        for name, draw in cases.items():
            asked = [(project_name(draw()), f"{random_.randrange(9)}.{random_.randrange(30)}") for _ in range(lookups)]
            worked, passed = zip(*[await _timed(store, *one) for one in asked], strict=True)
            mean = sum(worked) / lookups
            micros[name] = [*_percentiles(worked), mean, *_percentiles(passed)]
    return {"micros": micros, "peak_mb": _peak()}


async def _timed(store: AdvisoryStore, project: ProjectName, version: str) -> tuple[float, float]:
    """Microseconds of one look-up: of the processor, and by the clock."""
    from pratique.advisories.signals import signals

    processor, clock = time.process_time(), time.perf_counter()
    signals(project, version, await store.of(project))
    return (time.process_time() - processor) * 1e6, (time.perf_counter() - clock) * 1e6


def _percentiles(values: Sequence[float]) -> list[float]:
    return [percentile(values, share) for share in (0.5, 0.95, 0.99)]


def _peak() -> float:
    """Peak resident memory of this program alone, in MB: `getrusage` would count what its parent had before."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


if __name__ == "__main__":
    sys.exit(main())
