"""Tiny engines: each does one thing that hostile input makes a real one do. A file's content commands them."""

from __future__ import annotations

import os
import resource
import signal
import socket
from dataclasses import replace
from pathlib import Path

from pratique.artifact import Artifact
from pratique.errors import BadArchive
from pratique.facts.guard import OutOfTime, Watch, unread
from pratique.finding import Finding
from pratique.names import Sha256, distribution_name
from pratique.verdict import Report, Verdict

_BURN = 1.3
"""Seconds of CPU."""


def obey(path: Path, *, filename: str, sha256: Sha256, watch: Watch) -> Report:  # noqa: C901, PLR0912  (commands)
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
        case ["attempt", what]:
            return report(filename, sha256, said=_told(*what.split(" ", 1)))
        case ["shortage"]:
            return replace(report(filename, sha256, said=str(os.getpid())), findings=(_finding("memory-limit"),))
        case ["dawdle"]:
            return report(filename, sha256, said=_dawdled(watch))
        case ["meet", where]:
            _meet(where, filename)
    return report(filename, sha256, said=str(os.getpid()))


def _told(what: str, at: str) -> str:
    try:
        _attempt(what, at)
    except OSError as error:
        return f"refused: {error.errno}"
    return "done"


def _dawdled(watch: Watch) -> str:
    """Two files that never end, of which each is given up, and then one that does end."""
    said = []
    for _ in range(2):
        try:
            with watch():
                while True:
                    pass
        except OutOfTime:
            said.append("given up")
    with watch():
        said.append("read")
    return ", ".join(said)


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def report(filename: str, sha256: Sha256, *, said: str = "") -> Report:
    """A clean report."""
    artifact = Artifact(name=distribution_name(filename), sha256=sha256, size=1)
    return Report(artifact=artifact, verdict=Verdict.CLEAN, score=0.0, findings=(), error=said)


def _meet(where: str, filename: str) -> None:
    """Say that work has begun by opening a pipe; wait until told to go on, or for ever."""
    with Path(where, filename).open("rb") as line:
        line.read(1)


def _attempt(what: str, at: str) -> None:  # noqa: C901  (a list of attempts)
    """Do what a parser that was taken over would try."""
    match what:
        case "connect":
            socket.create_connection(("127.0.0.1", int(at)))
        case "datagram":
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", int(at)))
        case "local":
            socket.socket(socket.AF_UNIX).connect(at)
        case "write":
            with Path(at).open("ab") as file:
                file.write(b"")
        case "mode":
            Path(at).chmod(0o777)
        case "remove":
            Path(at).unlink()
        case "folder":
            Path(at).with_suffix(".d").mkdir()
        case "link":
            Path(at).with_suffix(".l").symlink_to(at)
        case "run":
            os.execv(at, [at])
        case "signal":
            os.kill(os.getppid(), 0)


def _finding(rule: str) -> Finding:
    return unread(rule, "a.py", "as if it had happened")
