"""An application's installation with pip through each server, cold and warm, beside the upstream itself.

Wheels only, pip's own cache off; what is installed is never imported and is thrown away.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from peers import processor_seconds
from peers_found import Peers
from table import table

from pratique.upstream.configured import default_upstream

APPLICATION = (
    *("fastapi", "uvicorn[standard]", "sqlalchemy", "alembic", "celery", "redis", "httpx", "jinja2", "rich"),
    *("sentry-sdk", "pydantic-settings", "requests"),
)
"""Some fifty packages with all that they need: the table says how many."""
_PATIENCE = 600.0


def report(peers: Peers, folder: Path) -> tuple[str, bool]:
    """The table, and whether both of our installations went through."""
    upstream = default_upstream()
    pinned, number = _resolved(upstream, folder)
    rows, good = [], True
    for name, server in peers.mirrors(folder, upstream):
        with server as index:
            port = urlsplit(index).port or 0
            direct = _seconds(upstream, pinned)
            cold = _seconds(index, pinned)
            used = processor_seconds(port)
            again = _seconds(upstream, pinned)
            warm = _seconds(index, pinned)
        good = good and not (name == "pratique" and not (cold and warm))
        cells = [f"{seconds:.1f}" if seconds else "failed" for seconds in (direct, cold, again, warm)]
        ratios = [f"{cold / direct:.2f}", f"{warm / again:.2f}"]
        rows.append([name, *cells[:2], ratios[0], *cells[2:], ratios[1], f"{used:.1f}"])
    header = ["server", "direct s", "cold s", "ratio", "direct s", "warm s", "ratio", "CPU s, cold"]
    return f"{number} packages\n{table(header, rows)}", good


def _resolved(upstream: str, folder: Path) -> tuple[Path, int]:
    """A file of what the application needs, pinned, so that every run installs the same; and how many that are."""
    target = folder / "resolved"
    _pip(upstream, "--target", str(target), *APPLICATION)
    found = sorted(path.name.removesuffix(".dist-info").split("-") for path in target.glob("*.dist-info"))
    pinned = folder / "application.txt"
    pinned.write_text("".join(f"{name}=={version}\n" for name, version in found), encoding="utf-8")
    return pinned, len(found)


def _seconds(index: str, pinned: Path) -> float:
    """For one installation; 0 for one that failed."""
    with tempfile.TemporaryDirectory(prefix="pratique-install-") as target:
        started = time.perf_counter()
        try:
            _pip(index, "--target", target, "--requirement", str(pinned))
        except subprocess.SubprocessError as error:
            print(f"{index}: {error} {getattr(error, 'stderr', b'')[-500:]!r}", file=sys.stderr)
            return 0.0
        return time.perf_counter() - started


def _pip(index: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-cache-dir", "--no-compile"]
    command += ["--disable-pip-version-check", "--only-binary", ":all:", "--index-url", index, "--retries", "1"]
    environment = {name: value for name, value in os.environ.items() if name != "PIP_FIND_LINKS"}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    subprocess.run([*command, *arguments], check=True, capture_output=True, timeout=_PATIENCE, env=environment)
