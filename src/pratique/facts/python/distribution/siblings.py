"""The other modules of a distribution: what they define is looked up when a call or a value needs it, not before."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from pratique.artifact import Member
from pratique.facts.python.distribution.modules import ModuleNames
from pratique.facts.python.expressions import attributes
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.values import (
    Api,
    Class,
    Function,
    Items,
    Known,
    Own,
    Result,
    Scope,
    Value,
    all_deep_taints,
    deep_taints,
)
from pratique.facts.sieve import Words
from pratique.finding import Phase

_LOAD_LIMIT = 3_000_000
"""Bytes of modules that are walked only because others reach into them, in a distribution."""
_ACTS = frozenset({"network", "code", "loads", "process", "injects", "destroys", "secret"})
_OFTEN = 8
"""How often a function of another module is entered that is handed what somebody may hide; else it is once."""
_COLD = frozenset({Source.CALLER, Source.VARIABLE, Source.FILE})
"""Labels with which an argument may go where it will: nothing that somebody means to hide."""
_ARRANGES = frozenset({"chr", "ints", "reverse", "replace"})
"""Layers that all code is full of: they matter once the text behind them is known."""


@dataclass(slots=True)
class Library:
    """The modules of one distribution, each walked once."""

    names: ModuleNames
    words: dict[str, Words]
    """By path, as the sieve found them."""
    load: Callable[[Member], Scope | None]
    """Walks a module and gives its names; those that there are so far while it is being walked."""
    loaded: dict[str, int] = field(default_factory=dict)
    leading: set[str] = field(default_factory=set)
    """Names that lead to what matters in yet another module, as far as that is known."""

    def absolute(self, name: str, importer: str) -> str:
        """The dotted name of something that the distribution itself holds, else nothing."""
        return self.names.absolute(name, importer)

    def value(self, name: str) -> Value | None:
        """What a dotted name stands for, after its module was walked; nothing for modules and unknown names."""
        found = self.names.resolve(name)
        if found is None or not found[1]:
            return None
        scope = self._scope(found[0])
        return scope.names.get(found[1]) if scope is not None else None

    def acts(self, name: str) -> bool:
        """Whether the module that a name leads into mentions anything that matters when it is called."""
        found = self.names.resolve(name)
        if found is None:
            return False
        return found[1] in self.leading or not _ACTS.isdisjoint(self.words.get(found[0].path, frozenset()))

    def _scope(self, member: Member) -> Scope | None:
        if member.path not in self.loaded:
            if sum(self.loaded.values()) + member.size > _LOAD_LIMIT:
                return None
            self.loaded[member.path] = member.size
        return self.load(member)


def call(machine: Machine, callee: Own, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """Call something of another module: followed when it runs by itself, or is handed what somebody may hide.

    What a build calls is followed wherever it leads; what an import calls, where its module mentions what matters.
    """
    keywords.pop("", None)
    if _matters(machine, callee, [*args, *keywords.values()]):
        machine.entered[callee.name] = machine.entered.get(callee.name, 0) + 1
        value = settled(machine, callee)
        if isinstance(value, Function | Class | Api):
            return machine.invoke(machine, value, args, keywords, node)
    taints = all_deep_taints([callee, *args, *keywords.values()])
    return Result(taints, f"{callee.name}()"[-200:], "", (callee, *args[:3]))


def _matters(machine: Machine, callee: Own, given: list[Value]) -> bool:
    entered = machine.entered.get(callee.name, 0)
    if any(_hides(value) for value in given):
        return entered < _OFTEN
    if entered or machine.library is None or not machine.phase.automatic:
        return False
    return machine.phase is Phase.INSTALL or machine.library.acts(callee.name)


def _hides(value: Value) -> bool:
    """Whether an argument carries what somebody may mean to hide."""
    return any(
        t.source not in _COLD and (isinstance(value, Known) or not _only_arranged(t)) for t in deep_taints(value)
    )


def _only_arranged(taint: Taint) -> bool:
    return taint.source is Source.DECODED and _ARRANGES.issuperset(taint.decoders)


def settled(machine: Machine, value: Value, depth: int = 0) -> Value:
    """A value of another module, or what a function of it returns, looked up at last; others as they are."""
    if depth > 6 or machine.library is None:
        return value
    if isinstance(value, Own):
        return _name(machine, value, depth)
    if isinstance(value, Result) and value.parts and isinstance(value.parts[0], Own):
        callee = settled(machine, value.parts[0], depth + 1)
        if isinstance(callee, Function | Class):
            return machine.invoke(machine, callee, list(value.parts[1:]), {}, ast.Pass())
    if isinstance(value, Items) and any(isinstance(v, Own | Result) for v in value.items[:8]):
        return Items(value.taints, [settled(machine, v, depth + 1) for v in value.items[:64]])
    return value


def _name(machine: Machine, value: Own, depth: int) -> Value:
    if value.maker is not None:
        made = settled(machine, value.maker, depth + 1)
        return value if made is value.maker else attributes.attribute(machine, made, value.name.rpartition(".")[2])
    found = machine.library.value(value.name) if machine.library is not None else None
    if found is None:
        return _attribute(machine, value, depth)
    return settled(machine, found, depth + 1) if isinstance(found, Own) else found


def _attribute(machine: Machine, value: Own, depth: int) -> Value:
    """An attribute of something that stands in another module."""
    owner, _, last = value.name.rpartition(".")
    if machine.library is None or not machine.library.absolute(owner, ""):
        return value
    made = settled(machine, Own(name=owner), depth + 1)
    return value if isinstance(made, Own) else attributes.attribute(machine, made, last)
