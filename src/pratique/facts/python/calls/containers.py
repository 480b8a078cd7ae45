"""Methods of lists and dicts: what they give, and what the list or dict holds afterwards."""

from __future__ import annotations

import ast

from pratique.facts.python.expressions import subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.values import Items, Known, Scope, Table, Value, deep_taints, join

MUTATORS = frozenset(["append", "add", "extend", "insert", "update", "setdefault", "appendleft", "extendleft"])


LIST_METHODS = frozenset({"pop", "popleft", "reverse", "copy", "sort", "clear", "index", "count", "rotate", "remove"})


def list_method(
    machine: Machine, owner: Items, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """A method of a list: of what it gives, and of its order."""
    plain = args[0].value if args and isinstance(args[0], Known) else None
    if name in {"pop", "popleft"}:
        return _pop(machine, owner, 0 if name == "popleft" else plain if args else -1)
    if name == "copy":
        return Items(items=list(owner.items), taints=owner.taints)
    if name in {"index", "count"}:
        known = [v.value if isinstance(v, Known) else None for v in owner.items]
        return Known(value=known.count(plain)) if name == "count" else _index(known, plain)
    if machine.unsure:
        return Known(value=None)
    if name == "reverse":
        owner.items.reverse()
    elif name == "sort":
        key = keywords.get("key")
        by = [machine.invoke(machine, key, [i], {}, node) for i in owner.items] if key is not None else owner.items
        reverse = keywords.get("reverse")
        owner.items[:] = binding.in_order(owner.items, by, reverse=isinstance(reverse, Known) and bool(reverse.value))
    elif name == "rotate" and isinstance(plain, int) and owner.items:
        at = -plain % len(owner.items)
        owner.items[:] = owner.items[at:] + owner.items[:at]
    elif name == "clear":
        owner.items.clear()
    return Known(value=None)


def _pop(machine: Machine, owner: Items, at: object) -> Value:
    if not owner.items:
        return Value(taints=owner.taints)
    if not isinstance(at, int) or not -len(owner.items) <= at < len(owner.items):
        return join(owner.items[-3:])
    return owner.items[at] if machine.unsure else owner.items.pop(at)


def _index(known: list[object], plain: object) -> Value:
    return Known(value=known.index(plain)) if plain is not None and plain in known else Value()


def mutate(machine: Machine, owner: Items | Table, name: str, args: list[Value], keywords: dict[str, Value]) -> Value:
    """A method that puts something into a list or a dict."""
    if isinstance(owner, Items):
        if args and not machine.dead:
            _add(machine, owner, name, args)
        return Known(value=None)
    if name == "setdefault" and args:
        known = args[0].value if isinstance(args[0], Known) else None
        default = args[1] if len(args) > 1 else Known(value=None)
        if known not in owner.entries or known is None:
            binding.put(owner, args[0], default)
        return owner.entries.get(known, default)
    if args and isinstance(args[0], Table):
        owner.entries.update(args[0].entries)
        owner.rest = args[0].rest if owner.rest is None else owner.rest
    elif args and owner.rest is None and subscripts.is_environment(args[0]):
        owner.rest = args[0]
    elif args:
        owner.taints |= frozenset(t for a in args for t in deep_taints(a))
    owner.entries.update(keywords)
    return Known(value=None)


def _add(machine: Machine, owner: Items, name: str, args: list[Value]) -> None:
    added = args[-1]
    several = list(subscripts.iterate(machine, added)) if name in {"extend", "update", "extendleft"} else [added]
    at = args[0].value if name == "insert" and len(args) > 1 and isinstance(args[0], Known) else None
    if name in {"appendleft", "extendleft"}:
        owner.items[:0] = several[::-1]
    elif isinstance(at, int):
        owner.items.insert(max(min(at, len(owner.items)), -len(owner.items)), added)
    else:
        owner.items += several
    owner.taints |= deep_taints(added)


def _taken(machine: Machine, owner: Table, args: list[Value]) -> Value:
    """What lies under a key; the default where it is known that nothing does."""
    key = args[0]
    if len(args) > 1 and owner.rest is None and not (isinstance(key, Known) and key.value in owner.entries):
        return args[1] if isinstance(key, Known) else join([*list(owner.entries.values())[:3], args[1]])
    return subscripts.item(machine, owner, key, Scope())


def table_method(machine: Machine, owner: Table, name: str, args: list[Value]) -> Value:
    """A method of a dict that takes something from it, or lists it."""
    if name in {"get", "pop", "setdefault"} and args:
        return _taken(machine, owner, args)
    if name == "popitem" and owner.entries:
        key, value = list(owner.entries.items())[-1]
        return Items(items=[Known(value=key), value])
    if name == "copy":
        return Table(owner.taints, dict(owner.entries), owner.rest)
    if name == "values":
        return Items(items=list(owner.entries.values()))
    if name == "items":
        return Items(items=[Items(items=[Known(value=k), v]) for k, v in owner.entries.items()])
    return Items(items=[Known(value=k) for k in owner.entries]) if name == "keys" else Value(taints=deep_taints(owner))
