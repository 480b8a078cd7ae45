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
    try:
        child = await asyncio.create_subprocess_exec(*command, env=dict(environment))
    except OSError as error:
        raise _cannot_start(command[0], error.strerror or str(error)) from error
    with _forwarding(child):
        status = await child.wait()
    return _KILLED - status if status < 0 else status


@contextmanager
def _forwarding(child: asyncio.subprocess.Process) -> Iterator[None]:
    """Signals to us are the command's; what a terminal sends to both of us is not sent twice."""
    loop = asyncio.get_running_loop()
    heard = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
    for number in heard:
        loop.add_signal_handler(number, partial(_forward, child, number))
    try:
        yield
    finally:
        for number in heard:
            loop.remove_signal_handler(number)


def _forward(child: asyncio.subprocess.Process, number: signal.Signals) -> None:
    if number in {signal.SIGINT, signal.SIGQUIT} and _at_terminal():
        return
    with suppress(ProcessLookupError):
        child.send_signal(number)


def _at_terminal() -> bool:
    """Whether we are what a terminal's Ctrl-C goes to: the command, in our group, then has it already."""
    with suppress(OSError, ValueError):
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    return False
