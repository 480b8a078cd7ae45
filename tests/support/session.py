"""Record the README's terminal session anew: what `pratique screen` says of a layered sample of our own.

    python -m tests.support.session

The sample (`tests/support/layered.py`) is inert, and screening runs nothing of it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.layered import layered

README = Path(__file__).parents[2] / "README.md"
_MISSING = "README.md has no <!-- session --> and <!-- end -->"
_PLACE = re.compile(r"(?<=<!-- session -->\n).*?(?=\n<!-- end -->)", re.DOTALL)


def recorded() -> str:
    """A console block: the command as it is typed, what it printed, and its exit status.

    Raises `ValueError` where the sample passes or cannot be inspected: that is nothing to show.
    """
    built = layered()
    environment = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "FORCE_COLOR", "NO_COLOR"}}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / built.filename).write_bytes(built.data)
        command = [sys.executable, "-m", "pratique", "screen", built.filename]
        done = subprocess.run(
            command, check=False, capture_output=True, cwd=folder, env={**environment, "PYTHONIOENCODING": "utf-8"}
        )
    if done.returncode != 1:
        raise ValueError(f"the sample was not found to be malicious: {done.stdout.decode('utf-8')}")
    lines = [f"$ pratique screen {built.filename}", done.stdout.decode("utf-8").rstrip(), "$ echo $?"]
    return "\n".join(["```console", *lines, str(done.returncode), "```"])


def written(readme: str) -> str:
    """The session that a README holds; raises `ValueError` where there is no place for one."""
    found = _PLACE.search(readme)
    if found is None:
        raise ValueError(_MISSING)
    return found[0]


def main() -> None:
    """Write the session into the README."""
    text = README.read_text(encoding="utf-8")
    before, after = text.split(written(text), maxsplit=1)
    README.write_text(f"{before}{recorded()}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
