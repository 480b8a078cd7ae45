"""Calls that Python makes by itself: operators, attributes, loops and what it does with objects when it likes."""

from __future__ import annotations

import ast

from pratique.facts.python.calls.descriptors import Getter, OfClass, as_kind
from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Class, Function, Instance, Items, Known, Value, deep_taints

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
HERE = ast.Pass()


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
    return machine.invoke(machine, method.bound_to(cls), list(args), {}, HERE)


def dunder(machine: Machine, owner: Value, name: str, *args: Value) -> Value | None:
    """What a special method gives for these arguments, if the owner's class defines it."""
    if type(owner) is Class:
        return _by_metaclass(machine, owner, name, *args)
    if not isinstance(owner, Instance):
        return None
    method = owner.cls.find(name)
    if isinstance(method, Function):
        return machine.invoke(machine, method.bound_to(owner), list(args), {}, HERE)
    if isinstance(method, Value) and name != "__call__":
        return machine.invoke(machine, method, list(args), {}, HERE)
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
            owner.names[name] = machine.invoke(machine, found.bound_to(owner), [], {}, HERE)
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
        machine.invoke(machine, found.setter.bound_to(owner), [value], {}, HERE)
    elif isinstance(found, Instance):
        dunder(machine, found, "__set__", owner, value)
    dunder(machine, owner, "__setattr__", Known(value=name), value)


def delete(machine: Machine, owner: Value, name: str) -> None:
    """``del owner.name``: the deleter of a property, which is kept as its setter is."""
    found = owner.cls.find(name) if isinstance(owner, Instance) else None
    if isinstance(found, Getter) and found.setter is not None:
        machine.invoke(machine, found.setter.bound_to(owner), [], {}, HERE)


def subscript(machine: Machine, owner: Instance | Class, key: Value) -> Value:
    """``owner[key]``."""
    if isinstance(owner, Class):
        method = owner.find("__class_getitem__")
        if isinstance(method, Function):
            return machine.invoke(machine, as_kind(OfClass, method).bound_to(owner), [key], {}, HERE)
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
