"""Boxes: what was put into a queue, a pipe, a buffer or a store comes out of it again."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Mapping
from functools import lru_cache

from pratique.facts.python.catalogue.apis import is_web
from pratique.facts.python.catalogue.clients import is_remote
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.understood.shape import Special
from pratique.facts.python.values import NO_TAINT, Api, Items, Known, Result, Value, all_deep_taints, join

_PUT = frozenset(["put", "put_nowait", "set", "append", "appendleft", "write", "push", "send", "send_bytes", "sendall"])
_TAKE = frozenset(["get", "get_nowait", "pop", "popleft", "getvalue", "read", "recv", "recv_bytes", "receive"])
_PAIRS = (
    "multiprocessing.Pipe",
    "multiprocessing.connection.Pipe",
    "socket.socketpair",
    "trio.open_memory_channel",
    "anyio.create_memory_object_stream",
)
BOXES = (
    "queue.",
    "Queue.",
    "collections.deque",
    "contextvars.",
    "io.",
    "multiprocessing.Queue",
    "multiprocessing.SimpleQueue",
    "multiprocessing.JoinableQueue",
    "asyncio.Queue",
    *(f"{pair}()" for pair in _PAIRS),
)
_FILLED = "<box>"
_FOREIGN = frozenset({Source.NETWORK, Source.DECODED})
_STORING = re.compile(
    r"(?:^|_)(?:set|put|store|save|copy|write|insert|add|append|push|dump|create|update|upsert)", re.IGNORECASE
)
_GIVING = re.compile(
    r"(?:^|_)(?:get|paste|load|read|pop|fetch|open|query|select|find|search|restore|items|values|all|first)",
    re.IGNORECASE,
)
_KEEPING = frozenset(["shelve", "dbm", "sqlite3", "winreg", "tkinter"])
"""Modules of the standard library that keep what they are given; of the others, which do is not known."""


def _pair(_m: Machine, callee: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """Two ends of one pipe."""
    end = Result(name=f"{callee.name}()")
    return Items(items=[end, end])


SPECIAL: Mapping[str, Special] = dict.fromkeys(_PAIRS, _pair)
"""By canonical name."""


@lru_cache(maxsize=8192)
def store(name: str) -> tuple[str, bool] | None:
    """The library that a call keeps something in, or takes it from, by its first name; whether it takes."""
    root, _, rest = name.partition(".")
    root, last = root.removesuffix("()"), rest.rpartition(".")[2]
    known = hasattr(builtins, root) or (root in sys.stdlib_module_names and root not in _KEEPING)
    if not rest or known or is_web(name) or is_remote(name):
        return None
    if _GIVING.search(last):
        return root, True
    return (root, False) if _STORING.search(last) else None


def through(machine: Machine, place: tuple[str, bool], taints: frozenset[Taint]) -> frozenset[Taint]:
    """What a library of stores gives back: whatever came from elsewhere and was put into it before."""
    root, takes = place
    if takes:
        return machine.stored.get(root, NO_TAINT)
    keep(machine, root, taints)
    return NO_TAINT


def keep(machine: Machine, root: str, taints: frozenset[Taint]) -> None:
    """Something was put into a store."""
    foreign = frozenset(t for t in taints if t.source in _FOREIGN)
    if foreign:
        machine.stored[root] = machine.stored.get(root, NO_TAINT) | foreign


def boxed(callee: Api, args: list[Value], name: str) -> Value | None:
    """What was put into a queue, a buffer or a variable of a context, when it is taken out again."""
    box, last = callee.of, name.rpartition(".")[2]
    if not isinstance(box, Result):
        return None
    if last in _PUT and args:
        old = box.parts if name.startswith("io.") or box.path == _FILLED else ()
        box.parts, box.path = (*old, args[0])[-8:], _FILLED
        box.taints |= all_deep_taints(args)
        return Known(value=None)
    if last in _TAKE and box.parts and (box.path == _FILLED or name.startswith("io.")):
        return join(list(box.parts))
    return None
