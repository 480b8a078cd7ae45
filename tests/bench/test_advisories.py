"""The bench of advisories: it counts what it made, and tells each case of a look-up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_BENCH = Path(__file__).parents[2] / "bench" / "advisories.py"


def test_each_case_is_looked_up(tmp_path: Path) -> None:
    """Its exit status is a matter of time, which is nothing to test; the rows are there, of the import, too."""
    numbers = ("--records", "100", "--lookups", "10", "--folder", str(tmp_path))
    done = subprocess.run([sys.executable, _BENCH, *numbers], check=False, capture_output=True, text=True)
    assert not done.stderr
    for row in ("100 records,", "first import ", "the same again ", "projects with advisories ", "known malware "):
        assert row in done.stdout
    assert not list(tmp_path.iterdir())
