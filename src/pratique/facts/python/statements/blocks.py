"""``try``, ``raise`` and ``with``: what is carried from where it is thrown, and what runs at the end of a block."""

from __future__ import annotations

import ast

from pratique.facts.python.calls import implicit
from pratique.facts.python.catalogue.clients import is_remote
from pratique.facts.python.expressions import attributes
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.statements import binding
from pratique.facts.python.values import (
    Api,
    Class,
    Instance,
    Items,
    Known,
    Result,
    Scope,
    Value,
    join,
)

_RAISED_LIMIT = 8
"""Exceptions of one block that are told apart."""


def raise_(m: Machine, node: ast.Raise, scope: Scope) -> None:
    """Note the exception for whoever handles it."""
    if node.exc is None:
        return
    value = m.evaluate(m, node.exc, scope)
    if isinstance(value, Class):
        value = m.invoke(m, value, [], {}, node)
    thrown = _exception(value)
    m.raised = [*m.raised[1 - _RAISED_LIMIT :], thrown]
    cause = m.evaluate(m, node.cause, scope) if node.cause is not None else None
    if cause is not None and isinstance(thrown, Instance):
        thrown.names["__cause__"] = _exception(cause)


def _exception(value: Value) -> Value:
    if isinstance(value, Api) and value.name.rpartition(".")[2].endswith(("Error", "Exception", "Exit")):
        return Instance(cls=Class(name=value.name))
    if not isinstance(value, Result) or not value.parts:
        return value
    carried: dict[str, Value] = {"args": Items(items=list(value.parts)), "value": value.parts[0], "msg": value.parts[0]}
    return Instance(taints=value.taints, cls=Class(name=value.name.removesuffix("()")), names=carried)


def try_(m: Machine, node: ast.Try | ast.TryStar, scope: Scope) -> None:
    """Run the block, then each handler as one that may run."""
    before, m.raised = m.raised, []
    m.execute(m, node.body, scope)
    raised, m.raised = m.raised, before
    for handler in node.handlers:
        with m.perhaps():
            if handler.name:
                scope.names[handler.name] = join(raised) if raised else _caught(m, handler, scope)
            before, m.handled = m.handled, raised
            m.execute(m, handler.body, scope)
            m.handled = before
    m.execute(m, node.orelse, scope)
    m.execute(m, node.finalbody, scope)
    m.raised = [*m.raised, *raised][-_RAISED_LIMIT:]


def _caught(m: Machine, handler: ast.ExceptHandler, scope: Scope) -> Value:
    """What outside code raised; an answer of another machine is what that one said."""
    kind = m.evaluate(m, handler.type, scope) if handler.type is not None else None
    if not isinstance(kind, Api) or not is_remote(kind.name):
        return Value()
    return Result(frozenset({Taint(Source.NETWORK, kind.name, handler.lineno)}), f"{kind.name}()")


def with_(m: Machine, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
    """Run the block between what its context managers do."""
    managers = [m.evaluate(m, entry.context_expr, scope) for entry in node.items]
    for entry, manager in zip(node.items, managers, strict=True):
        value = _entered(m, manager)
        if entry.optional_vars is not None:
            binding.bind(m, entry.optional_vars, value, scope)
    m.execute(m, node.body, scope)
    for manager in reversed(managers):
        if isinstance(manager, Instance):
            for name in ("__exit__", "__aexit__"):
                implicit.dunder(m, manager, name, Known(value=None), Known(value=None), Known(value=None))
        elif isinstance(manager, Result) and manager.name == "contextlib.closing()" and manager.parts:
            m.invoke(m, attributes.attribute(m, manager.parts[0], "close"), [], {}, node)


def _entered(m: Machine, manager: Value) -> Value:
    """What ``as`` gets; a generator made into a context manager hands out what it yields."""
    if isinstance(manager, Items):
        return join(manager.items[:4]) if manager.items else Value(taints=manager.taints)
    for name in ("__enter__", "__aenter__"):
        value = implicit.dunder(m, manager, name)
        if value is not None:
            return value
    return manager
