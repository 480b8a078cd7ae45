"""Builtins that work on the names of the place where they are called."""

from __future__ import annotations

import ast

from pratique.facts.python.expressions import attributes
from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Api, Class, Instance, Result, Scope, Table, Value


def scope_call(
    machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.Call, scope: Scope
) -> Value:
    """Builtins that see the scope they are called in: ``globals``, ``vars``, ``exec`` and their like."""
    if callee.name in {"exec", "eval"}:
        keywords = {**keywords, "": Result(name="scope", parts=(_ScopeBox(scope=_given_scope(scope, args, keywords)),))}
        return machine.invoke(machine, callee, args, keywords, node)
    if callee.name == "vars" and args:
        return attributes.attribute(machine, args[0], "__dict__")
    if callee.name == "globals":
        return attributes.namespace(scope.module)
    if callee.name in {"locals", "vars"}:
        return attributes.namespace(scope)
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
