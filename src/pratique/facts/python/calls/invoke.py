"""Calls: the file's own functions are followed, methods of what is known computed, outside names looked up."""

from __future__ import annotations

import ast

from pratique.facts.python.calls import implicit
from pratique.facts.python.calls.following import construct, follow
from pratique.facts.python.calls.foreign import call
from pratique.facts.python.calls.methods import method
from pratique.facts.python.catalogue.apis import look_up
from pratique.facts.python.distribution import siblings
from pratique.facts.python.expressions import generators
from pratique.facts.python.expressions.generators import Stream
from pratique.facts.python.machine import Machine
from pratique.facts.python.outside import commands, hooked
from pratique.facts.python.values import (
    Api,
    Choice,
    Class,
    Echo,
    Function,
    Instance,
    Own,
    Partial,
    Result,
    Value,
    all_taints,
    join,
)


def invoke(machine: Machine, callee: Value, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """The value of calling ``callee``, with everything that the call does recorded."""
    if type(callee) is Api:
        return call(machine, callee, args, keywords, node)
    if isinstance(callee, Choice):
        return join([invoke(machine, o, args, dict(keywords), node) for o in callee.options])
    if isinstance(callee, Function):
        return follow(machine, callee, args, keywords)
    if isinstance(callee, Class):
        implicit.dunder(machine, callee, "__call__", *args)
        return construct(machine, callee, args, keywords, node)
    if isinstance(callee, Instance) and isinstance(called := callee.cls.find("__call__"), Function):
        return invoke(machine, called.bound_to(callee), args, keywords, node)
    if isinstance(callee, Own):
        return siblings.call(machine, callee, args, keywords, node)
    if isinstance(callee, Partial):
        return invoke(machine, callee.parts[0], [*callee.parts[1:], *args], callee.keywords | keywords, node)
    if isinstance(callee, Result) and callee.parts and not callee.name.endswith("()"):
        return _bound(machine, callee.parts[0], callee.name, args, keywords, node)
    return callee if isinstance(callee, Echo) else _object(machine, callee, args, keywords, node)


def _object(machine: Machine, callee: Value, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """What calling an object of the outside gives: as a function of its own, or with what it was handed before."""
    if type(callee) is Result and callee.name.endswith("()") and look_up(callee.name).does:
        return call(machine, Api(callee.taints, callee.name), args, keywords, node)
    if isinstance(callee, Result) and callee.name == "getattr()" and machine.phase.automatic:
        commands.handed_by_text(machine, callee.name, args, node)
    if machine.hooks and isinstance(callee, Result):
        hooked.passed_on(machine, callee.name, args, keywords, node)
    return _unknown(callee, args, keywords)


def _bound(
    machine: Machine, owner: Value, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """A method of something that is known, or of a generator."""
    stepped = generators.step(machine, owner, name, args, node) if type(owner) is Stream else None
    return method(machine, owner, name, args, keywords, node) if stepped is None else stepped


def _unknown(callee: Value, args: list[Value], keywords: dict[str, Value]) -> Value:
    keywords.pop("", None)
    taints = callee.taints | all_taints(args) | all_taints(list(keywords.values()))
    return Result(name="?()", taints=taints)
