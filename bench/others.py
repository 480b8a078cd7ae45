"""Other static screeners, each a program in an environment of its own: what one costs, and whether it gives alarm."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from pratique.names import distribution_name
from pratique.unpack import unpack

_PATIENCE = 120.0
"""Seconds for one run."""
_NOWHERE = "http://127.0.0.1:9"
"""A proxy that does not answer: nothing is asked of the network."""
_SUSPICIOUS = 5.0
"""GuardDog's score (0 to 10) from which it calls a package suspicious."""
_SURE = frozenset({"high", "very_high"})
"""Hexora's confidences that count as an alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Processor time in seconds, and whether it was an alarm; nothing where it did not come to an end."""

    seconds: float
    alarm: bool | None


class Other(Protocol):
    """A screener."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def start(self) -> float:
        """Processor time in seconds of a run that screens nothing."""
        ...

    def screen(self, data: bytes, filename: str) -> Seen:
        """Screen one distribution in a temporary folder, which is removed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardDog:
    """Its rules on source code, over an archive that it unpacks itself; those on metadata ask the network."""

    program: Path
    name: str = "guarddog"

    def start(self) -> float:
        """List the rules."""
        with tempfile.TemporaryDirectory() as folder:
            return _run([str(self.program), "pypi", "list-rules"], folder)[0]

    def screen(self, data: bytes, filename: str) -> Seen:
        """Score an archive."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, filename)
            path.write_bytes(data)
            command = [str(self.program), "pypi", "scan", str(path), "--output-format", "json", "--no-sandbox"]
            seconds, said = _run(command, folder)
        try:
            return Seen(seconds=seconds, alarm=json.loads(said)["risk_score"]["score"] >= _SUSPICIOUS)
        except (ValueError, KeyError, TypeError):
            return Seen(seconds=seconds, alarm=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hexora:
    """It reads Python files one by one, which are written out for it; that is not counted."""

    program: Path
    name: str = "hexora"

    def start(self) -> float:
        """Print its help."""
        with tempfile.TemporaryDirectory() as folder:
            return _run([str(self.program), "--help"], folder)[0]

    def screen(self, data: bytes, filename: str) -> Seen:
        """Audit a folder."""
        with tempfile.TemporaryDirectory() as folder:
            for member in unpack(io.BytesIO(data), name=distribution_name(filename)).members:
                if PurePosixPath(member.path).suffix == ".py":
                    _write(Path(folder, "files", member.path), member.data)
            seconds, said = _run([str(self.program), "audit", f"{folder}/files", "--output-format", "json"], folder)
        try:
            found = [json.loads(line)["confidence"] for line in said.splitlines() if line.startswith("{")]
        except (ValueError, KeyError):
            return Seen(seconds=seconds, alarm=None)
        return Seen(seconds=seconds, alarm=not _SURE.isdisjoint(found))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _run(command: list[str], folder: str) -> tuple[float, str]:
    """Processor time of a command with all that it starts, and what it said; killed when it takes too long."""
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), _NOWHERE)
    env = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "TMPDIR": folder, "GUARDDOG_PARALLELISM": "1", **proxies}
    before = _children()
    try:
        done = subprocess.run(
            command, env=env, cwd=folder, capture_output=True, timeout=_PATIENCE, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return _children() - before, ""
    return _children() - before, done.stdout.decode("utf-8", "replace")


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
