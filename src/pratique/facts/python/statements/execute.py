"""Statements: run each once, both ways where the condition is not known."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.artifact import Role
from pratique.facts.python.calls import implicit
from pratique.facts.python.expressions import outsiders
from pratique.facts.python.expressions.operators import binary
from pratique.facts.python.machine import Machine
from pratique.facts.python.outside import callbacks, dropped
from pratique.facts.python.statements import binding, blocks, definitions, loops, patterns
from pratique.facts.python.statements.on_request import on_request
from pratique.facts.python.values import Api, Instance, Items, Known, Own, Scope, Value
from pratique.finding import Phase


def execute(machine: Machine, body: list[ast.stmt], scope: Scope) -> None:
    """Run statements; what follows a return is still looked at, it costs nothing and hides nothing."""
    for node in body:
        machine.steps += 1
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(machine, node, scope)


def _expression(m: Machine, node: ast.Expr, scope: Scope) -> None:
    if not isinstance(node.value, ast.Constant):
        m.evaluate(m, node.value, scope)


def _assign(m: Machine, node: ast.Assign, scope: Scope) -> None:
    value = m.evaluate(m, node.value, scope)
    for target in node.targets:
        binding.bind(m, target, value, scope)


def _annotated(m: Machine, node: ast.AnnAssign, scope: Scope) -> None:
    definitions.annotation(m, node.annotation, scope)
    if node.value is not None:
        binding.bind(m, node.target, m.evaluate(m, node.value, scope), scope)


def _augmented(m: Machine, node: ast.AugAssign, scope: Scope) -> None:
    old, value = m.evaluate(m, node.target, scope), m.evaluate(m, node.value, scope)
    if isinstance(old, Api) and isinstance(value, Items):
        callbacks.handed(m, f"{old.name}.extend", None, list(value.items), {}, node)
    made = implicit.operate(m, node.op, old, value, in_place=True) if Instance in {type(old), type(value)} else None
    binding.bind(m, node.target, binary(m, node.op, old, value) if made is None else made, scope)


def _import(m: Machine, node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        if m.files:
            dropped.imported(m, alias.name.partition(".")[0], node)
        root = alias.name.partition(".")[0]
        scope.names[alias.asname or root] = _module(m, alias.name if alias.asname else root)


def _module(m: Machine, name: str) -> Value:
    if m.patched and name in m.patched:
        return m.patched[name]
    own = m.library.absolute(name, m.origin.path) if m.library is not None else ""
    return Own(name=own) if own else outsiders.outside(name)


def _import_from(m: Machine, node: ast.ImportFrom, scope: Scope) -> None:
    module = "." * node.level + (node.module or "")
    joint = "" if module.endswith(".") else "."
    for alias in node.names:
        if m.files:
            dropped.imported(m, module.strip(".").partition(".")[0] or alias.name, node)
        if alias.name == "*":
            scope.stars.append((m.library.absolute(module, m.origin.path) if m.library is not None else "") or module)
        else:
            scope.names[alias.asname or alias.name] = _module(m, f"{module}{joint}{alias.name}")


def _if(m: Machine, node: ast.If, scope: Scope) -> None:
    if (guard := _main_guard(node.test)) is not None:
        _started(m, node, guard, scope)
        return
    if on_request(m, node.test, scope):
        with m.during(Phase.CALL), m.perhaps():
            m.execute(m, node.body, scope)
        m.execute(m, node.orelse, scope)
        return
    test = m.evaluate(m, node.test, scope)
    sure = isinstance(test, Known)
    chosen, other = (
        (node.body, node.orelse) if not sure or (isinstance(test, Known) and test.value) else (node.orelse, node.body)
    )
    if sure:
        m.execute(m, chosen, scope)
        if m.steps < m.step_limit // 8:
            with m.never():
                m.execute(m, other, Scope(parent=scope))
        return
    for branch in (chosen, other):
        if branch:
            with m.perhaps():
                m.execute(m, branch, scope)


def _started(m: Machine, node: ast.If, guard: ast.cmpop, scope: Scope) -> None:
    """What runs when somebody starts the module, and what runs when it is imported."""
    main, other = (node.orelse, node.body) if isinstance(guard, ast.NotEq) else (node.body, node.orelse)
    guarded = m.role in {Role.SETUP, Role.STARTUP, Role.BACKEND} or m.origin.layers != ()
    with m.during(m.phase if guarded else Phase.CALL):
        m.execute(m, main, scope)
    m.execute(m, other, scope)


def _main_guard(test: ast.expr) -> ast.cmpop | None:
    """How a condition compares ``__name__`` with ``"__main__"``, if it does."""
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1:
        return None
    sides = (test.left, test.comparators[0])
    names = any(isinstance(s, ast.Name) and s.id == "__name__" for s in sides)
    main = any(isinstance(s, ast.Constant) and s.value == "__main__" for s in sides)
    return test.ops[0] if names and main else None


def _return(m: Machine, node: ast.Return, scope: Scope) -> None:
    value = m.evaluate(m, node.value, scope) if node.value is not None else Known(value=None)
    if m.returns:
        m.returns[-1].append(value)


def _assert(m: Machine, node: ast.Assert, scope: Scope) -> None:
    m.evaluate(m, node.test, scope)


def _global(_m: Machine, node: ast.Global, scope: Scope) -> None:
    scope.own.update(node.names)


def _nonlocal(_m: Machine, node: ast.Nonlocal, scope: Scope) -> None:
    scope.outer.update(node.names)


def _match(m: Machine, node: ast.Match, scope: Scope) -> None:
    subject = m.evaluate(m, node.subject, scope)
    for case in node.cases:
        with m.perhaps():
            patterns.bind(m, case.pattern, subject, scope)
            m.execute(m, case.body, scope)


def _delete(m: Machine, node: ast.Delete, scope: Scope) -> None:
    """Deleting a name takes nothing back that was done; of an object, it may run something."""
    for target in node.targets:
        if isinstance(target, ast.Attribute):
            implicit.delete(m, m.evaluate(m, target.value, scope), target.attr)


_HANDLERS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.FunctionDef: definitions.function,
    ast.AsyncFunctionDef: definitions.function,
    ast.ClassDef: definitions.class_,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.If: _if,
    ast.For: loops.for_,
    ast.AsyncFor: loops.for_,
    ast.While: loops.while_,
    ast.Try: blocks.try_,
    ast.TryStar: blocks.try_,
    ast.With: blocks.with_,
    ast.AsyncWith: blocks.with_,
    ast.Return: _return,
    ast.Raise: blocks.raise_,
    ast.Assert: _assert,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Match: _match,
    ast.Delete: _delete,
}
