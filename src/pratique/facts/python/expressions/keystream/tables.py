"""Comprehensions that look each letter up in a table of substitutions."""

from __future__ import annotations

import ast

from pratique.facts.python.expressions import outsiders
from pratique.facts.python.expressions.keystream.turns import FAILURES, TURNS_A_STEP, Maker, names_of, row
from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Items, Known, Scope, Value, constant_of, deep_taints

_LETTERS = 1_000_000
_TABLE = 4_096
"""Rows of a table of substitutions."""


def substituted(m: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value | None:
    """``[f(pair) for c in text for pair in table if c == g(pair)]``: a table of substitutions, looked up."""
    outer, inner = node.generators
    if outer.ifs or len(inner.ifs) != 1 or not isinstance(outer.target, ast.Name) or m.tired:
        return None
    letter, keyed, free = outer.target.id, _compared(inner.ifs[0], outer.target.id), names_of(inner.target)
    if keyed is None or not free or _mentions(node.elt, letter) or _mentions(inner.iter, letter):
        return None
    text, table = (m.evaluate(m, _unwrapped(one.iter), scope) for one in (outer, inner))
    letters, pairs = constant_of(text), constant_of(table)
    if not isinstance(letters, str | bytes) or not isinstance(pairs, tuple):
        return None
    if len(pairs) > _TABLE or len(letters) > _LETTERS:
        return None
    maker = Maker(m, scope, frozenset(free))
    key, value = maker.make(keyed), maker.make(node.elt)
    if key is None or value is None:
        return None
    label = outsiders.layered(deep_taints(text), "table", node)
    try:
        rows = [row(free, pair) for pair in pairs]
        shared = {key(row): Known(value=value(row), taints=label) for row in rows}
    except FAILURES:
        return None
    m.steps += len(letters) // TURNS_A_STEP
    return Items(items=[shared[c] for c in letters if c in shared], taints=label)


def _compared(test: ast.expr, name: str) -> ast.expr | None:
    """What a name is compared with."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return None
    sides = (test.left, test.comparators[0])
    others = [s for s in sides if not (isinstance(s, ast.Name) and s.id == name)]
    return others[0] if len(others) == 1 and not _mentions(others[0], name) else None


def _mentions(node: ast.expr, name: str) -> bool:
    """Whether a name is looked up; one that a comprehension binds for itself is another."""
    bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return name not in bound and any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))


def _unwrapped(node: ast.expr) -> ast.expr:
    """``[x for x in text]`` goes through the same letters as the text."""
    while isinstance(node, ast.ListComp | ast.GeneratorExp) and len(node.generators) == 1:
        only = node.generators[0]
        same = isinstance(node.elt, ast.Name) and isinstance(only.target, ast.Name) and node.elt.id == only.target.id
        if not same or only.ifs:
            break
        node = only.iter
    return node
