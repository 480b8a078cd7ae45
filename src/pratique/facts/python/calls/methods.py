"""Methods of what is known: of constants here, of lists, dicts and partial texts beside it."""

from __future__ import annotations

import ast

from pratique.facts.python.calls.containers import LIST_METHODS, MUTATORS, list_method, mutate, table_method
from pratique.facts.python.calls.formatting import formatted, partial_text
from pratique.facts.python.expressions import constants, outsiders, subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Taint
from pratique.facts.python.statements import binding
from pratique.facts.python.values import (
    Api,
    Function,
    Items,
    Known,
    Scope,
    Table,
    Text,
    Value,
    all_deep_taints,
    constant_of,
    is_constant,
)

_PLAIN_CODECS = frozenset({"utf-8", "utf8", "ascii", "latin-1", "latin1", "utf_8", "none"})
_SAME = frozenset({"tobytes", "tostring", "tolist", "copy"})


def method(
    machine: Machine, owner: Value, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """A method of a constant, a partial string, a list or a dict."""
    keywords.pop("", None)
    taints = all_deep_taints((Value(owner.taints), *args, *keywords.values()))
    if name == "__getitem__" and len(args) == 1:
        return subscripts.item(machine, owner, args[0], Scope())
    if isinstance(owner, Items | Table) and name in MUTATORS:
        return mutate(machine, owner, name, args, keywords)
    if isinstance(owner, Table):
        return table_method(machine, owner, name, args)
    if isinstance(owner, Items) and name in LIST_METHODS:
        return list_method(machine, owner, name, args, keywords, node)
    if isinstance(owner, Known):
        computed = _known_method(machine, owner, name, args, keywords, taints, node)
        if computed is not None:
            return computed
    if isinstance(owner, Function) and name == "replace":
        return keywords.get("co_code") or keywords.get("co_consts") or owner
    if name in {"format", "format_map"} and isinstance(owner, Known) and isinstance(owner.value, str):
        words = keywords if name == "format" else _mapped(args)
        return formatted(machine, owner.value, args, words, taints)
    if name in {"format", "join", "replace", "encode", "decode", "strip", "format_map"}:
        return Text(text=partial_text(owner, name, args, keywords), taints=taints)
    return Value(taints=taints)


def _mapped(args: list[Value]) -> dict[str, Value]:
    """The fields that ``format_map`` is given."""
    return {str(k): v for k, v in binding.entries_of(args[0]).items()} if args else {}


def _known_method(
    machine: Machine,
    owner: Known,
    name: str,
    args: list[Value],
    keywords: dict[str, Value],
    taints: frozenset[Taint],
    node: ast.AST,
) -> Value | None:
    if isinstance(owner.value, bytearray):
        if name in {"append", "extend", "insert", "pop", "reverse", "clear"}:
            return _change_bytes(owner, owner.value, name, args)
        owner = Known(value=bytes(owner.value), taints=owner.taints)
    if name in _SAME and not args and isinstance(owner.value, bytes):
        return owner
    if name == "decode" and isinstance(owner.value, bytes) and _codec(args, keywords) not in _PLAIN_CODECS:
        codec = args[:1] or [keywords.get("encoding", Value())]
        return machine.invoke(machine, Api(name="codecs.decode"), [owner, *codec], {}, node)
    computed = _constant_method(owner, name, args, keywords, taints, node)
    if isinstance(computed, Known) and isinstance(computed.value, str | bytes):
        machine.built(len(computed.value))
    return computed


def _codec(args: list[Value], keywords: dict[str, Value]) -> str:
    codec = args[0] if args else keywords.get("encoding")
    return str(codec.value).lower() if isinstance(codec, Known) else "none"


def _change_bytes(owner: Known, data: bytearray, name: str, args: list[Value]) -> Value:
    """A method that changes a bytearray in place; what is not known ends what is known of it."""
    plain = [constant_of(a) for a in args]
    try:
        known = all(is_constant(p) for p in plain) and len(data) <= constants.SIZE_LIMIT
        made = getattr(data, name)(*plain if known else (None, None, None))
    except (TypeError, ValueError, IndexError):
        owner.value = None
        owner.taints |= all_deep_taints(args)
        return Value(taints=owner.taints)
    owner.taints |= all_deep_taints(args)
    return Known(value=made, taints=owner.taints)


def _constant_method(
    owner: Known, name: str, args: list[Value], keywords: dict[str, Value], taints: frozenset[Taint], node: ast.AST
) -> Value | None:
    plain = [constant_of(a) for a in args]
    words = {k: constant_of(v) for k, v in keywords.items()}
    if not all(is_constant(p) for p in (*plain, *words.values())):
        return None
    try:
        value = constants.method(owner.value, name, tuple(plain), words)
    except constants.Unfit:
        return None
    if isinstance(value, list | tuple):
        return binding.lift(value, taints)
    if name in {"replace", "translate"} and isinstance(value, str | bytes) and len(value) > 24:
        taints = outsiders.layered(taints, "replace", node)
    return Known(value=value, taints=taints)
