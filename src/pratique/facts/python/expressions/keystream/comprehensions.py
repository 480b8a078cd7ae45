"""Comprehensions that spell a long text: ``[chr(c ^ k) for c, k in zip(text, key)]``."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Sequence

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
from pratique.facts.python.model import Taint
from pratique.facts.python.values import NO_TAINT, Api, Items, Known, Result, Scope, Value, deep_taints

_LONG = 256
"""Turns of a comprehension: shorter ones are walked like any other."""


def computed(m: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value | None:
    """``[f(c) for c in known]`` that is long, at once; nothing where it has another shape."""
    only = node.generators[0]
    free = names_of(only.target)
    if only.ifs or not free or m.tired or not _spells(node.elt):
        return None
    items, taints = _sequence(m, only.iter, scope)
    if not _LONG <= len(items) <= LONGEST:
        return None
    maker = Maker(m, scope, frozenset(free))
    turn = maker.make(node.elt)
    if turn is None:
        return None
    try:
        made = turned(turn, free, items)
    except FAILURES:
        return None
    m.steps += len(made) // TURNS_A_STEP
    label = outsiders.layered(taints | maker.taints, maker.layer if maker.layer == "xor" else "chr", node)
    return Items(items=[Known(value=value, taints=label) for value in made], taints=label)


def _spells(node: ast.expr) -> bool:
    """Whether an expression makes characters or bytes of numbers, without calling anything that must be seen."""
    calls = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    plain = all(isinstance(c, ast.Name) for c in calls)
    return plain and (bool(calls) or any(isinstance(n, ast.BitXor) for n in ast.walk(node)))


def _sequence(m: Machine, node: ast.expr, scope: Scope) -> tuple[Sequence[object], frozenset[Taint]]:
    """What a comprehension goes through, and its labels; nothing where evaluating it could call something."""
    if isinstance(node, ast.Name):
        value = m.evaluate(m, node, scope)
        return items_of(value), deep_taints(value)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        return (), NO_TAINT
    callee = m.evaluate(m, node.func, scope)
    name = callee.name if isinstance(callee, Api) else ""
    if name not in {"zip", "enumerate", "range"}:
        return (), NO_TAINT
    given = [m.evaluate(m, arg, scope) for arg in node.args]
    if name == "range":
        return items_of(Result(name="range()", parts=tuple(given))), NO_TAINT
    return _paired(name, given), frozenset().union(*(deep_taints(value) for value in given))


def _paired(name: str, given: list[Value]) -> Sequence[object]:
    sides: list[Iterable[object]] = []
    for value in given:
        endless = isinstance(value, Result) and value.name == "itertools.cycle()" and len(value.parts) == 1
        side = items_of(value.parts[0] if endless and isinstance(value, Result) else value)
        if not side:
            return ()
        sides.append(itertools.cycle(side) if endless else side)
    if not any(isinstance(side, str | bytes | tuple | range) for side in sides):
        return ()
    return tuple(enumerate(sides[0])) if name == "enumerate" else tuple(zip(*sides, strict=False))
