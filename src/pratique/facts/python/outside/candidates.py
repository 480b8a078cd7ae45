"""Which of the values that outside code is given it may call."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from pratique.facts.python.calls.descriptors import Static
from pratique.facts.python.catalogue.apis import look_up
from pratique.facts.python.catalogue.ways import FINDERS, IMPORTERS, INTERPRETER, Passes
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Does, Source
from pratique.facts.python.outside import carrying, hooked, listening
from pratique.facts.python.values import (
    Api,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Own,
    Partial,
    Result,
    Table,
    Value,
)

LATER = (
    *("add", "register", "connect", "on", "bind", "subscribe", "set"),
    *("listen", "wrap", "decor", "route", "hook", "use"),
)
"""How names begin of what keeps a handler for later."""
_ACTS = frozenset({Does.RUN_CODE, Does.RUN_PROCESS, Does.SEND, Does.FETCH, Does.NATIVE, Does.LISTEN})
_FILLS = frozenset({"append", "extend", "add", "insert", "update", "write", "writelines", "put", "put_nowait"})
_ACTING = frozenset({Api, Result, Partial})
CALLABLE_KINDS = frozenset({Function, Static, *_ACTING, Choice, Class, Own, Instance})


def runs_at_once(wrapper: Value) -> bool:
    """Whether an outside decorator runs what it decorates, or what that returned."""
    return isinstance(wrapper, Api) and (_acts(wrapper.name) or wrapper.name.startswith(INTERPRETER))


@lru_cache(maxsize=16_384)
def _acts(name: str) -> bool:
    return not _ACTS.isdisjoint(look_up(name).does)


class Kind(Protocol):
    """What is known of an outside call."""

    @property
    def passes(self) -> Passes:
        """What it hands to a callable."""

    @property
    def gives(self) -> Source | None:
        """The label of its result."""

    @property
    def remote(self) -> bool:
        """Whether it belongs to what stands for another machine, or talks to one."""


def among(machine: Machine, kind: Kind, args: list[Value], keywords: dict[str, Value]) -> bool:
    """Whether an outside call of that kind is given anything that it may call."""
    if kind.remote and machine.phase.automatic and any(map(_holds_handlers, (*args, *keywords.values()))):
        return True
    passes = kind.passes
    if passes is Passes.NEVER:
        return False
    if kind.gives is Source.NETWORK:
        return any(type(value) is Table or is_handler(value) for value in (*args, *keywords.values()))
    return _among(machine, passes, args, keywords)


def _holds_handlers(value: Value) -> bool:
    return isinstance(value, Table | Items | Function) and any(isinstance(h, Function) for h in listening.within(value))


def _among(machine: Machine, passes: Passes, args: list[Value], keywords: dict[str, Value]) -> bool:
    kinds = CALLABLE_KINDS if passes is not Passes.UNSURE or machine.phase.automatic else _ACTING
    for value in (*args, *keywords.values()) if keywords else args:
        kind = type(value)
        if kind is Table:
            if any(map(acting, list(value.entries.values())[:8])):  # type: ignore[attr-defined]
                return True
        elif kind in kinds:
            if isinstance(value, Api):
                if _acts(value.name) or (machine.waiting and listening.starts(value.name)):
                    return True
            elif kind is not Result or (isinstance(value, Result) and _is_called(value)):
                return True
    return False


def _is_called(value: Result) -> bool:
    return value.name in _FILLS or carrying.writes_away(value)


def acting(value: Value) -> bool:
    """Whether it is a name that executes code or starts programs."""
    return type(value) is Api and not look_up(value.name).does.isdisjoint({Does.RUN_CODE, Does.RUN_PROCESS})


def is_handler(value: Value) -> bool:
    """Whether what receives from another machine calls it with what it hears."""
    if isinstance(value, Api):
        return _acts(value.name) or (value.of is not None and value.name.rpartition(".")[2] in _FILLS)
    if isinstance(value, Result):
        return bool(value.parts) and (isinstance(value, Partial) or value.name in _FILLS)
    return isinstance(value, Function) or listening.waits(value)


def may_run(machine: Machine, value: Value, passes: Passes, name: str, keyword: str = "") -> bool:
    """Whether outside code of that name calls a value that it is given, so far as that is known."""
    if isinstance(value, Api):
        return _acts(value.name) or (bool(machine.waiting) and listening.starts(value.name))
    if isinstance(value, Result):
        return bool(value.parts) and (isinstance(value, Partial) or value.name in _FILLS)
    if isinstance(value, Choice):
        return any(may_run(machine, o, passes, name, keyword) for o in value.options)
    if isinstance(value, Function) and passes is Passes.UNSURE:
        if not machine.phase.automatic:
            return False
        later = bool(keyword) or name.rpartition(".")[2].lower().startswith(LATER)
        return not later or hooked.calls_back(name) or look_up(name).gives is Source.KEYS
    if isinstance(value, Instance):
        return passes is not Passes.UNSURE and (
            name.startswith(IMPORTERS) or isinstance(value.cls.find("__call__"), Function)
        )
    if isinstance(value, Class | Own):
        called = keyword in {"target", "func", "function", "callback", "key"} or passes is Passes.PACKED
        return called or name.startswith(FINDERS)
    return True
