"""Real pip and real uv install real projects through a fresh gateway, into throw-away environments.

python bench/smoke.py [PROJECT...] [--upstream URL]

Neither client can go around the gateway: PIP_* and UV_* are cleared, no configuration file is read, and
everything but loopback has a dead proxy. The gateway's own record must then name the files that were served. Last,
the provenance of real files is verified (`bench/provenance.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

from provenance import PROJECTS, looked_at, summary

_PROJECTS = ("flask", "rich", "numpy", "docopt")
"""Pure wheels, a wheel with native code, and a project that has published only an sdist."""
_SQLITE = b"SQLite format 3"
_DEAD_PROXY = "http://127.0.0.1:9"
_READY = re.compile(r"(http://127\.0\.0\.1:\d+)/simple/")


def main() -> int:
    """Run each client; 1 if one fails or the record does not hold what it installed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", nargs="*", default=_PROJECTS)
    parser.add_argument("--upstream", help="by default the index that pip is configured with")
    arguments = parser.parse_args()
    failures = []
    with tempfile.TemporaryDirectory(prefix="pratique-smoke-") as folder:
        data = Path(folder) / "data"
        with _gateway(data, arguments.upstream) as base:
            for client in ("pip", "uv"):
                failures += [
                    f"{client} {project}"
                    for project in arguments.project
                    if not _installs(client, project, base, Path(folder))
                ]
        failures += [f"no download of {p} recorded" for p in arguments.project if not _recorded(data, p)]
    seen = asyncio.run(looked_at(PROJECTS, arguments.upstream))
    failures += [one.wrong for one in seen if one.wrong]
    print(f"provenance: {summary(seen)}")
    print("smoke: " + ("; ".join(failures) if failures else "everything was installed through the gateway"))
    return int(bool(failures))


@contextlib.contextmanager
def _gateway(data: Path, upstream: str | None) -> Iterator[str]:
    """A gateway on a free port; its base URL, as it says itself once it listens."""
    command = [sys.executable, "-m", "pratique", "serve", "--listen", "127.0.0.1:0", "--data", str(data)]
    command += ["--upstream", upstream] if upstream else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield _base(process)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


def _base(process: subprocess.Popen[str]) -> str:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if match := _READY.search(line):
            return match[1]
    raise SystemExit("the gateway did not start:\n" + "".join(said))


def _installs(client: str, project: str, base: str, folder: Path) -> bool:
    place = folder / f"{client}-{project}"
    venv.create(place, with_pip=client == "pip")
    python, index = str(place / "bin" / "python"), f"{base}/simple/"
    command = {
        "pip": [python, "-m", "pip", "install", "--no-cache-dir", "--index-url", index, project],
        "uv": [_uv(), "pip", "install", "--no-cache", "--no-config", "--python", python, "--index-url", index, project],
    }[client]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False, timeout=900)
    print(f"{client:<4} {project:<12} {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
    if done.returncode:
        print(done.stdout[-2000:] + done.stderr[-3000:])
    return done.returncode == 0


def _uv() -> str:
    return str(Path(sys.executable).with_name("uv"))


def _environment() -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.upper().startswith(("PIP_", "UV_")) and "proxy" not in k.lower()
    }
    return {
        **kept,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "HTTP_PROXY": _DEAD_PROXY,
        "HTTPS_PROXY": _DEAD_PROXY,
        "NO_PROXY": "127.0.0.1",
    }


def _recorded(data: Path, project: str) -> bool:
    """Whether the database holds a download of the project with the artifact's SHA-256."""
    databases = (p for p in data.iterdir() if p.is_file() and p.read_bytes()[:15] == _SQLITE)
    for path in databases:
        with contextlib.closing(sqlite3.connect(path)) as database:
            query = "SELECT count(*) FROM events WHERE kind = 'download' AND project = ? AND length(sha256) = 64"
            return bool(database.execute(query, (project,)).fetchone()[0])
    return False


if __name__ == "__main__":
    sys.exit(main())
