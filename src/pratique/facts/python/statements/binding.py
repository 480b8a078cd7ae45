"""Assignment: names, patterns, attributes and items, and what they then hold."""

from __future__ import annotations

import ast

from pratique.facts.python.calls import boxes, implicit
from pratique.facts.python.expressions import foreign, outsiders, subscripts
from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.outside import callbacks
from pratique.facts.python.values import (
    Api,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Result,
    Scope,
    Table,
    Text,
    Value,
    all_deep_taints,
    deep_taints,
    join,
    text_of,
)

_BUFFER_LIMIT = 4_000_000


def bind(machine: Machine, target: ast.expr, value: Value, scope: Scope) -> None:
    """Assign to a name, a pattern, an attribute or an item."""
    if isinstance(target, ast.Name):
        home = _home(scope, target.id) if scope.own or scope.outer else scope
        machine.assign(home, target.id, value)
    elif isinstance(target, ast.Starred):
        bind(machine, target.value, value, scope)
    elif isinstance(target, ast.Tuple | ast.List):
        _bind_pattern(machine, target.elts, value, scope)
    elif isinstance(target, ast.Attribute):
        set_attribute(machine, machine.evaluate(machine, target.value, scope), target.attr, value, target)
    elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
        _bind_slice(machine, target, target.slice, value, scope)
    elif isinstance(target, ast.Subscript):
        owner, key = (machine.evaluate(machine, e, scope) for e in (target.value, target.slice))
        implicit.dunder(machine, owner, "__setitem__", key, value)
        if isinstance(owner, Api) and owner.name == "os.environ":
            put_variable(machine, text_of(key), value, target.lineno)
        else:
            _bind_item(machine, owner, key, value, target.lineno)


def _bind_slice(machine: Machine, target: ast.Subscript, cut: ast.Slice, value: Value, scope: Scope) -> None:
    """Assign to a part of a list; what is put into a list of the interpreter's, it calls."""
    owner = machine.evaluate(machine, target.value, scope)
    items = value.items if isinstance(value, Items) else list(subscripts.iterate(machine, value))
    if isinstance(owner, Api):
        callbacks.handed(machine, f"{owner.name}.extend", None, list(items), {}, target)
        return
    if isinstance(owner, Result) and owner.name == "mmap.mmap()":
        machine.invoke(machine, Api(name="mmap.mmap().write", of=owner), [value], {}, target)
    ends = [
        machine.evaluate(machine, e, scope) if e is not None else Known(value=None)
        for e in (cut.lower, cut.upper, cut.step)
    ]
    known = [e.value for e in ends if isinstance(e, Known) and (e.value is None or isinstance(e.value, int))]
    if isinstance(owner, Items) and len(known) == 3 and not machine.unsure:
        try:
            owner.items[slice(*known)] = items
        except ValueError:  # of another length than an extended slice
            owner.taints |= deep_taints(value)
    else:
        absorb(owner, deep_taints(value))
        owner.taints |= deep_taints(value)


def _home(scope: Scope, name: str) -> Scope:
    """Where a name that is declared ``global`` or ``nonlocal`` is assigned."""
    if name in scope.own:
        return scope.module
    if name in scope.outer:
        around = scope.parent
        while around is not None:
            if name in around.names:
                return around
            around = around.parent
    return scope


def _bind_pattern(machine: Machine, targets: list[ast.expr], value: Value, scope: Scope) -> None:
    star = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
    if star is not None and isinstance(value, Items) and len(value.items) >= len(targets) - 1:
        after = len(value.items) - (len(targets) - star - 1)
        rest = Items(items=value.items[star:after], taints=value.taints)
        value = Items(items=[*value.items[:star], rest, *value.items[after:]], taints=value.taints)
    exact = isinstance(value, Items) and len(value.items) == len(targets)
    for index, target in enumerate(targets):
        if exact and isinstance(value, Items):
            inner = value.items[index]
        elif isinstance(value, Result):
            inner = Result(value.taints, value.name, value.path, value.parts)
        elif isinstance(value, Known) and isinstance(value.value, str | bytes) and len(value.value) == len(targets):
            inner = Known(value=value.value[index], taints=value.taints)
        else:
            inner = Value(taints=deep_taints(value))
        bind(machine, target, inner, scope)


def set_attribute(machine: Machine, owner: Value, name: str, value: Value, node: ast.AST | None = None) -> None:
    """``owner.name = value``; a function that is given other code runs that."""
    if name == "__code__" and isinstance(owner, Function) and (isinstance(value, Known) or _foreign(value)):
        machine.invoke(machine, Api(name="exec", disguise=(name,)), [value], {}, node or ast.Pass())
    if isinstance(owner, Instance):
        implicit.store(machine, owner, name, value)
        old = owner.names.get(name)
        owner.names[name] = join([value, old]) if machine.unsure and old is not None else value
    elif isinstance(owner, Class):
        owner.names[name] = value
    elif isinstance(owner, Function):
        machine.patched[f"{id(owner.node)}.{name}"] = value
    elif isinstance(owner, Api | Result):
        _patch(machine, owner, name, value)


def _foreign(value: Value) -> bool:
    """Whether it came from elsewhere or was hidden."""
    return any(t.source in {Source.NETWORK, Source.DECODED} for t in deep_taints(value))


def _patch(machine: Machine, owner: Api | Result, name: str, value: Value) -> None:
    """An attribute of an outside module, class or object is replaced."""
    callbacks.kept(machine, owner.name, value)
    if isinstance(owner, Api) and owner.of is None and "()" not in owner.name:
        full = foreign.attribute_name(owner.name, name)[0]
        machine.patched[full] = join([value, outsiders.api(full)]) if machine.unsure else value
    else:
        absorb(owner, deep_taints(value))


def absorb(owner: Value | None, taints: frozenset[Taint]) -> None:
    """An object of an outside class takes on the labels of what it is given."""
    for _ in range(4):
        if owner is None or not taints:
            return
        if isinstance(owner, Result):
            owner.taints |= taints
            for part in owner.parts:
                if isinstance(part, Result):
                    part.taints |= taints
        owner = owner.of if isinstance(owner, Api) else None


def _bind_item(machine: Machine, owner: Value, key: Value, value: Value, line: int) -> None:
    if isinstance(owner, Table):
        put(owner, key, value)
    elif isinstance(owner, Known) and isinstance(owner.value, bytearray):
        _bind_byte(owner, key, value)
    elif isinstance(owner, Api) and owner.name == "sys.modules" and isinstance(key, Known):
        machine.patched[str(key.value)] = value
    elif isinstance(owner, Items):
        if isinstance(key, Known) and isinstance(key.value, int) and -len(owner.items) <= key.value < len(owner.items):
            owner.items[key.value] = value
        else:
            owner.taints |= deep_taints(value)
    elif isinstance(owner, Api | Result):
        taints = deep_taints(value)
        absorb(owner, taints)
        boxes.keep(machine, owner.name.partition(".")[0], taints)
        callbacks.listed(machine, owner.name, value)
        if isinstance(key, Known) and subscripts.is_environment(owner):  # a copy of it, for a program that is started
            put_variable(machine, str(key.value), value, line)


def _bind_byte(owner: Known, key: Value, value: Value) -> None:
    index, byte = (v.value if isinstance(v, Known) and type(v.value) is int else None for v in (key, value))
    data = owner.value
    if isinstance(data, bytearray) and index is not None and byte is not None and 0 <= byte < 256:
        if -len(data) <= index < len(data):
            data[index] = byte
    else:
        owner.value = bytes(data) if isinstance(data, bytearray) else data
        owner.taints |= deep_taints(value)


def put(table: Table, key: Value, value: Value) -> None:
    """Store under a key, or aside where the key is not known."""
    if isinstance(key, Known) and subscripts.hashable(key):
        table.entries[key.value] = value
    else:
        table.rest = join([table.rest, value]) if table.rest and table.rest is not subscripts.GLOBALS else value


def put_variable(machine: Machine, name: str, value: Value, line: int) -> None:
    """A variable of the environment is a way from here to there like a file."""
    machine.files[f"${name}"] = Written(content=value, taints=deep_taints(value), line=line)


def labelled(value: Value, taints: frozenset[Taint]) -> Value:
    """The same value with more labels."""
    if isinstance(value, Known):
        return Known(value=value.value, taints=value.taints | taints)
    if isinstance(value, Text):
        return Text(text=value.text, taints=value.taints | taints)
    return Result(name="read()", taints=deep_taints(value) | taints)


def lift(constant: object, taints: frozenset[Taint]) -> Value:
    """A constant of Python's as a value of ours: lists and dicts can be looked into."""
    if isinstance(constant, list | tuple | set | frozenset):
        return Items(items=[lift(c, taints) for c in constant], taints=taints)
    if isinstance(constant, dict):
        return Table(entries={k: lift(v, taints) for k, v in constant.items()}, taints=taints)
    return Known(value=constant, taints=taints)


def entries_of(value: Value) -> dict[object, Value]:
    """What a dict holds under keys that are known."""
    return value.entries if isinstance(value, Table) else {}


def buffered(parts: Value) -> Value:
    """What was written to a file in memory, one after the other."""
    values = parts.items if isinstance(parts, Items) else [parts]
    if len(values) == 1:
        return values[0]
    taints = all_deep_taints(values)
    known = [v.value for v in values if isinstance(v, Known)]
    if len(known) == len(values) and sum(len(k) for k in known if isinstance(k, str | bytes)) < _BUFFER_LIMIT:
        for kind, nothing in ((str, ""), (bytes, b"")):
            if all(isinstance(k, kind) for k in known):
                return Known(value=nothing.join(known), taints=taints)  # type: ignore[arg-type]
    return Result(name="getvalue()", taints=taints)


def in_order(values: list[Value], by: list[Value], *, reverse: bool = False) -> list[Value]:
    """Values sorted by others; as they are where these cannot be compared."""
    keys = [_constant(b) for b in by]
    if any(k is None for k in keys):
        return list(values)
    try:
        order = sorted(range(len(values)), key=lambda i: keys[i], reverse=reverse)  # type: ignore[arg-type, return-value]
    except TypeError:
        return list(values)
    return [values[i] for i in order]


def _constant(value: Value) -> object:
    if isinstance(value, Known):
        return value.value
    if isinstance(value, Items):
        inner = tuple(v.value if isinstance(v, Known) else None for v in value.items)
        return None if None in inner else inner
    return None
