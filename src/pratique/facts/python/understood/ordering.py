"""What puts values in order, or picks the first or the last of them."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from pratique.facts.python.expressions import subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.understood.shape import Special, bound, given, plain
from pratique.facts.python.values import Api, Items, Known, Table, Value, join


def _sorted(m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    if not args or not isinstance(args[0], Items | Known | Table):
        return None
    items = _by(m, list(subscripts.iterate(m, args[0])), keywords.get("key"), node, keywords.get("reverse"))
    return Items(items=items, taints=args[0].taints)


def _by(m: Machine, items: list[Value], key: Value | None, node: ast.AST, reverse: Value | None = None) -> list[Value]:
    by = [m.invoke(m, key, [i], {}, node) for i in items] if key is not None else items
    return binding.in_order(items, by, reverse=bool(plain(reverse)))


def _extreme(m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    values = list(subscripts.iterate(m, args[0])) if len(args) == 1 else args
    key = keywords.get("key")
    by = [m.invoke(m, key, [v], {}, node) for v in values] if key is not None else values
    if not values or not all(isinstance(b, Known) for b in by):
        return None
    ordered = binding.in_order(values, by)
    return ordered[0] if callee.name == "min" else ordered[-1]


def _best(m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    """``heapq.nsmallest(n, values, key)`` and its opposite."""
    if len(args) < 2 or not isinstance(args[1], Items | Known | Table):
        return None
    items = _by(m, list(subscripts.iterate(m, args[1])), given(args, keywords, 2, "key"), node)
    size = plain(args[0])
    ordered = items[::-1] if callee.name.endswith("nlargest") else items
    return Items(items=ordered[:size] if isinstance(size, int) and size >= 0 else ordered)


def _merge(m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    items = [i for a in args for i in subscripts.iterate(m, a)]
    return Items(items=_by(m, items, keywords.get("key"), node))


def _push(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if len(args) == 2 and isinstance(args[0], Items):
        args[0].items.append(args[1])
        return Known(value=None)
    return None


def _pop(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """The least of a heap; whichever there is, where they cannot be compared."""
    heap = args[0] if args else None
    if not isinstance(heap, Items) or not heap.items:
        return None
    keys = [v.items[0] if isinstance(v, Items) and v.items else v for v in heap.items]
    if m.unsure or not all(isinstance(k, Known) for k in keys):
        return join(heap.items[:4])
    first = binding.in_order(heap.items, keys)[0]
    heap.items.remove(first)
    return first


def _heapify(_m: Machine, _c: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return Known(value=None)


def _bisect(m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    key = keywords.get("key")
    if key is not None and args and isinstance(args[0], Items):
        _by(m, args[0].items[:64], key, node)
    return None


def _compared(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    """``cmp_to_key(f)(value)``: the value, which ``f`` is called with."""
    if len(args) != 2:
        return None
    m.invoke(m, args[0], [args[1], args[1]], {}, node)
    return args[1]


def _comparing(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return bound("<compared>", args[0]) if args else None


SPECIAL: Mapping[str, Special] = {
    "sorted": _sorted,
    "min": _extreme,
    "max": _extreme,
    "heapq.nsmallest": _best,
    "heapq.nlargest": _best,
    "heapq.merge": _merge,
    "heapq.heappush": _push,
    "heapq.heappop": _pop,
    "heapq.heapify": _heapify,
    **dict.fromkeys(["bisect.bisect", "bisect.bisect_left", "bisect.bisect_right", "bisect.insort"], _bisect),
    "functools.cmp_to_key": _comparing,
    "<compared>": _compared,
}
