"""Names of a module behind which something starts, fetches or sends: who mentions one of them may set it off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Api, Choice, Class, Function, Instance, Partial, Result, Scope, Value

_DEEP = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """Names in a module's scope whose call acts; the loaded ones need nothing of their caller to do so."""

    acting: frozenset[str] = frozenset()
    loaded: frozenset[str] = frozenset()

    def __or__(self, other: Exports) -> Exports:
        return Exports(acting=self.acting | other.acting, loaded=self.loaded | other.loaded)


def exports(machine: Machine, scope: Scope) -> Exports:
    """What a module exports that acts, after all its functions were walked once."""
    if not machine.acting:
        return Exports()
    return Exports(acting=_names_of(machine.acting, scope), loaded=_names_of(machine.loaded, scope))


def _names_of(nodes: set[int], scope: Scope) -> frozenset[str]:
    return frozenset(name for name, value in scope.names.items() if _leads(nodes, value, 0)) if nodes else frozenset()


def _leads(nodes: set[int], value: Value, depth: int) -> bool:
    """Whether calling a value, or using the object that it is, may run one of these functions."""
    if isinstance(value, Function):
        return id(value.node) in nodes
    return depth < _DEEP and any(_leads(nodes, one, depth + 1) for one in _behind(value))


def _behind(value: Value) -> Iterator[Value]:
    """What may run when a value is called, or used as the object that it is."""
    if isinstance(value, Choice):
        yield from value.options
    elif isinstance(value, Class):
        yield from value.names.values()
        yield from (base for base in value.bases if not isinstance(base, Api))
    elif isinstance(value, Instance):
        yield value.cls
    elif isinstance(value, Partial | Result):
        yield from value.parts
