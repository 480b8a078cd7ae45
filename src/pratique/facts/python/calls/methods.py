"""Methods of what is known: constants, partial strings, lists and dicts."""

from __future__ import annotations

import ast
import re
import string

from pratique.facts.python.expressions import attributes, constants, outsiders, subscripts
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
    deep_taints,
    is_constant,
    join,
    text_of,
)

_MUTATORS = frozenset(["append", "add", "extend", "insert", "update", "setdefault", "appendleft", "extendleft"])
_PLAIN_CODECS = frozenset({"utf-8", "utf8", "ascii", "latin-1", "latin1", "utf_8", "none"})
_SAME = frozenset({"tobytes", "tostring", "tolist", "copy"})
_REPEATED = re.compile(r"(<[^<>]{1,80}>)\1+")
"""The same unknown part again and again: letters drawn at random."""
_FIELD = re.compile(r"(\w*)((?:\.\w+|\[[^\]]{1,40}\])*)")
_STEP = re.compile(r"\.(\w+)|\[([^\]]{1,40})\]")


def method(
    machine: Machine, owner: Value, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """A method of a constant, a partial string, a list or a dict."""
    keywords.pop("", None)
    taints = all_deep_taints((Value(owner.taints), *args, *keywords.values()))
    if name == "__getitem__" and len(args) == 1:
        return subscripts.item(machine, owner, args[0], Scope())
    if isinstance(owner, Items | Table) and name in _MUTATORS:
        return _mutate(machine, owner, name, args, keywords)
    if isinstance(owner, Table):
        return _table_method(machine, owner, name, args)
    if isinstance(owner, Items) and name in _LIST:
        return _list_method(machine, owner, name, args, keywords, node)
    if isinstance(owner, Known):
        computed = _known_method(machine, owner, name, args, keywords, taints, node)
        if computed is not None:
            return computed
    if isinstance(owner, Function) and name == "replace":
        return keywords.get("co_code") or keywords.get("co_consts") or owner
    if name in {"format", "format_map"} and isinstance(owner, Known) and isinstance(owner.value, str):
        words = (
            keywords
            if name == "format"
            else {str(k): v for k, v in binding.entries_of(args[0]).items()}
            if args
            else {}
        )
        return _formatted(machine, owner.value, args, words, taints)
    if name in {"format", "join", "replace", "encode", "decode", "strip", "format_map"}:
        return Text(text=_partial(owner, name, args, keywords), taints=taints)
    return Value(taints=taints)


_LIST = frozenset({"pop", "popleft", "reverse", "copy", "sort", "clear", "index", "count", "rotate", "remove"})


def _list_method(
    machine: Machine, owner: Items, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
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
        owner.value = bytes(data)
        owner.taints |= all_deep_taints(args)
        return Value(taints=owner.taints)
    owner.taints |= all_deep_taints(args)
    return Known(value=made, taints=owner.taints)


def _formatted(
    machine: Machine, template: str, args: list[Value], words: dict[str, Value], taints: frozenset[Taint]
) -> Value:
    """``format`` with values of which not all are known, their attributes and items included."""
    made: list[str] = []
    known = True
    try:
        fields = list(string.Formatter().parse(template))
    except ValueError:
        return Text(text=template[: constants.SIZE_LIMIT], taints=taints)
    for count, (literal, field, spec, _) in enumerate(fields[:1_000]):
        made.append(literal)
        if field is not None:
            value = _field(machine, field, count, args, words)
            known = known and isinstance(value, Known) and not spec
            made.append(text_of(value))
    text = "".join(made)[: constants.SIZE_LIMIT]
    machine.built(len(text))
    return Known(value=text, taints=taints) if known else Text(text=text, taints=taints)


def _field(machine: Machine, field: str, count: int, args: list[Value], words: dict[str, Value]) -> Value:
    match = _FIELD.fullmatch(field)
    if match is None:
        return Value()
    first = match[1] or str(count)
    if first.isdecimal():
        value = args[int(first[:6])] if int(first[:6]) < len(args) else Value()
    else:
        value = words.get(first, Value())
    for name, key in _STEP.findall(match[2]):
        plain = int(key) if key.isdecimal() and len(key) < 9 else key
        value = (
            attributes.attribute(machine, value, name)
            if name
            else subscripts.item(machine, value, Known(value=plain), Scope())
        )
    return value


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


def _partial(owner: Value, name: str, args: list[Value], keywords: dict[str, Value]) -> str:
    text = text_of(owner)
    if name == "join" and args:
        inner = args[0].items if isinstance(args[0], Items) else [args[0]]
        return _REPEATED.sub(r"\1", text.join(text_of(v) for v in inner[:256]))
    if name == "format":
        for index, value in enumerate(args):
            text = text.replace("{}", text_of(value), 1).replace(f"{{{index}}}", text_of(value))
        for key, value in keywords.items():
            text = text.replace(f"{{{key}}}", text_of(value))
        return text[: constants.SIZE_LIMIT]
    return text


def _mutate(machine: Machine, owner: Items | Table, name: str, args: list[Value], keywords: dict[str, Value]) -> Value:
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


def _table_method(machine: Machine, owner: Table, name: str, args: list[Value]) -> Value:
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
