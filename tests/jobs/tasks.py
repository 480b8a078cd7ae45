"""Tiny engines: each does one thing that hostile input makes a real one do. A file's content commands them."""

from __future__ import annotations

import os
import resource
import signal
import socket
from pathlib import Path

from pratique.artifact import Artifact
from pratique.errors import BadArchive
from pratique.names import Sha256, distribution_name
from pratique.verdict import Report, Verdict

_BURN = 1.3
"""Seconds of CPU."""


def obey(path: Path, *, filename: str, sha256: Sha256) -> Report:  # noqa: C901  (a list of commands)
    """Do what the file says; the report's ``error`` carries what the worker has to tell."""
    match path.read_text().split(" ", 1):
        case ["hang"]:
            while True:
                pass
        case ["exit"]:
            os._exit(3)
        case ["kill"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["eat"]:
            eaten = bytearray(8 << 30)
            raise AssertionError(len(eaten))
        case ["raise"]:
            raise ValueError("as if a parser failed")
        case ["refuse"]:
            raise BadArchive("Not an archive.", remedy="Give another.")
        case ["burn"]:
            while _used() < _BURN:
                pass
        case ["allowance"]:
            return report(filename, sha256, said=str(resource.getrlimit(resource.RLIMIT_CPU)[0] - _used()))
        case ["write", where]:
            Path(where).write_bytes(b"x" * 4096)
        case ["meet", where]:
            _meet(where, filename)
    return report(filename, sha256, said=str(os.getpid()))


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def report(filename: str, sha256: Sha256, *, said: str = "") -> Report:
    """A clean report."""
    artifact = Artifact(name=distribution_name(filename), sha256=sha256, size=1)
    return Report(artifact=artifact, verdict=Verdict.CLEAN, score=0.0, findings=(), error=said)


def _meet(where: str, filename: str) -> None:
    """Say at a socket that work has begun, and who works; wait until told to go on, or for ever."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(where)
        line.sendall(f"{filename} {os.getpid()}\n".encode())
        line.recv(1)
