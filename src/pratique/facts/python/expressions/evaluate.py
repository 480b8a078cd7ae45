"""Expressions: what is known of the value of each kind of node."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.facts.python.calls import scopes
from pratique.facts.python.distribution import siblings
from pratique.facts.python.expressions import attributes, generators, outsiders, subscripts
from pratique.facts.python.expressions.comprehensions import comprehension, dict_comprehension
from pratique.facts.python.expressions.literals import dictionary, joined, sequence
from pratique.facts.python.expressions.names import name_value
from pratique.facts.python.expressions.operators import binop, boolop, compare, ifexp, unaryop
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.values import (
    NO_TAINT,
    Api,
    Function,
    Items,
    Known,
    Own,
    Scope,
    Table,
    Text,
    Value,
    deep_taints,
    text_of,
)

_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})


def evaluate(machine: Machine, node: ast.expr, scope: Scope) -> Value:
    """The value of an expression, as far as it is known."""
    machine.steps += 1
    if machine.steps > machine.step_limit:
        machine.tired = True
    handler = _HANDLERS.get(type(node))
    return handler(machine, node, scope) if handler else Value()


def _constant(_m: Machine, node: ast.Constant, _s: Scope) -> Value:
    value = node.value
    return Known(NO_TAINT, value) if type(value) in _PLAIN else Value()


def _name(m: Machine, node: ast.Name, scope: Scope) -> Value:
    return _looked_up(m, name_value(m, scope, node.id))


def _attribute(m: Machine, node: ast.Attribute, scope: Scope) -> Value:
    return _looked_up(m, attributes.attribute(m, evaluate(m, node.value, scope), node.attr))


def _looked_up(m: Machine, value: Value) -> Value:
    return siblings.settled(m, value) if m.eager and isinstance(value, Own) else value


def _subscript(m: Machine, node: ast.Subscript, scope: Scope) -> Value:
    value = evaluate(m, node.value, scope)
    if isinstance(node.slice, ast.Slice):
        return _slice(m, value, node.slice, scope)
    return subscripts.item(m, value, evaluate(m, node.slice, scope), scope)


def _slice(m: Machine, value: Value, node: ast.Slice, scope: Scope) -> Value:
    ends = [evaluate(m, e, scope) if e is not None else Known(value=None) for e in (node.lower, node.upper, node.step)]
    numbers = [e.value for e in ends if isinstance(e, Known) and (e.value is None or isinstance(e.value, int))]
    if len(numbers) == 3 and numbers[2] != 0:
        cut = slice(*numbers)
        if isinstance(value, Known) and isinstance(value.value, str | bytes | bytearray):
            taints = outsiders.layered(value.taints, "reverse", node) if numbers[2] == -1 else value.taints
            return Known(value=value.value[cut], taints=taints)
        if isinstance(value, Items):
            return Items(items=value.items[cut], taints=value.taints)
    if isinstance(value, Known | Items):
        return Value(taints=deep_taints(value))
    return Text(text=text_of(value), taints=value.taints)


def _lambda(m: Machine, node: ast.Lambda, scope: Scope) -> Value:
    for default in node.args.defaults:
        if type(default) is ast.Call:
            evaluate(m, default, scope)
    function = Function(node=node, scope=scope, name="<lambda>", origin=m.origin)
    m.functions.append(function)
    return function


def _named(m: Machine, node: ast.NamedExpr, scope: Scope) -> Value:
    value = evaluate(m, node.value, scope)
    binding.bind(m, node.target, value, scope)
    return value


def _call(m: Machine, node: ast.Call, scope: Scope) -> Value:
    callee = evaluate(m, node.func, scope)
    args: list[Value] = []
    for arg in node.args:
        value = evaluate(m, arg.value if isinstance(arg, ast.Starred) else arg, scope)
        args += value.items if isinstance(arg, ast.Starred) and isinstance(value, Items) else [value]
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluate(m, keyword.value, scope)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, Table):
            keywords |= {k: v for k, v in value.entries.items() if isinstance(k, str)}
    if isinstance(callee, Api) and callee.name in {"globals", "locals", "vars", "dir", "super", "exec", "eval"}:
        return scopes.scope_call(m, callee, args, keywords, node, scope)
    return m.invoke(m, callee, args, keywords, node)


def _inner(m: Machine, node: ast.Await | ast.YieldFrom | ast.Starred | ast.Yield, scope: Scope) -> Value:
    value = evaluate(m, node.value, scope) if node.value is not None else Known(value=None)
    if isinstance(node, ast.Yield):
        return generators.yields(m, node, value, [value])
    if isinstance(node, ast.YieldFrom):
        return generators.yields(m, node, value, subscripts.iterate(m, value))
    return value


_HANDLERS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.BinOp: binop,
    ast.UnaryOp: unaryop,
    ast.BoolOp: boolop,
    ast.Compare: compare,
    ast.IfExp: ifexp,
    ast.List: sequence,
    ast.Tuple: sequence,
    ast.Set: sequence,
    ast.Dict: dictionary,
    ast.JoinedStr: joined,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.DictComp: dict_comprehension,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
    ast.Call: _call,
    ast.Await: _inner,
    ast.YieldFrom: _inner,
    ast.Yield: _inner,
    ast.Starred: _inner,
}
