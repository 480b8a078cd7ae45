"""Generators: all they yield as one list, what is sent to them, what they return at last."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Class, Function, Instance, Items, Known, Value, all_taints, deep_taints, join

_STEPS = frozenset({"send", "asend", "throw", "athrow", "__next__", "__anext__"})
_YIELD_LIMIT = 10_000


@dataclass(slots=True, eq=False)
class Yielded(Items):
    """What one ``yield`` gave."""


@dataclass(slots=True, eq=False)
class Stream(Items):
    """What a call of a generator function gives: the values it yields, in order."""

    final: Value = field(default_factory=Value)
    """What it returns: the value of its ``StopIteration``."""
    again: tuple[Function, list[Value], dict[str, Value]] | None = None
    """How to run it once more, for what is sent to it."""


def joined(returned: list[Value], function: Function, args: list[Value], keywords: dict[str, Value]) -> Value:
    """What a call gives that returned or yielded these."""
    yielded = [v for v in returned if type(v) is Yielded]
    if not yielded:
        return join(returned)
    items = [item for one in yielded for item in one.items][:_YIELD_LIMIT]
    others = [v for v in returned if type(v) is not Yielded]
    final = join(others) if others else Known(value=None)
    unbound = Function(function.taints, function.node, function.scope, function.name, None, function.origin)
    return Stream(all_taints([*yielded, final]), items, final, (unbound, args, keywords))


def yields(machine: Machine, node: ast.Yield | ast.YieldFrom, value: Value, items: Iterable[Value]) -> Value:
    """Note what a ``yield`` gives; the value of the expression itself."""
    if machine.returns:
        machine.returns[-1].append(Yielded(value.taints, list(items)))
    if machine.sent:
        return join(machine.sent)
    return value.final if isinstance(node, ast.YieldFrom) and isinstance(value, Stream) else value


def step(machine: Machine, stream: Stream, name: str, args: list[Value], node: ast.AST) -> Value | None:
    """``generator.send(value)`` and its like; nothing for other methods."""
    if name not in _STEPS or stream.again is None:
        return None
    function, given, keywords = stream.again
    sent, machine.sent = machine.sent, list(args)
    try:
        value = machine.invoke(machine, function, given, dict(keywords), node)
    finally:
        machine.sent = sent
    return first(machine, value if isinstance(value, Stream) else stream)


def first(machine: Machine, value: Items) -> Value:
    """What ``next`` gives, or the exception at the end carries."""
    if isinstance(value, Stream):
        end = Instance(cls=Class(name="StopIteration"), names={"value": value.final})
        machine.raised.append(end)
    return value.items[0] if value.items else Value(taints=deep_taints(value))
