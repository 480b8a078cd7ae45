"""Lists, sets, dicts and generators that a loop inside of an expression makes."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.facts.python.expressions import families, subscripts
from pratique.facts.python.expressions.keystream.comprehensions import computed
from pratique.facts.python.expressions.keystream.tables import substituted
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.values import NO_TAINT, Items, Known, Scope, Table, Value, all_taints


def comprehension(m: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value:
    """All that it makes, as one list."""
    known = {1: computed, 2: substituted}.get(len(node.generators))
    if known is not None and (found := known(m, node, scope)) is not None:
        return found
    items: list[Value] = []
    inner = Scope(parent=scope, since=m.unsure)
    _generate(m, node.generators, inner, lambda: items.append(m.evaluate(m, node.elt, inner)))
    return Items(items=items, taints=all_taints(items[:64]))


def dict_comprehension(m: Machine, node: ast.DictComp, scope: Scope) -> Value:
    """All that it makes, as one table."""
    table = Table()
    inner = Scope(parent=scope, since=m.unsure)

    def add() -> None:
        key, value = m.evaluate(m, node.key, inner), m.evaluate(m, node.value, inner)
        binding.put(table, key, value)
        table.taints |= NO_TAINT if isinstance(key, Known) else key.taints

    _generate(m, node.generators, inner, add)
    return table


def _generate(m: Machine, generators: list[ast.comprehension], scope: Scope, emit: Callable[[], None]) -> None:
    if not generators:
        emit()
        return
    first, rest = generators[0], generators[1:]
    for value in subscripts.iterate(m, m.evaluate(m, first.iter, scope)):
        binding.bind(m, first.target, families.narrowed(m, first, value), scope)
        tests = [m.evaluate(m, t, scope) for t in first.ifs]
        if not any(isinstance(t, Known) and not t.value for t in tests):
            _generate(m, rest, scope, emit)
        if m.tired:
            break
