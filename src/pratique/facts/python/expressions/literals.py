"""Lists, dicts and formatted strings that are written out."""

from __future__ import annotations

import ast

from pratique.facts.python.calls import implicit
from pratique.facts.python.expressions import constants
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.values import (
    Api,
    Instance,
    Items,
    Known,
    Scope,
    Table,
    Text,
    Value,
    all_deep_taints,
    join,
    text_of,
)


def sequence(m: Machine, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    """``[a, *b]``, ``(a, b)`` and ``{a, b}``: a list."""
    items: list[Value] = []
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = m.evaluate(m, element.value, scope)
            items += inner.items if isinstance(inner, Items) else [inner]
        else:
            items.append(m.evaluate(m, element, scope))
    return Items(items=items)


def dictionary(m: Machine, node: ast.Dict, scope: Scope) -> Value:
    """``{a: b, **c}``; what is under keys that are not known is the rest of the table."""
    table = Table()
    for key, value in zip(node.keys, node.values, strict=True):
        inner = m.evaluate(m, value, scope)
        plain = m.evaluate(m, key, scope) if key is not None else Value()
        if isinstance(plain, Known):
            binding.put(table, plain, inner)
        elif key is None and isinstance(inner, Table):
            table.entries.update(inner.entries)
        else:
            table.rest = join([table.rest, inner]) if table.rest else inner
            table.taints |= plain.taints
    return table


def joined(m: Machine, node: ast.JoinedStr, scope: Scope) -> Value:
    """``f"{a} b"``: a constant where all its parts are, else a text with gaps."""
    parts = [
        _formatted(m, v, scope) if isinstance(v, ast.FormattedValue) else m.evaluate(m, v, scope) for v in node.values
    ]
    taints = all_deep_taints(parts)
    text = "".join(text_of(p) for p in parts)[: constants.SIZE_LIMIT]
    if all(isinstance(p, Known) for p in parts):
        return Known(value=text, taints=taints)
    return Text(text=text, taints=taints)


def _formatted(m: Machine, node: ast.FormattedValue, scope: Scope) -> Value:
    value = m.evaluate(m, node.value, scope)
    if type(value) is Instance:
        spec = m.evaluate(m, node.format_spec, scope) if node.format_spec is not None else Known(value="")
        value = implicit.dunder(m, value, "__format__", spec) or implicit.builtin(m, "str", value) or value
    if node.conversion in {97, 114} and isinstance(value, Known):  # !a and !r
        value = m.invoke(m, Api(name="repr"), [value], {}, node)
    if node.format_spec is None or not isinstance(value, Known):
        return value
    spec = m.evaluate(m, node.format_spec, scope)
    made = m.invoke(m, Api(name="format"), [value, spec], {}, node)
    return made if isinstance(made, Known) else Text(text=text_of(value), taints=value.taints)
