"""Look-ups: attributes, items, iteration and assignment on abstract values."""

from __future__ import annotations

import ast
import ipaddress
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from pratique.facts.python import callbacks, implicit
from pratique.facts.python.apis import CONSTANTS, canonical, look_up
from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.secrets import secret_place
from pratique.facts.python.values import (
    NO_TAINT,
    Api,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Own,
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

_NAME_LIMIT = 200
_LOOP_LIMIT = 20_000
_BUFFER_LIMIT = 4_000_000
_ITSELF = frozenset({"__dict__", "__call__", "__wrapped__"})


def outside(name: str) -> Value:
    """A name that is imported: a constant of the standard library, or something from outside."""
    constant = CONSTANTS.get(name)
    return Known(value=constant) if constant is not None else api(name)


def api(name: str, disguise: tuple[str, ...] = (), taints: frozenset[Taint] = frozenset()) -> Api:
    """An outside name in its canonical spelling; the environment as a whole is labelled as such."""
    name = canonical(name)
    if name in {"os.environ", "os.environb"}:
        taints |= {Taint(Source.ENVIRON, "os.environ")}
    return Api(name=name, disguise=disguise, taints=taints)


def from_stars(machine: Machine, stars: list[str], name: str) -> Value | None:
    """A name that ``from module import *`` may have brought: of the distribution, or in the catalogue."""
    for module in stars:
        if machine.library is not None and machine.library.value(f"{module}.{name}") is not None:
            return Own(name=f"{module}.{name}")
        full = canonical(f"{module}.{name}")
        if look_up(full).does or look_up(full).gives:
            return Api(name=full)
    return None


def layered(taints: frozenset[Taint], layer: str, node: ast.AST | None) -> frozenset[Taint]:
    """Add a decoder to the chain that the labels carry, outermost first."""
    old = [t for t in taints if t.source is Source.DECODED]
    chain = max((t.detail for t in old), key=len, default="")
    if chain.endswith(layer) and layer in {"chr", "reverse", "ints"}:
        return taints
    detail = f"{chain}>{layer}" if chain else layer
    return (taints - set(old)) | {Taint(Source.DECODED, detail[:120], getattr(node, "lineno", 0))}


def attribute(machine: Machine, value: Value, name: str) -> Value:
    """``value.name``."""
    kind = type(value)
    if kind is Api:
        found = _api_attribute(value, name)  # type: ignore[arg-type]
        return machine.patched.get(found.name, found) if machine.patched and isinstance(found, Api) else found
    if kind is Result:
        return _result_attribute(value, name)  # type: ignore[arg-type]
    if isinstance(value, Instance):
        return _instance_attribute(machine, value, name)
    if isinstance(value, Own):
        return Own(value.taints, f"{value.name}.{name}"[-_NAME_LIMIT:], value if value.maker else None)
    if isinstance(value, Choice):
        return join([attribute(machine, o, name) for o in value.options])
    if isinstance(value, Class):
        return _class_attribute(machine, value, name)
    if isinstance(value, Function):
        if machine.patched and (patched := machine.patched.get(f"{id(value.node)}.{name}")) is not None:
            return patched
        return _function_attribute(value, name)
    if isinstance(value, Known) and name in {"co_code", "co_consts"}:
        return value
    return Result(name=name, parts=(value,), taints=value.taints)


def _function_attribute(value: Function, name: str) -> Value:
    if name == "__globals__":
        return namespace(value.scope.module)
    if name == "__builtins__":
        return Api(name="builtins", disguise=(name,))
    if name in {"__code__", "__func__", "__wrapped__"}:
        return value
    if name in {"__name__", "__qualname__"}:
        return Known(value=value.name.rpartition(".")[2])
    return Result(name=name, parts=(value,), taints=value.taints)


def namespace(scope: Scope) -> Table:
    """``globals()`` and its like: what is changed there changes the names themselves."""
    return Table(entries=scope.names, rest=_GLOBALS)  # type: ignore[arg-type]


def _result_attribute(value: Result, name: str) -> Value:
    if len(value.name) >= _NAME_LIMIT:
        return Value(taints=value.taints)
    if value.name in _PROPERTIES and value.parts and name in _PROPERTIES[value.name]:
        return _property(value, name)
    if value.parts and isinstance(value.parts[0], Own):
        return Own(value.taints, f"{value.name}.{name}", value)
    if not value.path:
        return Api(value.taints, _joined(value.name, name), (), value.parts, value)
    if value.name.startswith("pathlib."):
        return _path_attribute(value, name)
    return Api(value.taints | _path_taint(value), _joined(value.name, name), (), value.parts, value)


_PROPERTIES = {
    "uuid.UUID()": ("bytes", "bytes_le", "hex", "int"),
    "ipaddress.ip_address()": ("packed",),
    "ipaddress.IPv4Address()": ("packed",),
    "ipaddress.IPv6Address()": ("packed",),
}
_MAKERS: dict[str, Callable[[str], object]] = {
    "uuid.UUID()": uuid.UUID,
    "ipaddress.ip_address()": ipaddress.ip_address,
    "ipaddress.IPv4Address()": ipaddress.IPv4Address,
    "ipaddress.IPv6Address()": ipaddress.IPv6Address,
}


def _property(value: Result, name: str) -> Value:
    """What an identifier or an address spells in bytes."""
    given = value.parts[0]
    try:
        if isinstance(given, Known) and isinstance(given.value, str):
            made = getattr(_MAKERS[value.name](given.value), name)
            return Known(value=made, taints=layered(value.taints, "address", None))
    except ValueError:
        pass
    return Value(taints=value.taints)


def _path_attribute(value: Result, name: str) -> Value:
    """An attribute of a path; what opens it carries the path as a label, like an open file."""
    path = value.path.rstrip("/")
    if name == "parent":
        return Result(value.taints, value.name, path.rpartition("/")[0] or path)
    if name == "name":
        return Text(value.taints, path.rpartition("/")[2])
    taints = value.taints | {Taint(Source.FILE, value.path[:160])}
    return Api(taints, _joined(value.name, name), (), (value,), value)


@lru_cache(maxsize=16_384)
def _joined(owner: str, name: str) -> str:
    return canonical(f"{owner}.{name}")


def _path_taint(value: Result) -> frozenset[Taint]:
    opened = value.name.startswith(("open", "os.fdopen")) or value.name.endswith(".open()")
    return frozenset({Taint(Source.FILE, value.path[:160])}) if value.path and opened else NO_TAINT


def _api_attribute(value: Api, name: str) -> Value:
    if name in _SPECIAL:
        special = _special_attribute(value, name)
        if special is not None:
            return special
    full, whole_environment, constant = _attribute_name(value.name, name)
    if constant is not None:
        return Known(value=constant)
    taints = value.taints if value.taints and "()" in value.name else NO_TAINT
    return Api(taints | whole_environment if whole_environment else taints, full, value.disguise, value.owner, value.of)


_SPECIAL = frozenset({"__call__", "__dict__", "__wrapped__", "__builtins__", "__self__", "__name__", "__module__"})


def _special_attribute(value: Api, name: str) -> Value | None:
    """Attributes that every function and module has."""
    if name == "__dict__" and "()" not in value.name:
        return Result(name=name, parts=(value,))
    if name in _ITSELF:
        return value
    if name == "__builtins__":
        return Api(name="builtins", disguise=(*value.disguise, name))
    if "()" in value.name:
        return None
    module, _, last = value.name.rpartition(".")
    if name == "__self__":
        return Api(name=module or "builtins", disguise=(*value.disguise, name))
    return Known(value=last if name == "__name__" else module.partition(".")[0] or "builtins")


@lru_cache(maxsize=16_384)
def _attribute_name(owner: str, name: str) -> tuple[str, frozenset[Taint], str | None]:
    full = f"{owner}.{name}" if owner not in {"", "builtins", "__builtins__"} else name
    found = api(full[-_NAME_LIMIT:])
    return found.name, found.taints, CONSTANTS.get(found.name)


def _class_attribute(machine: Machine, value: Class, name: str) -> Value:
    found = implicit.read(machine, value, value.find(name), name)
    if isinstance(found, implicit.OfClass):
        return found.bound_to(value)
    if found is None and name == "__dict__":
        return Table(entries=value.names)  # type: ignore[arg-type]
    if found is None and name in {"__name__", "__qualname__"}:
        return Known(value=value.name)
    return found or Value()


def _instance_attribute(machine: Machine, value: Instance, name: str) -> Value:
    if name in value.names:
        return value.names[name]
    found = value.cls.find(name)
    if type(found) is not Function:
        found = implicit.read(machine, value, found, name)
    if isinstance(found, Function):
        return found.bound_to(value)
    if found is None:
        found = implicit.dunder(machine, value, "__getattr__", Known(value=name))
    if found is not None:
        return found
    if name == "__dict__":
        return Table(entries=value.names)  # type: ignore[arg-type]
    if name == "__class__":
        return value.cls
    outside = next((b for b in value.cls.bases if isinstance(b, Api)), None)
    return Api(name=f"{outside.name}().{name}"[-_NAME_LIMIT:], of=value) if outside else Value(taints=value.taints)


def item(machine: Machine, value: Value, key: Value, scope: Scope) -> Value:
    """``value[key]``."""
    plain = key.value if isinstance(key, Known) else None
    if isinstance(value, Instance | Class):
        return implicit.subscript(machine, value, key)
    if isinstance(value, Choice):
        return join([item(machine, o, key, scope) for o in value.options])
    if isinstance(value, Api):
        return _api_item(machine, value, key, scope)
    if isinstance(value, Known) and isinstance(value.value, str | bytes | bytearray) and isinstance(plain, int):
        return (
            Known(value=value.value[plain], taints=value.taints)
            if -len(value.value) <= plain < len(value.value)
            else Value()
        )
    if isinstance(value, Items):
        if isinstance(plain, int) and -len(value.items) <= plain < len(value.items):
            return value.items[plain]
        return join(value.items[:4]) if value.items else Value()
    if isinstance(value, Table):
        return _table_item(machine, value, key, scope)
    return _result_item(machine, value, key, scope) if isinstance(value, Result) else Value(taints=deep_taints(value))


def _result_item(machine: Machine, value: Result, key: Value, scope: Scope) -> Value:
    if value.name == "__dict__" and value.parts and isinstance(value.parts[0], Api):
        return _api_item(machine, value.parts[0], key, scope)
    if isinstance(key, Known) and isinstance(key.value, str) and is_environment(value):
        return _variable(machine, key)
    return Result(name=value.name, taints=value.taints, path=value.path)


def _table_item(machine: Machine, value: Table, key: Value, scope: Scope) -> Value:
    if isinstance(key, Known) and _hashable(key) and key.value in value.entries:
        return value.entries[key.value]
    if value.rest is _GLOBALS:
        return _api_item(machine, _GLOBALS, key, scope)
    if value.rest is None:
        return Value(taints=deep_taints(value))
    rest = value.rest.options if isinstance(value.rest, Choice) else (value.rest,)
    one = isinstance(key, Known) and isinstance(key.value, str)
    return join([_variable(machine, key) if one and is_environment(r) else r for r in rest])


def is_environment(value: Value) -> bool:
    """Whether it is the mapping of all variables, a copy of it, or what a loop over it gives."""
    if not isinstance(value, Api | Result):
        return False
    if value.name.startswith("os.environ"):
        return True
    return isinstance(value, Result) and value.name in _COPIES and bool(value.parts) and is_environment(value.parts[0])


_COPIES = frozenset(["dict()", "copy.copy()", "copy.deepcopy()", "collections.OrderedDict()", "collections.ChainMap()"])


def _variable(machine: Machine, key: Value) -> Value:
    """One variable; every one of them, where the key is whichever there is."""
    label = frozenset({Taint(Source.VARIABLE, text_of(key)), *(t for t in key.taints if t.source is Source.ENVIRON)})
    put = machine.files.get(f"${text_of(key)}")
    return labelled(put.content, label) if put is not None else Value(taints=label)


def _hashable(key: Known) -> bool:
    return not isinstance(key.value, bytearray)


_GLOBALS = Api(name="globals", disguise=("globals",))


def _api_item(machine: Machine, value: Api, key: Value, scope: Scope) -> Value:
    name = key.value if isinstance(key, Known) else None
    if value.name in {"os.environ", "os.environb"}:
        return _variable(machine, key)
    if value.name == "sys.modules" and isinstance(name, str):
        return api(name, (*value.disguise, "sys.modules"))
    if value.name == "globals" and isinstance(name, str):
        return api(name, (*value.disguise, "globals"))
    if isinstance(name, str) and value.name.rpartition(".")[2] in _NAMESPACES:
        return _reached(value, name, scope)
    if isinstance(name, str) and "()" not in value.name:
        found = _api_attribute(value, name)
        return replace(found, disguise=(*value.disguise, "__dict__")) if isinstance(found, Api) else found
    return Result(name=value.name, taints=value.taints)


_NAMESPACES = frozenset({"f_globals", "f_locals", "f_builtins", "__globals__"})


def _reached(value: Api, name: str, scope: Scope) -> Value:
    """A name in the namespace of a frame, which is the file's own, or of a function that something else holds."""
    owner, _, last = value.name.rpartition(".")
    if last != "__globals__" and name in scope.module.names:
        return scope.module.names[name]
    module = owner.rpartition(".")[0]
    candidates = [] if "()" in module or not module else [f"{module}.{name}"]
    full = next((c for c in (*candidates, f"os.{name}") if look_up(c).does), name)
    return api(full, (*value.disguise, last), value.taints)


def iterate(machine: Machine, value: Value) -> Iterator[Value]:
    """What a loop over the value yields: every item of a known one, else one stand-in."""
    items = _known_items(implicit.walk(machine, value) if isinstance(value, Instance) else value)
    if items is None or machine.tired:
        label = value.name if isinstance(value, Result | Api) else "?"
        taints = deep_taints(value)
        yield (
            Text(text=f"<{label}>", taints=taints)
            if isinstance(value, Text | Known)
            else Result(name=f"{label}[]", taints=taints)
        )
        return
    held = len(items)
    for count, one in enumerate(items):
        if count >= _LOOP_LIMIT or machine.tired or (count >= held and not isinstance(one, Known)):
            return  # a list that grows in its own loop never ends, unless it is constants that it works off
        machine.step()
        yield one


def _known_items(value: Value) -> list[Value] | None:
    if isinstance(value, Items):
        return value.items
    if isinstance(value, Table):
        return [Known(value=k) for k in value.entries] if value.rest is None else None
    plain = value.value if isinstance(value, Known) else None
    if isinstance(plain, str | bytes | bytearray) and len(plain) <= _LOOP_LIMIT:
        return [Known(value=v, taints=value.taints) for v in plain]
    return None


def bind(machine: Machine, target: ast.expr, value: Value, scope: Scope) -> None:
    """Assign to a name, a pattern, an attribute or an item."""
    if isinstance(target, ast.Name):
        home = _home(scope, target.id) if scope.own or scope.outer else scope
        old = home.names.get(target.id)
        home.names[target.id] = join([value, old]) if machine.unsure and old is not None else value
    elif isinstance(target, ast.Starred):
        bind(machine, target.value, value, scope)
    elif isinstance(target, ast.Tuple | ast.List):
        _bind_pattern(machine, target.elts, value, scope)
    elif isinstance(target, ast.Attribute):
        set_attribute(machine, machine.evaluate(machine, target.value, scope), target.attr, value, target)
    elif isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
        owner, key = (machine.evaluate(machine, e, scope) for e in (target.value, target.slice))
        implicit.dunder(machine, owner, "__setitem__", key, value)
        if isinstance(owner, Api) and owner.name == "os.environ":
            put_variable(machine, text_of(key), value, target.lineno)
        else:
            _bind_item(owner, key, value)


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
    exact = isinstance(value, Items) and len(value.items) == len(targets) and star is None
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
    if name == "__code__" and isinstance(owner, Function) and isinstance(value, Known):
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


def _patch(machine: Machine, owner: Api | Result, name: str, value: Value) -> None:
    """An attribute of an outside module, class or object is replaced."""
    callbacks.kept(machine, owner.name, value)
    if isinstance(owner, Api) and owner.of is None and "()" not in owner.name:
        full = _attribute_name(owner.name, name)[0]
        machine.patched[full] = join([value, api(full)]) if machine.unsure else value
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


def _bind_item(owner: Value, key: Value, value: Value) -> None:
    if isinstance(owner, Table):
        put(owner, key, value)
    elif isinstance(owner, Known) and isinstance(owner.value, bytearray):
        _bind_byte(owner, key, value)
    elif isinstance(owner, Items):
        if isinstance(key, Known) and isinstance(key.value, int) and -len(owner.items) <= key.value < len(owner.items):
            owner.items[key.value] = value
        else:
            owner.taints |= deep_taints(value)
    elif isinstance(owner, Api | Result):
        absorb(owner, deep_taints(value))


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
    if isinstance(key, Known) and _hashable(key):
        table.entries[key.value] = value
    else:
        table.rest = join([table.rest, value]) if table.rest and table.rest is not _GLOBALS else value


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


def scope_call(
    machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.Call, scope: Scope
) -> Value:
    """Builtins that see the scope they are called in: ``globals``, ``vars``, ``exec`` and their like."""
    if callee.name in {"exec", "eval"}:
        keywords = {**keywords, "": Result(name="scope", parts=(_ScopeBox(scope=_given_scope(scope, args, keywords)),))}
        return machine.invoke(machine, callee, args, keywords, node)
    if callee.name == "vars" and args:
        return attribute(machine, args[0], "__dict__")
    if callee.name == "globals":
        return namespace(scope.module)
    if callee.name in {"locals", "vars"}:
        return namespace(scope)
    if callee.name == "super" and scope.names.get("self") is not None:
        own = scope.names["self"]
        base = (
            next((b for b in own.cls.bases if isinstance(b, Api | Class)), None) if isinstance(own, Instance) else None
        )
        return Instance(cls=base) if isinstance(base, Class) else Result(name=f"{base.name}()" if base else "super()")
    return machine.invoke(machine, callee, args, keywords, node)


def _given_scope(scope: Scope, args: list[Value], keywords: dict[str, Value]) -> Scope:
    """The names that a text is executed among: a dict that is handed along, else those of the caller."""
    given = [v for v in (*args[1:3], keywords.get("globals"), keywords.get("locals")) if isinstance(v, Table)]
    inner = scope if not given else None
    for table in given:
        same = next((s for s in (scope, scope.module) if s.names is table.entries), None)
        inner = same or Scope(names=table.entries, parent=inner)  # type: ignore[arg-type]
    return inner or scope


class _ScopeBox(Value):
    """Carries the caller's scope to ``exec`` and ``eval``."""

    __slots__ = ("scope",)

    def __init__(self, *, scope: Scope) -> None:
        super().__init__()
        self.scope = scope


def boxed_scope(keywords: dict[str, Value]) -> Scope | None:
    """The caller's scope that `scope_call` handed on."""
    box = keywords.pop("", None)
    inner = box.parts[0] if isinstance(box, Result) and box.parts else None
    return inner.scope if isinstance(inner, _ScopeBox) else None


def secret_taint(path: str, line: int) -> frozenset[Taint]:
    """The label of what lies at a path, if people keep secrets there."""
    kind = secret_place(path)
    return frozenset({Taint(Source.SECRET, f"{kind} ({path[-80:]})", line)}) if kind else frozenset()
