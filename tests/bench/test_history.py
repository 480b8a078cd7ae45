"""The bench of history: which releases it takes, and that it counts what is held."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pratique.identity import default_popular
from tests.support.distributions import make_sdist, make_wheel
from tests.support.upstream_server import LocalIndex

_ROOT = Path(__file__).parents[2]
_QUIET = {"demo.py": "x = 1\n"}
_LOUD = {"demo.py": "import subprocess, requests\nsubprocess.run(['make', requests.__version__])\n"}


def test_releases_held_by_history_alone_are_counted_and_listed(tmp_path: Path) -> None:
    """Final releases of one major version, in order; one of them has learnt to start a program."""
    name, index = default_popular().names[0], LocalIndex()
    for version, files in (("1.0", _LOUD), ("2.0", _QUIET), ("2.1", _LOUD), ("2.2a1", _LOUD), ("2.2", _QUIET)):
        index.add(make_wheel(name, version, files))
        index.add(make_sdist(name, version, files))
    options = ("--projects", "1", "--releases", "2")
    with index.serving_in_thread() as url:
        done = subprocess.run(
            [sys.executable, _ROOT / "bench" / "history.py", tmp_path, *options, "--upstream", url],
            check=False,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1, done.stderr
    lines = dict(line.rsplit("  ", 1) for line in done.stdout.splitlines() if "  " in line.strip())
    found = {key.strip(): value.strip() for key, value in lines.items()}
    assert found["releases with a predecessor"] == "2"
    assert found["of these held by history alone"] == "1 (50.00%)"
    stem = name.replace("-", "_")
    assert f"{stem}-2.1-py3-none-any.whl: {name} 2.1 starts a program when it is imported (demo.py:2), which 2.0" in (
        done.stdout
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{stem}-2.{n}-py3-none-any.whl" for n in (0, 1, 2)]
