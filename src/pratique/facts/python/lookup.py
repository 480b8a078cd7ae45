"""Look-ups: attributes, items, iteration and assignment on abstract values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from pratique.facts.python import callbacks, implicit
from pratique.facts.python.apis import canonical, look_up
from pratique.facts.python.machine import Machine
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
    deep_taints,
    join,
    text_of,
)

_NAME_LIMIT = 200
_LOOP_LIMIT = 20_000
_ITSELF = frozenset({"__dict__", "__call__", "__wrapped__"})


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
    if isinstance(value, Known | Text | Items | Table):
        return Result(name=name, parts=(value,), taints=value.taints)
    if isinstance(value, Function):
        if name in {"__globals__", "__code__"}:
            return Table() if name == "__globals__" else value
        if f"{id(value.node)}.{name}" in machine.patched:
            return machine.patched[f"{id(value.node)}.{name}"]
    return Result(name=name, parts=(value,), taints=value.taints)


def _result_attribute(value: Result, name: str) -> Value:
    if len(value.name) >= _NAME_LIMIT:
        return Value(taints=value.taints)
    if value.parts and isinstance(value.parts[0], Own):
        return Own(value.taints, f"{value.name}.{name}", value)
    taints = value.taints | _path_taint(value) if value.path else value.taints
    return Api(taints, _joined(value.name, name), (), value.parts, value)


@lru_cache(maxsize=16_384)
def _joined(owner: str, name: str) -> str:
    return canonical(f"{owner}.{name}")


def _path_taint(value: Result) -> frozenset[Taint]:
    return frozenset({Taint(Source.FILE, value.path)}) if value.path and value.name.startswith("open") else frozenset()


def _api_attribute(value: Api, name: str) -> Value:
    if name in _ITSELF:
        return value
    if name == "__builtins__":
        return Api(name="builtins", disguise=(*value.disguise, name))
    full, whole_environment = _attribute_name(value.name, name)
    taints = value.taints if value.taints and "()" in value.name else NO_TAINT
    return Api(taints | whole_environment if whole_environment else taints, full, value.disguise, (), value.of)


@lru_cache(maxsize=16_384)
def _attribute_name(owner: str, name: str) -> tuple[str, frozenset[Taint]]:
    full = f"{owner}.{name}" if owner not in {"", "builtins", "__builtins__"} else name
    found = api(full[-_NAME_LIMIT:])
    return found.name, found.taints


def _class_attribute(machine: Machine, value: Class, name: str) -> Value:
    found = implicit.read(machine, value, value.find(name), name)
    return found.bound_to(value) if isinstance(found, implicit.OfClass) else found or Value()


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
        return _api_item(value, key)
    if isinstance(value, Known) and isinstance(value.value, str | bytes) and isinstance(plain, int):
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
        if isinstance(key, Known) and key.value in value.entries:
            return value.entries[key.value]
        return value.rest or Value(taints=deep_taints(value))
    if isinstance(value, Result):
        return Result(name=value.name, taints=value.taints, path=value.path)
    return Value(taints=deep_taints(value))


def _api_item(value: Api, key: Value) -> Value:
    name = key.value if isinstance(key, Known) else None
    if value.name in {"os.environ", "os.environb"}:
        return Value(taints=frozenset({Taint(Source.VARIABLE, text_of(key))}))
    if value.name == "sys.modules" and isinstance(name, str):
        return api(name, (*value.disguise, "sys.modules"))
    if value.name == "globals" and isinstance(name, str):
        return api(name, (*value.disguise, "globals"))
    if isinstance(name, str) and "()" not in value.name:
        found = _api_attribute(value, name)
        return replace(found, disguise=(*value.disguise, "__dict__")) if isinstance(found, Api) else found
    return Result(name=value.name, taints=value.taints)


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
    for count, one in enumerate(items):
        if count >= _LOOP_LIMIT or machine.tired:
            return
        machine.step()
        yield one


def _known_items(value: Value) -> list[Value] | None:
    if isinstance(value, Items):
        return value.items
    if isinstance(value, Table):
        return [Known(value=k) for k in value.entries] if value.rest is None else None
    if isinstance(value, Known) and isinstance(value.value, str | bytes) and len(value.value) <= _LOOP_LIMIT:
        return [Known(value=v, taints=value.taints) for v in value.value]
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
        set_attribute(machine, machine.evaluate(machine, target.value, scope), target.attr, value)
    elif isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
        owner, key = (machine.evaluate(machine, e, scope) for e in (target.value, target.slice))
        implicit.dunder(machine, owner, "__setitem__", key, value)
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
        inner = value.items[index] if exact and isinstance(value, Items) else Value(taints=deep_taints(value))
        bind(machine, target, inner, scope)


def set_attribute(machine: Machine, owner: Value, name: str, value: Value) -> None:
    """``owner.name = value``."""
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
        if isinstance(key, Known):
            owner.entries[key.value] = value
        else:
            owner.rest = join([owner.rest, value]) if owner.rest else value
    elif isinstance(owner, Items):
        if isinstance(key, Known) and isinstance(key.value, int) and -len(owner.items) <= key.value < len(owner.items):
            owner.items[key.value] = value
        else:
            owner.taints |= deep_taints(value)
    elif isinstance(owner, Api | Result):
        absorb(owner, deep_taints(value))


def scope_call(
    machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.Call, scope: Scope
) -> Value:
    """Builtins that see the scope they are called in: ``globals``, ``vars``, ``exec`` and their like."""
    if callee.name in {"exec", "eval"}:
        keywords = {**keywords, "": Result(name="scope", parts=(_ScopeBox(scope=scope),))}
        return machine.invoke(machine, callee, args, keywords, node)
    if callee.name == "vars" and args:
        return args[0]
    if callee.name in {"globals", "locals", "vars"}:
        names: dict[object, Value] = dict(scope.module.names.items())
        names |= dict(scope.names.items())
        names["__builtins__"] = Api(name="builtins")
        return Table(entries=names, rest=Api(name="globals", disguise=("globals",)))
    if callee.name == "super" and scope.names.get("self") is not None:
        own = scope.names["self"]
        base = (
            next((b for b in own.cls.bases if isinstance(b, Api | Class)), None) if isinstance(own, Instance) else None
        )
        return Instance(cls=base) if isinstance(base, Class) else Result(name=f"{base.name}()" if base else "super()")
    return machine.invoke(machine, callee, args, keywords, node)


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
