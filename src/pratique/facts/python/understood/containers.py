"""Builtins and modules that make, order and walk lists and dicts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from pratique.facts.python.expressions import constants, outsiders, subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.understood.shape import Special, given, plain
from pratique.facts.python.values import (
    Api,
    Echo,
    Items,
    Known,
    Result,
    Scope,
    Table,
    Value,
    all_deep_taints,
    constant_of,
    deep_taints,
    is_constant,
    join,
)

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


def _map(m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if len(args) < 2:
        return None
    if callee.name == "itertools.starmap":
        rows = [r.items if isinstance(r, Items) else [r] for r in subscripts.iterate(m, args[1])]
    else:
        rows = _rows(m, args[1:])
    return Items(items=[m.invoke(m, args[0], list(row), {}, node) for row in rows])


def _rows(m: Machine, values: list[Value]) -> list[list[Value]]:
    """The columns side by side; one without an end is as long as the others."""
    columns = [list(subscripts.iterate(m, v.parts[0] if _endless(v) else v)) for v in values]  # type: ignore[attr-defined]
    length = min((len(c) for c, v in zip(columns, values, strict=True) if not _endless(v)), default=1)
    full = [c * (length // len(c) + 1) if _endless(v) and c else c for c, v in zip(columns, values, strict=True)]
    return [list(row) for row in zip(*(c[:length] for c in full), strict=False)]


def _endless(value: Value) -> bool:
    return isinstance(value, Result) and value.name in _ENDLESS and bool(value.parts)


def _cycle(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if len(args) != 1:
        return Items(items=[args[0]] * min(_count(args[1]), _RANGE_LIMIT)) if len(args) == 2 else None
    inner = args[0] if callee.name == "itertools.cycle" else Items(items=[args[0]])
    return Result(name=f"{callee.name}()", parts=(inner,), taints=deep_taints(args[0]))


def _count(value: Value) -> int:
    number = plain(value)
    return max(number, 0) if isinstance(number, int) else 1


def _filter(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if len(args) != 2:
        return None
    kept: list[Value] = []
    for one in subscripts.iterate(m, args[1]):
        test = one if plain(args[0]) is None and isinstance(args[0], Known) else m.invoke(m, args[0], [one], {}, node)
        if not isinstance(test, Known) or test.value:
            kept.append(one)
    return Items(items=kept)


def _zip(m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    if callee.name == "itertools.zip_longest":
        fill = keywords.get("fillvalue") or Known(value=None)
        columns = [list(subscripts.iterate(m, a)) for a in args]
        return Items(items=[Items(items=list(row)) for row in zip_longest(*columns, fillvalue=fill)])
    return Items(items=[Items(items=row) for row in _rows(m, args)] if args else [])


def _chain(m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    parts = list(subscripts.iterate(m, args[0])) if callee.name.endswith("from_iterable") and args else args
    items: list[Value] = []
    for part in parts:
        items += list(subscripts.iterate(m, part))[: _RANGE_LIMIT * 4]
    return Items(items=items)


def _islice(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if len(args) < 2:
        return None
    bounds = [plain(a) for a in args[1:4]]
    known = [b for b in bounds if b is None or (isinstance(b, int) and b >= 0)]
    if len(known) != len(bounds) or known[2:] == [0]:
        return None
    return Items(items=list(subscripts.iterate(m, args[0]))[slice(*known)])


def _enumerate(m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args:
        return None
    first = plain(given(args, keywords, 1, "start"))
    start = first if isinstance(first, int) else 0
    return Items(items=[Items(items=[Known(value=i), v]) for i, v in enumerate(subscripts.iterate(m, args[0]), start)])


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
    "list": _list,
    "tuple": _list,
    "set": _list,
    "frozenset": _list,
    "collections.deque": _list,
    "dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.UserDict": _dict,
    "map": _map,
    "itertools.starmap": _map,
    "itertools.imap": _map,
    "itertools.cycle": _cycle,
    "itertools.repeat": _cycle,
    "filter": _filter,
    "zip": _zip,
    "itertools.zip_longest": _zip,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": _chain,
    "itertools.islice": _islice,
    "enumerate": _enumerate,
    "range": _range,
    "xrange": _range,
    "reversed": _reversed,
    "sum": _sum,
    "len": _len,
    "operator.getitem": _get_item,
    "dict.fromkeys": _from_keys,
    "random.shuffle": _shuffle,
    "random.Random().shuffle": _shuffle,
    "random.choice": _either,
    **{f"operator.{name}": _operator(make) for name, make in _OPERATORS.items()},
    **{f"operator.__{name.strip('_')}__": _operator(make) for name, make in _OPERATORS.items()},
}
