"""Operators: what they give for values, constants computed and partial texts kept, and where they stand in code."""

from __future__ import annotations

import ast
import re

from pratique.facts.python.calls import implicit
from pratique.facts.python.expressions import constants
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Taint
from pratique.facts.python.statements import binding
from pratique.facts.python.values import (
    Api,
    Choice,
    Instance,
    Items,
    Known,
    Result,
    Scope,
    Table,
    Text,
    Value,
    all_deep_taints,
    constant_of,
    deep_taints,
    is_constant,
    join,
    text_of,
)

_ITEM_LIMIT = 100_000
_REPEATED = 10_000
_TEXT_LIMIT = 100_000
"""Characters of a text of which only parts are known."""
_NAMED = re.compile(r"%\((\w{1,80})\)[#0\- +]*\d{0,4}(?:\.\d{1,4})?([a-zA-Z])")
_KEY = re.compile(r"%\(([^()]{1,400})\)")
_NUMBERS = frozenset({int, bool, float})
_BYTES = frozenset({"ctypes.c_ubyte", "ctypes.c_uint8", "ctypes.c_byte", "ctypes.c_int8", "ctypes.c_char"})
"""Types whose arrays hold machine code."""


def binary(m: Machine, op: ast.operator, left: Value, right: Value) -> Value:
    """``left op right``, with constants computed and partial strings kept."""
    if isinstance(left, Api) and isinstance(op, ast.Mult) and left.name in _BYTES:
        return Api(left.taints, "ctypes.Array")
    if isinstance(left, Choice):
        return join([binary(m, op, o, right) for o in left.options])
    taints = all_deep_taints((Value(left.taints), right))
    plain = constant_of(right)
    if isinstance(left, Known) and is_constant(plain):
        return _computed(m, op, left.value, plain, taints)
    if isinstance(left, Result) and left.path and isinstance(op, ast.Div) and left.name.startswith("pathlib."):
        return m.invoke(m, Api(name="pathlib.Path"), [left, right], {}, op)
    made = _of_collections(op, left, right, taints | left.taints)
    if made is not None:
        return made
    if isinstance(op, ast.Add | ast.Div):
        middle = "/" if isinstance(op, ast.Div) else ""
        text = (text_of(left) + middle + text_of(right))[:_TEXT_LIMIT]
        m.built(len(text))
        return Text(text=text, taints=taints | left.taints)
    if isinstance(op, ast.Mod) and isinstance(left, Known) and isinstance(left.value, str):
        return Text(text=_percent(m, left.value, right), taints=taints)
    return Value(taints=taints | deep_taints(left))


def _of_collections(op: ast.operator, left: Value, right: Value, taints: frozenset[Taint]) -> Value | None:
    """Lists put together or repeated, dicts merged."""
    if isinstance(left, Table):
        if not isinstance(op, ast.BitOr) or not isinstance(right, Table):
            return None
        return Table(taints, left.entries | right.entries, right.rest or left.rest)
    if not isinstance(left, Items):
        return None
    if isinstance(op, ast.Add) and isinstance(right, Items):
        return Items(items=[*left.items, *right.items][:_ITEM_LIMIT], taints=taints)
    times = right.value if isinstance(op, ast.Mult) and isinstance(right, Known) else None
    if isinstance(times, int) and times * len(left.items) < _REPEATED:
        return Items(items=left.items * times, taints=taints)
    return None


def _computed(m: Machine, op: ast.operator, left: object, right: object, taints: frozenset[Taint]) -> Value:
    try:
        made = constants.binary(op, bytes(left) if isinstance(left, bytearray) else left, right)
    except constants.Unfit:
        return Value(taints=taints)
    if type(made) in _NUMBERS:
        return Known(taints, made)
    if isinstance(made, str | bytes):
        m.built(len(made))
        return Known(taints, bytearray(made) if isinstance(left, bytearray) and isinstance(made, bytes) else made)
    return binding.lift(made, taints)


def _percent(m: Machine, template: str, right: Value) -> str:
    if isinstance(right, Instance):
        for key in _KEY.findall(template)[:16]:
            implicit.dunder(m, right, "__getitem__", Known(value=key))
    if isinstance(right, Table):
        return _NAMED.sub(lambda field: _spelled(right.entries.get(field[1]), field), template)[:_TEXT_LIMIT]
    parts = right.items if isinstance(right, Items) else [right]
    for part in parts:
        at = template.find("%")
        if at < 0:
            break
        template = template[:at] + text_of(part) + template[at + 2 :]
    return template


def _spelled(value: Value | None, field: re.Match[str]) -> str:
    text = f"<{field[1]}>" if value is None else text_of(value)
    return f"'{text}'" if field[2] == "r" else text


def binop(m: Machine, node: ast.BinOp, scope: Scope) -> Value:
    """A sum and its like: of objects of the file, of constants, of partial texts."""
    spine = [node]
    while isinstance(spine[-1].left, ast.BinOp):  # a long sum nests to the left: walk it, don't recurse
        spine.append(spine[-1].left)
    value = m.evaluate(m, spine[-1].left, scope)
    for one in reversed(spine):
        right = m.evaluate(m, one.right, scope)
        if type(value) is Instance or type(right) is Instance:
            made = implicit.operate(m, one.op, value, right)
            if made is not None:
                value = made
                continue
        value = binary(m, one.op, value, right)
    return value


def unaryop(m: Machine, node: ast.UnaryOp, scope: Scope) -> Value:
    """``-x``, ``+x``, ``~x`` and ``not x``."""
    value = m.evaluate(m, node.operand, scope)
    if type(value) is Instance:
        return implicit.unary(m, node.op, value) or Value()
    if isinstance(node.op, ast.Not) and isinstance(value, Known):
        return Known(value=not value.value, taints=value.taints)
    if isinstance(value, Known) and isinstance(value.value, int | float):
        plain = value.value
        if isinstance(node.op, ast.Invert) and isinstance(plain, int):
            return Known(value=~plain, taints=value.taints)
        if isinstance(node.op, ast.USub | ast.UAdd):
            return Known(value=-plain if isinstance(node.op, ast.USub) else plain, taints=value.taints)
    return Value(taints=value.taints)


def boolop(m: Machine, node: ast.BoolOp, scope: Scope) -> Value:
    """``and`` and ``or``: any of their values, for all we know."""
    return join([m.evaluate(m, v, scope) for v in node.values])


def compare(m: Machine, node: ast.Compare, scope: Scope) -> Value:
    """A comparison, or a chain of them."""
    left = m.evaluate(m, node.left, scope)
    rights = [m.evaluate(m, c, scope) for c in node.comparators]
    if type(left) is Instance or any(type(r) is Instance for r in rights):
        return implicit.compare(m, node.ops[0], left, rights[0]) or Value()
    plain = [constant_of(value) for value in (left, *rights)] if isinstance(left, Known) else []
    if plain and all(map(is_constant, plain)):
        try:
            return Known(value=all(map(constants.compare, node.ops, plain, plain[1:])))
        except constants.Unfit:
            pass
    return Value()


def ifexp(m: Machine, node: ast.IfExp, scope: Scope) -> Value:
    """``a if test else b``."""
    test = m.evaluate(m, node.test, scope)
    if isinstance(test, Known) and m.stack and m.stack.count(m.stack[-1]) > 1:  # a recursion ends here or never
        return m.evaluate(m, node.body if test.value else node.orelse, scope)
    with m.perhaps():
        yes, no = m.evaluate(m, node.body, scope), m.evaluate(m, node.orelse, scope)
    if isinstance(test, Known):
        return yes if test.value else no
    return join([yes, no])
