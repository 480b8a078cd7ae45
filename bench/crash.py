"""A server is killed under load, again and again; nothing that it answered may be missing from its record.

python bench/crash.py [--rounds N] [--seed N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run the rounds; 1 as soon as one shows a loss or a wrong file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20260101)
    arguments = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.crash.rounds import rounds

    with tempfile.TemporaryDirectory(prefix="pratique-crash-") as folder:
        for one in rounds(Path(folder), arguments.rounds, arguments.seed):
            print(f"round {one.number}: {one.answered} answers, {one.cut} cut, {len(one.lost)} lost, wrong {one.wrong}")
            if one.lost or one.wrong:
                return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
