"""Loops that add to a text, character by character: ``for i in known: text += f(i)``."""

from __future__ import annotations

import ast

from pratique.facts.python.expressions import outsiders
from pratique.facts.python.expressions.keystream.turns import (
    FAILURES,
    LONGEST,
    TURNS_A_STEP,
    Maker,
    items_of,
    names_of,
    turned,
)
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.values import Known, Scope, Value

_SHORTEST = 24
"""Turns: fewer are walked like any other loop."""
_PREPARED = 6
"""Assignments in front of what a turn adds."""


def gathered(m: Machine, node: ast.For | ast.AsyncFor, values: Value, scope: Scope) -> bool:
    """Run a whole loop ``for i in known: text += f(i)``; False where it has another shape, and nothing was done."""
    *before, last = node.body
    if len(before) > _PREPARED or node.orelse or m.tired:
        return False
    shape = _shape(last)
    items = items_of(values) if shape is not None else ()
    if shape is None or not _SHORTEST <= len(items) <= LONGEST:
        return False
    name, what = shape
    free = names_of(node.target)
    held = m.evaluate(m, ast.Name(id=name, ctx=ast.Load()), scope)
    if not (isinstance(held, Known) and isinstance(held.value, str | bytes) and free):
        return False
    maker = Maker(m, scope, frozenset(free))
    turn = maker.block(before, what)
    if turn is None:
        return False
    try:
        made = turned(turn, free, items)
        joined = held.value + type(held.value)().join(made)  # type: ignore[operator, arg-type]
    except FAILURES:
        return False
    binding.bind(m, node.target, binding.lift(items[0], values.taints), scope)
    m.execute(m, node.body, scope)  # one turn leaves what the rules look for, and its labels
    first = m.evaluate(m, ast.Name(id=name, ctx=ast.Load()), scope)
    m.steps += len(made) // TURNS_A_STEP
    taints = outsiders.layered(held.taints | first.taints | values.taints | maker.taints, maker.layer, node)
    binding.bind(m, ast.Name(id=name, ctx=ast.Store()), Known(value=joined, taints=taints), scope)
    return True


def _shape(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """The name and what is added to it: ``name += what`` or ``name = name + what``."""
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
        return (statement.target.id, statement.value) if isinstance(statement.target, ast.Name) else None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.value, ast.BinOp):
        target, value = statement.targets[0], statement.value
        if isinstance(target, ast.Name) and isinstance(value.op, ast.Add) and isinstance(value.left, ast.Name):
            return (target.id, value.right) if value.left.id == target.id else None
    return None
