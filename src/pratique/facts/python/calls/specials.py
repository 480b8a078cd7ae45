"""Builtins that make, keep or call what they are given: attributes by name, iterators, partials, classes."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from pratique.facts.python.calls import boxes, descriptors
from pratique.facts.python.distribution import siblings
from pratique.facts.python.expressions import generators, subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Argument, Does, Source
from pratique.facts.python.statements import binding, definitions
from pratique.facts.python.understood import Special
from pratique.facts.python.understood.shape import given
from pratique.facts.python.values import (
    Api,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Scope,
    Table,
    Value,
    deep_taints,
    join,
)


def _setattr(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if len(args) > 2 and isinstance(args[1], Known) and isinstance(args[1].value, str):
        binding.set_attribute(m, args[0], args[1].value, args[2])
    return Known(value=None)


def _iter(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if len(args) == 2:
        return Items(items=[m.invoke(m, args[0], [], {}, node)])
    return args[0] if args and isinstance(args[0], Items) else None


def _next(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return generators.first(m, args[0]) if args and isinstance(args[0], Items) else None


def _type(m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    if len(args) < 3 or not isinstance(args[2], Table):
        return args[0].cls if len(args) == 1 and isinstance(args[0], Instance) else None
    names = {k: v for k, v in args[2].entries.items() if isinstance(k, str)}
    bases = list(args[1].items) if isinstance(args[1], Items) else [args[1]]
    cls = definitions.make(m, str(args[0].value) if isinstance(args[0], Known) else "?", bases, names, dict(keywords))
    definitions.build_step(m, cls)
    return cls


def _property(_m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    """``property(read, write)``."""
    reads, writes = given(args, keywords, 0, "fget"), given(args, keywords, 1, "fset")
    one = next((f for f in (reads, writes) if isinstance(f, Function)), None)
    if one is None:
        return None
    setter = writes if isinstance(writes, Function) else None
    return descriptors.Getter(one.taints, one.node, one.scope, one.name, one.bound, one.origin, setter)


def _kind(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    kind = descriptors.kind_of(callee.name)
    if kind is not None and args and isinstance(args[0], Function):
        return descriptors.as_kind(kind, args[0])
    return args[0] if args and callee.name in {"staticmethod", "classmethod"} else None


def _reduce(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if len(args) < 2:
        return None
    items = list(subscripts.iterate(m, args[1]))
    value = args[2] if len(args) > 2 else (items.pop(0) if items else Value())
    for item in items:
        value = m.invoke(m, args[0], [value, item], {}, node)
        if m.tired:
            break
    return value


def _accumulate(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    """``itertools.accumulate(values, f)``: every step of a fold."""
    if not args:
        return None
    steps: list[Value] = []
    for item in subscripts.iterate(m, args[0]):
        pair = [steps[-1], item] if steps else []
        called = args[1] if len(args) > 1 else Api(name="operator.add")
        steps.append(m.invoke(m, called, pair, {}, node) if pair else item)
    return Items(items=steps)


def _one_variable(m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """One variable out of a copy of the environment."""
    held = callee.of
    if not args or not isinstance(args[0], Known) or held is None or not subscripts.is_environment(held):
        return None
    value = subscripts.item(m, held, args[0], Scope())
    return join([value, args[1]]) if len(args) > 1 else value


def _setup(m: Machine, _c: Api, _a: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    """Command classes of ``setup`` run in the end, whatever they derive from; what it is told is kept as metadata."""
    told = frozenset(t for v in keywords.values() for t in deep_taints(v) if t.source is Source.NETWORK)
    if told:
        m.record("setuptools.setup", frozenset({Does.WRITE}), node, {"0": Argument(text="<metadata>", taints=told)})
    for classes in (keywords.get("cmdclass"), keywords.get("distclass")):
        held = _commands(classes) if isinstance(classes, Table) else [classes] if classes is not None else []
        for one in (siblings.settled(m, value) for value in held):
            if isinstance(one, Class):
                definitions.run_step(m, one)
    return None


def _commands(classes: Table) -> list[Value]:
    """The classes of those commands that an installation may give."""
    return [value for name, value in classes.entries.items() if name not in definitions.OF_MAINTAINERS]


SPECIALS: Mapping[str, Special] = {
    **boxes.SPECIAL,
    "setattr": _setattr,
    "object.__setattr__": _setattr,
    "type.__setattr__": _setattr,
    "iter": _iter,
    "next": _next,
    "anext": _next,
    "type": _type,
    "abc.ABCMeta": _type,
    "staticmethod": _kind,
    "classmethod": _kind,
    "property": _property,
    "functools.cached_property": _kind,
    "functools.reduce": _reduce,
    "reduce": _reduce,
    "itertools.accumulate": _accumulate,
    **dict.fromkeys(
        [f"{c}.{m}" for c in ("os.environ[]", "dict()") for m in ("get", "pop", "setdefault")], _one_variable
    ),
    "setuptools.setup": _setup,
    "distutils.core.setup": _setup,
}
"""By canonical name."""
