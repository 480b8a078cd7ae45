"""Builtins and modules that make, order and walk lists and dicts."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from pratique.facts.python.expressions import constants, outsiders, subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.understood.shape import Special, given, plain
from pratique.facts.python.values import Api, Echo, Items, Known, Table, Value, deep_taints, join

_RANGE_LIMIT = 20_000
_ENDLESS = frozenset({"itertools.cycle()", "itertools.repeat()"})


def _list(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args:
        return Items()
    if isinstance(args[0], Items | Known | Table):
        return Items(items=list(subscripts.iterate(m, args[0])), taints=args[0].taints)
    return None


def _dict(_m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    table = Table(entries=dict(keywords.items()))
    if args and isinstance(args[0], Echo):
        return args[0]
    if args and isinstance(args[0], Table):
        table = Table(args[0].taints, args[0].entries | dict(keywords.items()), args[0].rest)
    elif args and isinstance(args[0], Items):
        for pair in args[0].items:
            key, value = pair.items if isinstance(pair, Items) and len(pair.items) == 2 else (Value(), pair)
            binding.put(table, key, value)
    elif args and keywords and subscripts.is_environment(args[0]):
        table.rest = args[0]
    elif args:
        return None
    return table


def _range(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    known = [a.value for a in args if isinstance(a, Known) and isinstance(a.value, int)]
    if len(known) != len(args) or not known or (len(known) == 3 and known[2] == 0):
        return None
    span = range(*known[:3])
    size = len(span) if all(abs(k) < 1 << 62 for k in known) else _RANGE_LIMIT + 1
    return Items(items=[Known(value=i) for i in span]) if size <= _RANGE_LIMIT else None


def _reversed(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if not args or not isinstance(args[0], Items | Known):
        return None
    items = list(subscripts.iterate(m, args[0]))
    for one in items:
        one.taints = outsiders.layered(one.taints, "reverse", node)
    return Items(items=items[::-1])


def _sum(_m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    start = given(args, keywords, 1, "start")
    total: object = plain(start) if start is not None else 0
    if not args or not isinstance(args[0], Items):
        return None
    for one in args[0].items:
        try:
            total = constants.binary(ast.Add(), total, plain(one))
        except constants.Unfit:
            return None
    return Known(value=total, taints=deep_taints(args[0]))


def _len(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    value = args[0] if args else Value()
    known = plain(value)
    if isinstance(known, str | bytes):
        return Known(value=len(known))
    if isinstance(value, Table) and value.rest is None:
        return Known(value=len(value.entries))
    return Known(value=len(value.items)) if isinstance(value, Items) else None


def _shuffle(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    """The order is not known any more; what is made of the items hides something."""
    if args and isinstance(args[0], Items) and args[0].items:
        label = outsiders.layered(deep_taints(args[0]), "shuffle", node)
        args[0].items[:] = [Value(taints=label)] * len(args[0].items)
    return None


def _from_keys(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args or not isinstance(args[0], Items | Known):
        return None
    value = args[1] if len(args) > 1 else Known(value=None)
    table = Table()
    for key in subscripts.iterate(m, args[0]):
        binding.put(table, key, value)
    return table


def _either(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return join(args[0].items[:4]) if args and isinstance(args[0], Items) and args[0].items else None


SPECIAL: Mapping[str, Special] = {
    "list": _list,
    "tuple": _list,
    "set": _list,
    "frozenset": _list,
    "collections.deque": _list,
    "dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.UserDict": _dict,
    "range": _range,
    "xrange": _range,
    "reversed": _reversed,
    "sum": _sum,
    "len": _len,
    "dict.fromkeys": _from_keys,
    "random.shuffle": _shuffle,
    "random.Random().shuffle": _shuffle,
    "random.choice": _either,
}
