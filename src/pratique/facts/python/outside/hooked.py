"""Hooks: what was handed to a library of the outside runs when that library is called again."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from functools import lru_cache

from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source
from pratique.facts.python.outside import carrying, echoes
from pratique.facts.python.values import (
    Api,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Partial,
    Table,
    Value,
    all_deep_taints,
)

_HOOKS = 16
"""That are kept of one library."""
_RUNS = 4
"""Of one hook."""
_SHORTEST = 8
"""Of a text that could be code or a command."""
_QUIET = frozenset(["tkinter", "unittest", "typing", "abc", "functools", "contextlib", "doctest", "dataclasses"])
"""Modules of the standard library that keep what they are given, or hand it back changed."""
_BROUGHT = frozenset(Source) - {Source.CALLER, Source.HOST, Source.FILE, Source.VARIABLE}
_HELD = frozenset({Api, Function, Partial, Instance, Class})


@lru_cache(maxsize=4096)
def calls_back(name: str) -> bool:
    """Whether it is the standard library that is given something, which calls it before long."""
    root = name.partition(".")[0]
    return "." in name and root in sys.stdlib_module_names and root not in _QUIET


def keep(machine: Machine, name: str, values: Iterable[Value]) -> None:
    """Remember what a library was handed."""
    root = name.partition(".")[0]
    held = machine.hooks.get(root, [])
    for given in values:
        value = carrying.handler(given)
        if type(value) in _HELD and len(held) < _HOOKS and not any(value is h for h in held) and _is_own(value):
            held = machine.hooks.setdefault(root, held)
            held.append(value)


def _is_own(value: Value) -> bool:
    """Whether an object or a class has anything that a library would call."""
    if isinstance(value, Instance | Class):
        cls = value.cls if isinstance(value, Instance) else value
        return isinstance(cls.find("__call__"), Function) or any(isinstance(b, Api) for b in cls.bases)
    return True


def passed_on(machine: Machine, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> None:
    """Run the hooks of a library that is called with something that matters to one of them.

    Those of the standard library run once, whatever it is called with.
    """
    held = machine.hooks.get(name.partition(".")[0])
    given = [*args, *keywords.values()]
    if not held or not machine.phase.automatic:
        return
    limit = _RUNS if _matters(given) else int(calls_back(name))
    value = echoes.echo(given)
    for hook in list(held):
        runs = machine.followed.get(id(hook), 0)
        if runs < limit and not any(hook is g for g in given):
            machine.followed[id(hook)] = runs + 1
            _run(machine, hook, value, node)


def _run(machine: Machine, hook: Value, value: Value, node: ast.AST) -> None:
    if isinstance(hook, Instance | Class):
        owner = hook if isinstance(hook, Instance) else Instance(cls=hook)
        for name, method in list(owner.cls.names.items()):
            if isinstance(method, Function) and (name[:2] != "__" or name == "__call__"):
                machine.invoke(machine, method.bound_to(owner), parameters(method, value), {}, node)
    else:
        given = parameters(hook, value) if isinstance(hook, Function) else [value]
        machine.invoke(machine, hook, given, {}, node)


def parameters(function: Function, value: Value) -> list[Value]:
    """The same value for each parameter that has no default."""
    spec = function.node.args if function.node is not None else None
    if spec is None:
        return [value]
    size = len(spec.posonlyargs) + len(spec.args) - len(spec.defaults)
    own = function.bound is not None or (bool(spec.args) and spec.args[0].arg in {"self", "cls"})
    return [value] * max(size - own, 1 if spec.vararg else 0)


def _matters(values: list[Value]) -> bool:
    return any(t.source in _BROUGHT for t in all_deep_taints(values)) or any(_is_text(v, 0) for v in values)


def _is_text(value: Value, depth: int) -> bool:
    if isinstance(value, Known):
        text = value.value
        return isinstance(text, str) and len(text) >= _SHORTEST and " " in text.strip()
    if depth < 2 and isinstance(value, Items | Table):
        inner = value.items[:16] if isinstance(value, Items) else list(value.entries.values())[:16]
        return any(_is_text(v, depth + 1) for v in inner)
    return False
