"""What walks lists and dicts: side by side, one after another, through a function."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from itertools import zip_longest

from pratique.facts.python.expressions import subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.understood.containers import _ENDLESS, _RANGE_LIMIT
from pratique.facts.python.understood.shape import Special, given, plain
from pratique.facts.python.values import Api, Items, Known, Result, Value, deep_taints


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


SPECIAL: Mapping[str, Special] = {
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
}
