"""Methods of what is known: constants, partial strings, lists and dicts."""

from __future__ import annotations

import ast

from pratique.facts.python import constants, lookup
from pratique.facts.python.expressions import constant_of, is_constant
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Taint
from pratique.facts.python.values import (
    Items,
    Known,
    Scope,
    Table,
    Text,
    Value,
    all_deep_taints,
    deep_taints,
    join,
    text_of,
)

_MUTATORS = frozenset(["append", "add", "extend", "insert", "update", "setdefault", "appendleft"])


def method(
    machine: Machine, owner: Value, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """A method of a constant, a partial string, a list or a dict."""
    keywords.pop("", None)
    taints = all_deep_taints((Value(owner.taints), *args, *keywords.values()))
    if isinstance(owner, Items | Table) and name in _MUTATORS:
        if keywords and isinstance(owner, Table):
            owner.entries.update(keywords)
        return _mutate(owner, name, args)
    if isinstance(owner, Table):
        return _table_method(machine, owner, name, args)
    if isinstance(owner, Items) and name in {"pop", "reverse", "copy", "sort"}:
        if name == "reverse":
            owner.items.reverse()
        return (
            owner
            if name == "copy"
            else (join(owner.items[-3:]) if name == "pop" and owner.items else Known(value=None))
        )
    if isinstance(owner, Known):
        computed = _constant_method(owner, name, args, keywords, taints, node)
        if computed is not None:
            return computed
    if name in {"format", "join", "replace", "encode", "decode", "strip", "format_map"}:
        return Text(text=_partial(owner, name, args, keywords), taints=taints)
    return Value(taints=taints)


def _constant_method(
    owner: Known, name: str, args: list[Value], keywords: dict[str, Value], taints: frozenset[Taint], node: ast.AST
) -> Value | None:
    plain = [constant_of(a) for a in args]
    words = {k: constant_of(v) for k, v in keywords.items()}
    if not all(is_constant(p) for p in (*plain, *words.values())):
        return None
    if (
        name == "decode"
        and plain
        and str(plain[0]).lower() not in {"utf-8", "utf8", "ascii", "latin-1", "latin1", "utf_8"}
    ):
        return None
    try:
        value = constants.method(owner.value, name, tuple(plain), words)
    except constants.Unfit:
        return None
    if isinstance(value, list | tuple):
        return Items(items=[Known(value=v, taints=taints) for v in value], taints=taints)
    if name in {"replace", "translate"} and isinstance(value, str | bytes) and len(value) > 24:
        taints = lookup.layered(taints, "replace", node)
    return Known(value=value, taints=taints)


def _partial(owner: Value, name: str, args: list[Value], keywords: dict[str, Value]) -> str:
    text = text_of(owner)
    if name == "join" and args:
        inner = args[0].items if isinstance(args[0], Items) else [args[0]]
        return text.join(text_of(v) for v in inner[:256])
    if name == "format":
        for index, value in enumerate(args):
            text = text.replace("{}", text_of(value), 1).replace(f"{{{index}}}", text_of(value))
        for key, value in keywords.items():
            text = text.replace(f"{{{key}}}", text_of(value))
        return text[: constants.SIZE_LIMIT]
    return text


def _mutate(owner: Items | Table, name: str, args: list[Value]) -> Value:
    if isinstance(owner, Items) and args:
        added = args[-1]
        owner.items += added.items if name in {"extend", "update"} and isinstance(added, Items) else [added]
        owner.taints |= deep_taints(added)
    elif isinstance(owner, Table) and args and isinstance(args[0], Table):
        owner.entries.update(args[0].entries)
    elif isinstance(owner, Table):
        owner.taints |= frozenset(t for a in args for t in deep_taints(a))
    return Known(value=None)


def _table_method(machine: Machine, owner: Table, name: str, args: list[Value]) -> Value:
    if name in {"get", "pop", "setdefault"} and args:
        return lookup.item(machine, owner, args[0], Scope())
    if name == "values":
        return Items(items=list(owner.entries.values()))
    if name == "items":
        return Items(items=[Items(items=[Known(value=k), v]) for k, v in owner.entries.items()])
    return Items(items=[Known(value=k) for k in owner.entries]) if name == "keys" else Value(taints=deep_taints(owner))
