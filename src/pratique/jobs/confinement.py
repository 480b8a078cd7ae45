"""What a worker gives up before it sees a hostile byte: network, files to write, programs to start."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from pratique.jobs import landlock, seccomp

_NO_NEW_PRIVS = 38
_TCP_SINCE = 4


def lacking() -> tuple[str, ...]:
    """What this kernel does not offer for the confinement of workers, each a sentence for the log."""
    version, filtered = landlock.version(), seccomp.available()
    found = []
    if not version:
        found.append("Landlock is missing: file systems are not closed to the workers by the kernel's own rules.")
    if not filtered:
        found.append("System calls cannot be filtered: sockets other than TCP are open to the workers.")
    if not filtered and version < _TCP_SINCE:
        found.append("Neither Landlock nor a filter closes the network to the workers.")
    return tuple(found)


def restrict() -> tuple[str, ...]:
    """Close network, file systems and programs to this process; gives what the kernel refused, in words.

    A worker needs no temporary folder: everything is held in memory. So it may write nowhere at all.
    """
    import ctypes

    ctypes.CDLL(None).prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    measures: tuple[tuple[str, Callable[[], None]], ...] = (
        ("Landlock", landlock.restrict),
        ("The filter of system calls", seccomp.restrict),
    )
    refused = []
    for name, measure in measures:
        try:
            measure()
        except OSError as error:
            refused.append(f"{name} cannot be used: {error}")
    return tuple(refused)


def warn(reasons: Iterable[str]) -> None:
    """Say in the log what is not confined, and why; inspection goes on."""
    for reason in reasons:
        import structlog

        # Where nobody has decided where logs go, they must not mix with what a command prints.
        log = (
            structlog.get_logger()
            if structlog.is_configured()
            else structlog.wrap_logger(structlog.PrintLogger(sys.stderr))
        )
        log.warning("workers are less confined than they should be", reason=reason)
