"""A file's failure is that file's alone: what cannot be read to its end is a finding, and the others are read."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

from pratique.artifact import Member
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity

T = TypeVar("T")

_STACK = 8_000
"""Frames of Python while files are read: code that nests as deep as is allowed needs several for each level."""
_FRAMES = 4
"""Of a crash that are named in its finding, innermost first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """How much of one file is read; hitting a limit is a finding, never a pass."""

    source_bytes: int = 8_000_000
    """Of source code, in bytes: the beginning is read."""
    steps: int = 40_000
    """Evaluations of Python, besides one for every four characters of a file."""
    layers: int = 20
    """Python within Python within Python, by decoders."""
    layer_bytes: int = 8_000_000
    """Of one layer that a decoder gives, in bytes."""
    decoded_bytes: int = 64_000_000
    """Of all of them."""


class OutOfTime(BaseException):
    """A file used up its CPU time. No `Exception`: what handles a parser's errors must not swallow it."""


Watch = Callable[[], AbstractContextManager[object]]
"""Makes a context that raises `OutOfTime` inside, when that takes too long. The core itself has no clock."""

UNWATCHED: Watch = nullcontext
"""Lets everything take as long as it takes."""


class Guard:
    """Runs readers over members, and keeps to the file what goes wrong with one."""

    def __init__(self, notes: list[Finding], watch: Watch = UNWATCHED) -> None:
        self._notes = notes
        self._watch = watch

    def read(self, reader: Callable[[Member], T], member: Member) -> T | None:
        """What ``reader`` makes of a member, or nothing and a finding that says why."""
        try:
            with self._watch():
                return reader(member)
        except RecursionError:
            self._limit("depth-limit", member, "it is nested deeper than can be followed")
        except MemoryError:
            self._limit("memory-limit", member, "reading it takes more memory than an inspection may use")
        except OutOfTime:
            self._limit("time-limit", member, "reading it takes more CPU time than a file may use")
        except Exception as error:  # noqa: BLE001 - whatever a reader raises on hostile input is this file's error
            self._notes.append(unread("reading-failed", member.path, f"the engine failed on it: {crash(error)}"))
        return None

    def each(self, reader: Callable[[Member], T | None], members: Iterable[Member]) -> tuple[T, ...]:
        """What a reader makes of each member, as far as it makes anything of it."""
        return tuple(made for member in members if (made := self.read(reader, member)) is not None)

    def _limit(self, rule: str, member: Member, why: str) -> None:
        self._notes.append(unread(rule, member.path, f"{why}: the file was not read to its end"))


def unread(rule: str, path: str, message: str) -> Finding:
    """A finding that says that something was not inspected: the verdict is `error` unless it is worse."""
    return Finding(
        rule=rule,
        behaviour=Behaviour.LIMIT,
        severity=Severity.MEDIUM,
        confidence=Confidence.HIGH,
        phase=Phase.NONE,
        path=path,
        line=0,
        message=message,
        incomplete=True,
    )


def crash(error: BaseException) -> str:
    """An error and the functions that it came through, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    trace = " <- ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__}: {str(error)[:300]} ({trace})"


@contextmanager
def deep_stack() -> Iterator[None]:
    """Let Python recurse as deep as code may nest, and no deeper than its C stack (8 MB) bears."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _STACK))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def collection_deferred() -> Iterator[None]:
    """Keep the garbage collector from walking millions of nodes of trees again and again while they grow.

    Whoever makes much garbage in cycles collects it now and then.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
