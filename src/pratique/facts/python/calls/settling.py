"""Methods that run without anybody calling them by name, for objects that a file makes by itself."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.facts.python.calls.implicit import HERE
from pratique.facts.python.machine import Machine
from pratique.facts.python.outside.echoes import echo
from pratique.facts.python.values import Class, Function, Instance, Value

_AT_CONSTRUCTION = frozenset({"__init__", "__new__", "__post_init__", "__call__"})
"""Run when the object is made or called: never by themselves."""
_MADE_LIMIT = 64


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
                machine.invoke(machine, method.bound_to(instance), unknown, {}, HERE)
            machine.followed.pop(id(method.node), None)


def _dunders(cls: Class, seen: set[str]) -> Iterator[Function]:
    for name, method in list(cls.names.items()):
        if name.startswith("__") and name not in _AT_CONSTRUCTION and name not in seen and isinstance(method, Function):
            seen.add(name)
            yield method
    for base in cls.bases[:8]:
        if isinstance(base, Class) and base is not cls and len(seen) < _MADE_LIMIT:
            yield from _dunders(base, seen)


def overridden(machine: Machine, owner: Instance, args: list[Value]) -> None:
    """An inherited method of an outside class runs: it calls what the file's class overrides (``feed``, ``run``)."""
    if not machine.phase.automatic:
        return
    for method in list(owner.cls.names.values()):
        if isinstance(method, Function) and id(method.node) not in machine.followed:
            given = [echo(args) for _ in method.node.args.args[1:]] if method.node else []
            machine.invoke(machine, method.bound_to(owner), given, {}, HERE)
