"""Calls that Python makes by itself: operators, attributes, loops and what it does with objects when it likes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pratique.facts.python.machine import Machine
from pratique.facts.python.values import (
    Choice,
    Class,
    Echo,
    Function,
    Instance,
    Items,
    Known,
    Result,
    Table,
    Value,
    all_deep_taints,
    deep_taints,
    join,
)

_AT_CONSTRUCTION = frozenset({"__init__", "__new__", "__post_init__", "__call__"})
"""Run when the object is made or called: never by themselves."""
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.BitAnd: "and",
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.In: "contains",
    ast.NotIn: "contains",
}
_UNARY: dict[type[ast.unaryop], str] = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert", ast.Not: "bool"}
_MADE_LIMIT = 64
_HERE = ast.Pass()


@dataclass(slots=True, eq=False)
class Getter(Function):
    """A property: its function runs when the attribute is read."""

    setter: Function | None = None


@dataclass(slots=True, eq=False)
class Static(Function):
    """A static method: it is never bound."""

    def bound_to(self, owner: Value | None) -> Function:  # noqa: ARG002
        """The function itself."""
        return self


@dataclass(slots=True, eq=False)
class OfClass(Function):
    """A class method: it is bound to the class."""

    def bound_to(self, owner: Value | None) -> Function:
        """The function bound to the class of ``owner``."""
        cls = owner.cls if isinstance(owner, Instance) else owner
        return Function(self.taints, self.node, self.scope, self.name, cls, self.origin)


def kind_of(name: str) -> type[Function] | None:
    """How a builtin or outside decorator of that name changes a function's binding."""
    last = name.rpartition(".")[2]
    if last.endswith("property") or name == "types.DynamicClassAttribute":
        return Getter
    return {"staticmethod": Static, "classmethod": OfClass}.get(name)


def as_kind(kind: type[Function], given: Function) -> Function:
    """The same function, bound in another way."""
    return kind(given.taints, given.node, given.scope, given.name, given.bound, given.origin)


def remember(machine: Machine, instance: Instance) -> None:
    """An object that is made before any user calls: Python may call its dunder methods (`settle`)."""
    if machine.phase.automatic and len(machine.made) < _MADE_LIMIT:
        machine.made.setdefault(id(instance.cls), (instance, machine.phase))


def settle(machine: Machine) -> None:
    """Run the dunder methods of every class of which an object was made while the file ran by itself.

    Which operation calls which of them is not asked: printing an object, comparing it or dropping its
    last name does too. They are read again for the phase in which a user calls them.
    """
    for instance, phase in list(machine.made.values()):
        for method in _dunders(instance.cls, set()):
            unknown: list[Value] = [Value() for _ in method.node.args.args[1:]] if method.node else []
            with machine.during(phase):
                machine.invoke(machine, method.bound_to(instance), unknown, {}, _HERE)
            machine.followed.pop(id(method.node), None)


def _dunders(cls: Class, seen: set[str]) -> Iterator[Function]:
    for name, method in list(cls.names.items()):
        if name.startswith("__") and name not in _AT_CONSTRUCTION and name not in seen and isinstance(method, Function):
            seen.add(name)
            yield method
    for base in cls.bases[:8]:
        if isinstance(base, Class) and base is not cls and len(seen) < _MADE_LIMIT:
            yield from _dunders(base, seen)


OF_METHOD = "functools.partialmethod()"
"""How a partial is called that is bound like a method."""


def of_metaclass(machine: Machine, cls: Class, name: str) -> Value | None:
    """An attribute that a class has from its metaclass."""
    meta = cls.find("__metaclass__") if cls.names or cls.bases else None
    if not isinstance(meta, Class):
        return None
    found = meta.find(name)
    if isinstance(found, Function):
        return found.bound_to(cls)
    return _by_metaclass(machine, cls, "__getattr__", Known(value=name)) if name[:2] != "__" else None


def _by_metaclass(machine: Machine, cls: Class, name: str, *args: Value) -> Value | None:
    meta = cls.find("__metaclass__") if cls.names or cls.bases else None
    method = meta.find(name) if isinstance(meta, Class) else None
    if not isinstance(method, Function) or id(method.node) in machine.running:
        return None
    return machine.invoke(machine, method.bound_to(cls), list(args), {}, _HERE)


def dunder(machine: Machine, owner: Value, name: str, *args: Value) -> Value | None:
    """What a special method gives for these arguments, if the owner's class defines it."""
    if type(owner) is Class:
        return _by_metaclass(machine, owner, name, *args)
    if not isinstance(owner, Instance):
        return None
    method = owner.cls.find(name)
    if isinstance(method, Function):
        return machine.invoke(machine, method.bound_to(owner), list(args), {}, _HERE)
    if isinstance(method, Value) and name != "__call__":
        return machine.invoke(machine, method, list(args), {}, _HERE)
    return None


def operate(machine: Machine, op: ast.operator, left: Value, right: Value, *, in_place: bool = False) -> Value | None:
    """An operator between objects of which one is of a class of the file."""
    name = _OPERATORS[type(op)]
    value = dunder(machine, left, f"__i{name}__", right) if in_place else None
    if value is not None:
        return value
    value = dunder(machine, left, f"__{name}__", right)
    return dunder(machine, right, f"__r{name}__", left) if value is None else value


def unary(machine: Machine, op: ast.unaryop, value: Value) -> Value | None:
    """``-object`` and its like."""
    return dunder(machine, value, f"__{_UNARY[type(op)]}__")


def compare(machine: Machine, op: ast.cmpop, left: Value, right: Value) -> Value | None:
    """A comparison likewise."""
    name = _COMPARISONS.get(type(op))
    if name is None:
        return None
    first, second = (right, left) if name == "contains" else (left, right)
    return dunder(machine, first, f"__{name}__", second)


def builtin(machine: Machine, name: str, owner: Value) -> Value | None:
    """A builtin that hands over to the special method of its name: ``len(x)``, ``str(x)``, ``iter(x)``."""
    return dunder(machine, owner, f"__{name}__") if name.isidentifier() else None


def read(machine: Machine, owner: Value, found: Value | None, name: str) -> Value | None:
    """The attribute ``found`` as Python hands it out: properties and descriptors run, methods are bound."""
    if isinstance(found, Getter):
        if isinstance(owner, Instance):
            owner.names[name] = machine.invoke(machine, found.bound_to(owner), [], {}, _HERE)
            return owner.names[name]
        return found
    if isinstance(found, Instance):
        value = dunder(machine, found, "__get__", owner, Value())
        return found if value is None else value
    return found


def store(machine: Machine, owner: Instance, name: str, value: Value) -> None:
    """What Python runs when an attribute is assigned: ``__setattr__``, the setter of a property or descriptor."""
    found = owner.cls.find(name)
    if isinstance(found, Getter) and found.setter is not None:
        machine.invoke(machine, found.setter.bound_to(owner), [value], {}, _HERE)
    elif isinstance(found, Instance):
        dunder(machine, found, "__set__", owner, value)
    dunder(machine, owner, "__setattr__", Known(value=name), value)


def delete(machine: Machine, owner: Value, name: str) -> None:
    """``del owner.name``: the deleter of a property, which is kept as its setter is."""
    found = owner.cls.find(name) if isinstance(owner, Instance) else None
    if isinstance(found, Getter) and found.setter is not None:
        machine.invoke(machine, found.setter.bound_to(owner), [], {}, _HERE)


def subscript(machine: Machine, owner: Instance | Class, key: Value) -> Value:
    """``owner[key]``."""
    if isinstance(owner, Class):
        method = owner.find("__class_getitem__")
        if isinstance(method, Function):
            return machine.invoke(machine, as_kind(OfClass, method).bound_to(owner), [key], {}, _HERE)
        member = owner.names.get(key.value) if isinstance(key, Known) and isinstance(key.value, str) else None
        return member or dunder(machine, owner, "__getitem__", key) or Value()
    for name in ("__getitem__", "__missing__"):
        value = dunder(machine, owner, name, key)
        if value is not None:
            return value
    return Value(taints=deep_taints(owner))


def walk(machine: Machine, value: Value) -> Value:
    """What a loop over an object goes through."""
    if isinstance(value, Class):
        held: list[Value] = [v for n, v in value.names.items() if n[:1] != "_" and isinstance(v, Known | Items)]
        return Items(items=held) if held else dunder(machine, value, "__iter__") or Value(taints=value.taints)
    inner = dunder(machine, value, "__iter__")
    if inner is None:
        inner = value
    first = dunder(machine, inner, "__next__")
    if first is None:
        first = dunder(machine, inner, "__getitem__", Known(value=0))
    if first is not None:
        return Items(items=[first])
    return inner if inner is not value else Value(taints=deep_taints(value))


def echo(args: Iterable[Value]) -> Value:
    """What outside code may make of these arguments before it calls back with it."""
    args = list(args)
    taints = all_deep_taints(args)
    found = join([Echo(taints, text) for text in list(dict.fromkeys(_texts(args, 0)))[:4]])
    return found if isinstance(found, Echo | Choice) else Value(taints=taints)


def _texts(values: Iterable[Value], depth: int) -> Iterator[str | bytes]:
    for value in values:
        if isinstance(value, Known):
            if isinstance(value.value, str | bytes) and len(value.value) > 1:
                yield value.value
        elif depth < 3:
            inner: Iterable[Value] = ()
            if isinstance(value, Items):
                inner = value.items[:64]
            elif isinstance(value, Table):
                inner = list(value.entries.values())[:64]
            elif isinstance(value, Result | Choice):
                inner = value.parts if isinstance(value, Result) else value.options
            yield from _texts(inner, depth + 1)


def overridden(machine: Machine, owner: Instance, args: list[Value]) -> None:
    """An inherited method of an outside class runs: it calls what the file's class overrides (``feed``, ``run``)."""
    if not machine.phase.automatic:
        return
    for method in list(owner.cls.names.values()):
        if isinstance(method, Function) and id(method.node) not in machine.followed:
            given = [echo(args) for _ in method.node.args.args[1:]] if method.node else []
            machine.invoke(machine, method.bound_to(owner), given, {}, _HERE)
