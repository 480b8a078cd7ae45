"""What `pratique --version` costs beside a bare cyclopts program: the best of several runs of each."""

from __future__ import annotations

import subprocess
import sys
import time

_BARE = "import cyclopts; cyclopts.App(version='1')(['--version'])"
_OURS = "import sys; from pratique.cli import main; sys.exit(main(['--version']))"
_RUNS = 10
_ALLOWED = 2.0


def main() -> int:
    """Print the table; 1 if ours takes more than twice the bare program."""
    bare, ours = _best(_BARE), _best(_OURS)
    ratio = ours / bare
    print(f"bare cyclopts program  {bare * 1000:6.0f} ms")
    print(f"pratique --version     {ours * 1000:6.0f} ms  ratio {ratio:.2f} (at most {_ALLOWED:g})")
    return int(ratio > _ALLOWED)


def _best(code: str) -> float:
    """Seconds of the fastest run: what is left when the machine's noise is taken away."""
    return min(_once(code) for _ in range(_RUNS))


def _once(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
