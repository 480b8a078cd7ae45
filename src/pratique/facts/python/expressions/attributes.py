"""Attributes: of objects, classes and functions of the file, and of constants."""

from __future__ import annotations

import ast

from pratique.facts.python.calls import descriptors, implicit
from pratique.facts.python.expressions import subscripts
from pratique.facts.python.expressions.foreign import NAME_LIMIT, api_attribute, result_attribute
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.values import (
    Api,
    Choice,
    Class,
    Echo,
    Function,
    Instance,
    Items,
    Known,
    Own,
    Partial,
    Result,
    Scope,
    Table,
    Value,
    join,
)


def attribute(machine: Machine, value: Value, name: str) -> Value:
    """``value.name``."""
    kind = type(value)
    if kind is Api:
        found = api_attribute(value, name)  # type: ignore[arg-type]
        return machine.patched.get(found.name, found) if machine.patched and isinstance(found, Api) else found
    if kind is Result:
        return result_attribute(value, name)  # type: ignore[arg-type]
    if isinstance(value, Instance):
        return _instance_attribute(machine, value, name)
    if isinstance(value, Own):
        return Own(value.taints, f"{value.name}.{name}"[-NAME_LIMIT:], value if value.maker else None)
    if isinstance(value, Choice):
        return join([attribute(machine, o, name) for o in value.options])
    if isinstance(value, Class):
        return _class_attribute(machine, value, name)
    if isinstance(value, Function):
        if machine.patched and (patched := machine.patched.get(f"{id(value.node)}.{name}")) is not None:
            return patched
        return _function_attribute(value, name)
    return _constant_attribute(value, name)


def _constant_attribute(value: Value, name: str) -> Value:
    """An attribute of a constant, of a list, or of what a partial holds."""
    if isinstance(value, Known | Items) and _stands_for(value, name):
        return value
    held = _partial_attribute(value, name) if isinstance(value, Partial) else None
    return Result(name=name, parts=(value,), taints=value.taints) if held is None else held


def _stands_for(value: Value, name: str) -> bool:
    """Whether an object that has such an attribute is as good as the constant itself: code, members, matches."""
    if name in {"co_code", "co_consts", "value", "_value_", "cell_contents"}:
        return True
    return isinstance(value, Echo) and not hasattr(str, name) and name[:2] != "__"


def _function_attribute(value: Function, name: str) -> Value:
    if name == "__globals__":
        return namespace(value.scope.module)
    if name == "__builtins__":
        return Api(name="builtins", disguise=(name,))
    if name in {"__code__", "__func__", "__wrapped__"}:
        return value
    if name in {"__name__", "__qualname__"}:
        return Known(value=value.name.rpartition(".")[2])
    if name == "__doc__" and isinstance(value.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return Known(value=ast.get_docstring(value.node, clean=False))
    if name == "__closure__":
        return Items(items=_closed_over(value))
    if name == "__get__":
        return Partial(name="functools.partial()", parts=(Api(name="<bind>"), value))
    return Result(name=name, parts=(value,), taints=value.taints)


def _closed_over(value: Function) -> list[Value]:
    """The values of the names around a function that it uses, in alphabetical order; a cell is as good as its value."""
    used = {n.id for n in ast.walk(value.node) if isinstance(n, ast.Name)} if value.node is not None else set()
    around: dict[str, Value] = {}
    scope = value.scope
    while scope.parent is not None:
        around = scope.names | around
        scope = scope.parent
    return [around[name] for name in sorted(used & around.keys())]


def _partial_attribute(value: Partial, name: str) -> Value | None:
    """What a partial holds (``func``, ``args``, ``keywords``)."""
    if name == "func":
        return value.parts[0]
    if name == "args":
        return Items(items=list(value.parts[1:]))
    if name == "register" and isinstance(value.parts[0], Api) and value.parts[0].name == "<dispatch>":
        return Partial(name="functools.partial()", parts=(Api(name="<register>"), value.parts[1]))
    return Table(entries=dict(value.keywords.items())) if name == "keywords" else None


def namespace(scope: Scope) -> Table:
    """``globals()`` and its like: what is changed there changes the names themselves."""
    return Table(entries=scope.names, rest=subscripts.GLOBALS)  # type: ignore[arg-type]


def _class_attribute(machine: Machine, value: Class, name: str) -> Value:
    found = implicit.read(machine, value, value.find(name), name)
    if isinstance(found, descriptors.OfClass):
        return found.bound_to(value)
    if name == "__subclasses__":
        return Partial(name="functools.partial()", parts=(Api(name="<subclasses>"), value))
    if found is None:
        found = implicit.of_metaclass(machine, value, name)
    if found is None and name == "__dict__":
        return Table(entries=value.names)  # type: ignore[arg-type]
    if found is None and name in {"__name__", "__qualname__"}:
        return Known(value=value.name)
    return found or Value()


def _is_field(cls: Class, name: str) -> bool:
    fields = cls.names.get("__annotations__")
    return isinstance(fields, Items) and any(isinstance(f, Known) and f.value == name for f in fields.items)


def _instance_attribute(machine: Machine, value: Instance, name: str) -> Value:
    own_way = value.cls.find("__getattribute__")
    if isinstance(own_way, Function) and id(own_way.node) not in machine.running:
        return machine.invoke(machine, own_way.bound_to(value), [Known(value=name)], {}, ast.Pass())
    if name in value.names:
        return value.names[name]
    found = value.cls.find(name)
    if type(found) is not Function:
        found = implicit.read(machine, value, found, name)
    if isinstance(found, Function):
        return found.bound_to(value)
    if isinstance(found, Partial) and found.name == descriptors.OF_METHOD and isinstance(found.parts[0], Function):
        parts = (found.parts[0].bound_to(value), *found.parts[1:])
        return Partial(found.taints, found.name, "", parts, found.keywords)
    if found is None:
        found = implicit.dunder(machine, value, "__getattr__", Known(value=name))
    if found is not None:
        return found
    return _made_attribute(value, name)


def _made_attribute(value: Instance, name: str) -> Value:
    """What an object has that its class does not define."""
    if name == "__dict__":
        return Table(entries=value.names)  # type: ignore[arg-type]
    if name == "__class__":
        return value.cls
    if _is_field(value.cls, name):  # what nobody wrote a constructor for, the caller gives
        return Value(value.taints | {Taint(Source.CALLER, name)})
    base = next((b for b in value.cls.bases if isinstance(b, Api)), None)
    return Api(name=f"{base.name}().{name}"[-NAME_LIMIT:], of=value) if base else Value(taints=value.taints)
