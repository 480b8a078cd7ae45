"""Functions of the standard library that are operators."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from pratique.facts.python.expressions import constants, subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.understood.shape import Special
from pratique.facts.python.values import Api, Scope, Value, all_deep_taints, constant_of, is_constant


def _operator(make: Callable[[], ast.operator]) -> Special:
    op = make()

    def special(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
        if len(args) != 2:
            return None
        left, right = constant_of(args[0]), constant_of(args[1])
        if not is_constant(left) or not is_constant(right):
            return None
        try:
            return binding.lift(constants.binary(op, left, right), all_deep_taints(args))
        except constants.Unfit:
            return None

    return special


def _get_item(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return subscripts.item(m, args[0], args[1], Scope()) if len(args) == 2 else None


_OPERATORS: dict[str, Any] = {
    "xor": ast.BitXor,
    "add": ast.Add,
    "sub": ast.Sub,
    "mul": ast.Mult,
    "floordiv": ast.FloorDiv,
    "mod": ast.Mod,
    "and_": ast.BitAnd,
    "or_": ast.BitOr,
    "rshift": ast.RShift,
    "lshift": ast.LShift,
    "concat": ast.Add,
    "iconcat": ast.Add,
    "iadd": ast.Add,
    "ixor": ast.BitXor,
}
SPECIAL: Mapping[str, Special] = {
    "operator.getitem": _get_item,
    **{f"operator.{name}": _operator(make) for name, make in _OPERATORS.items()},
    **{f"operator.__{name.strip('_')}__": _operator(make) for name, make in _OPERATORS.items()},
}
