"""Compile requirements/*.txt: hash-pinned, for every platform and Python from 3.11, and without any URL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--generate-hashes", "--python-version", "3.11"),
    *("--no-emit-index-url", "--no-annotate", "--no-header"),
)
_STEPS = (
    ("requirements/build.in", "--output-file", "requirements/build.txt"),
    ("pyproject.toml", "-c", "requirements/build.txt", "--output-file", "requirements/run.txt"),
    (
        *("pyproject.toml", "--extra", "postgresql", "-c", "requirements/run.txt"),
        *("--output-file", "requirements/postgresql.txt"),
    ),
    ("pyproject.toml", "--group", "dev", "-c", "requirements/run.txt", "--output-file", "requirements/dev.txt"),
    ("requirements/fuzz.in", "-c", "requirements/dev.txt", "--output-file", "requirements/fuzz.txt"),
    ("requirements/clients.in", "--only-binary", ":all:", "--output-file", "requirements/clients.txt"),
    ("requirements/pip-2023.in", "--only-binary", ":all:", "--output-file", "requirements/pip-2023.txt"),
    ("requirements/pip-tools.in", "--only-binary", ":all:", "--output-file", "requirements/pip-tools.txt"),
)


def main(arguments: list[str]) -> int:
    """Compile all eight, run.txt pinning what dev.txt has in common with it; ``arguments`` go to uv."""
    uv = Path(sys.executable).with_name("uv")
    for step in _STEPS:
        subprocess.run([uv, *_COMPILE, *step, *arguments], check=True, cwd=_ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
