"""The command itself: it has the terminal, hears every signal, and its status is ours."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from pratique.errors import BadSetting

_KILLED = 128
"""Shells say this much more than a signal's number."""


def require_program(name: str) -> None:
    """Raise `BadSetting` where there is no such program: before a gateway is started for it."""
    if not shutil.which(name):
        raise _cannot_start(name, "there is no such program")


def _cannot_start(name: str, why: str) -> BadSetting:
    return BadSetting(f"{name} cannot be started: {why}.", remedy="Check its spelling, and that it is on PATH.")


async def run_child(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run it to its end; raises `BadSetting` where it cannot be started."""
    with _forwarding() as forward:
        try:
            child = await asyncio.create_subprocess_exec(*command, env=dict(environment))
        except OSError as error:
            raise _cannot_start(command[0], error.strerror or str(error)) from error
        forward.to(child)
        status = await child.wait()
    return _KILLED - status if status < 0 else status


class _Forward:
    """Signals to us are the command's; what a terminal sends to both of us is not sent twice."""

    def __init__(self) -> None:
        self._child: asyncio.subprocess.Process | None = None
        self._early: list[signal.Signals] = []

    def heard(self, number: signal.Signals) -> None:
        """Send it on, or keep it for a command that is still starting."""
        if self._child is None:
            self._early.append(number)
        elif number not in {signal.SIGINT, signal.SIGQUIT} or not _at_terminal():
            _send(self._child, number)

    def to(self, child: asyncio.subprocess.Process) -> None:
        """Send all of them to this command, those kept too."""
        self._child = child
        for number in self._early:
            _send(child, number)


def _send(child: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        child.send_signal(number)


@contextmanager
def _forwarding() -> Iterator[_Forward]:
    """Listen from before the command starts: a signal in between would end us, and leave it alone."""
    loop, forward = asyncio.get_running_loop(), _Forward()
    heard = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
    for number in heard:
        loop.add_signal_handler(number, partial(forward.heard, number))
    try:
        yield forward
    finally:
        for number in heard:
            loop.remove_signal_handler(number)


def _at_terminal() -> bool:
    """Whether we are what a terminal's Ctrl-C goes to: the command, in our group, then has it already."""
    with suppress(OSError, ValueError):
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    return False
