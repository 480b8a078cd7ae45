"""Fuzz the readers of hostile bytes with atheris, each in a process of its own.

python fuzz/run.py [--seconds 60] [--target NAME] [--keep build/fuzz]

What was learnt is kept in the folder KEEP and used the next time. An input that fails is written there as well, and
``python fuzz/run.py --target NAME --input FILE`` reads it again. Status 1 where one failed.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

_LONGEST = {"unpack": 20_000, "python": 4_000, "shell": 4_000}
_SLOW = 15
"""Seconds after which an input counts as one that hangs."""
_MEMORY_MIB = 1_500


def main() -> int:
    """Run one target in this process, or each in one of its own."""
    arguments = _arguments()
    if arguments.target and not arguments.input:
        _fuzz(arguments.target, arguments.seconds, arguments.keep / arguments.target)
    from targets import TARGETS  # not earlier: the fuzzer has to see it being imported

    if arguments.input:
        TARGETS[arguments.target](arguments.input.read_bytes())
        return 0
    failed = [name for name in TARGETS if _child(name, arguments)]
    print(f"failed: {', '.join(failed)}" if failed else "nothing failed")
    return int(bool(failed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--target", default="", help="only this one")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="folder for inputs worth keeping")
    parser.add_argument("--input", type=Path, default=None, help="read this file once, without fuzzing")
    return parser.parse_args()


def _child(target: str, arguments: argparse.Namespace) -> int:
    command = [sys.executable, __file__, "--target", target, "--seconds", str(arguments.seconds)]
    return subprocess.run([*command, "--keep", str(arguments.keep)], check=False).returncode


def _fuzz(target: str, seconds: int, keep: Path) -> NoReturn:
    """Never returns: the fuzzer ends the process, with status 0 where nothing failed."""
    import atheris

    with atheris.instrument_imports(include=["pratique"]):
        import targets
    keep.mkdir(parents=True, exist_ok=True)
    for seed in targets.seeds(target):
        (keep / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    options = {
        "max_total_time": seconds,
        "max_len": _LONGEST.get(target, 8_000),
        "timeout": _SLOW,
        "rss_limit_mb": _MEMORY_MIB,
        "artifact_prefix": f"{keep.parent}/{target}-",
        "print_final_stats": 1,
        "verbosity": 0,
    }
    atheris.Setup([sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(keep)], _quiet(target))
    atheris.Fuzz()
    sys.exit(0)


def _quiet(target: str) -> object:
    from targets import TARGETS

    from pratique.errors import PratiqueError

    def once(data: bytes) -> None:
        with suppress(PratiqueError):  # a refusal in our own words is what hostile input deserves
            TARGETS[target](data)

    return once


if __name__ == "__main__":
    sys.exit(main())
