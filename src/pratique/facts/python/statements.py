"""Statements: run each once, both ways where the condition is not known."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.artifact import Role
from pratique.facts.python import lookup
from pratique.facts.python.apis import canonical
from pratique.facts.python.expressions import binary
from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Api, Class, Function, Instance, Known, Own, Result, Scope, Value, deep_taints
from pratique.finding import Phase

_COMMANDS = ("setuptools", "distutils", "wheel.bdist_wheel", "numpy.distutils")


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
        lookup.bind(m, target, value, scope)


def _annotated(m: Machine, node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        lookup.bind(m, node.target, m.evaluate(m, node.value, scope), scope)


def _augmented(m: Machine, node: ast.AugAssign, scope: Scope) -> None:
    old = m.evaluate(m, node.target, scope)
    lookup.bind(m, node.target, binary(node.op, old, m.evaluate(m, node.value, scope)), scope)


def _function(m: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    prefix = m.stack[-1] + "." if m.stack else ""
    function: Value = Function(node=node, scope=scope, name=prefix + node.name, origin=m.origin)
    if isinstance(function, Function):
        m.functions.append(function)
    for decorator in reversed(node.decorator_list):
        wrapper = m.evaluate(m, decorator, scope)
        if isinstance(wrapper, Function):
            wrapped = m.invoke(m, wrapper, [function], {}, decorator)
            function = wrapped if isinstance(wrapped, Function) else function
    scope.names[node.name] = function


def _class(m: Machine, node: ast.ClassDef, scope: Scope) -> None:
    cls = Class(name=node.name, bases=[m.evaluate(m, b, scope) for b in node.bases])
    inner = Scope(parent=scope)
    m.execute(m, node.body, inner)
    cls.names = inner.names
    m.classes.append(cls)
    for decorator in node.decorator_list:
        m.evaluate(m, decorator, scope)
    scope.names[node.name] = cls
    if m.role in {Role.SETUP, Role.BACKEND} or m.phase is Phase.INSTALL:
        _run_command(m, cls)


def _run_command(m: Machine, cls: Class) -> None:
    """A command class of a build runs while it is built or installed (``cmdclass``)."""
    bases = [canonical(b.name) for b in cls.bases if isinstance(b, Api)]
    if not any(b.startswith(_COMMANDS) or b.rpartition(".")[2] in {"install", "develop", "egg_info"} for b in bases):
        return
    instance = Instance(cls=cls)
    with m.during(Phase.INSTALL):
        for method in list(cls.names.values()):
            if isinstance(method, Function) and method.node is not None:
                m.invoke(
                    m,
                    method.bound_to(instance),
                    [],
                    {},
                    method.node,
                )


def _import(m: Machine, node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        root = alias.name.partition(".")[0]
        scope.names[alias.asname or root] = _module(m, alias.name if alias.asname else root)


def _module(m: Machine, name: str) -> Value:
    own = m.library.absolute(name, m.origin.path) if m.library is not None else ""
    return Own(name=own) if own else lookup.api(name)


def _import_from(m: Machine, node: ast.ImportFrom, scope: Scope) -> None:
    module = "." * node.level + (node.module or "")
    joint = "" if module.endswith(".") else "."
    for alias in node.names:
        if alias.name == "*":
            scope.stars.append((m.library.absolute(module, m.origin.path) if m.library is not None else "") or module)
        else:
            scope.names[alias.asname or alias.name] = _module(m, f"{module}{joint}{alias.name}")


def _if(m: Machine, node: ast.If, scope: Scope) -> None:
    if _is_main_guard(node.test):
        guarded = m.role in {Role.SETUP, Role.STARTUP} or m.origin.layers != ()
        with m.during(m.phase if guarded else Phase.CALL):
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
            with m.perhaps():
                m.execute(m, other, Scope(parent=scope))
        return
    with m.perhaps():
        m.execute(m, chosen, scope)
        m.execute(m, other, scope)


def _is_main_guard(test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1:
        return False
    sides = (test.left, test.comparators[0])
    names = any(isinstance(s, ast.Name) and s.id == "__name__" for s in sides)
    return names and any(isinstance(s, ast.Constant) and s.value == "__main__" for s in sides)


def _for(m: Machine, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    for value in lookup.iterate(m, m.evaluate(m, node.iter, scope)):
        lookup.bind(m, node.target, value, scope)
        m.execute(m, node.body, scope)
        if m.tired:
            break
    m.execute(m, node.orelse, scope)


def _while(m: Machine, node: ast.While, scope: Scope) -> None:
    for _ in range(2_000):
        test = m.evaluate(m, node.test, scope)
        if isinstance(test, Known) and not test.value:
            break
        m.execute(m, node.body, scope)
        if not isinstance(test, Known) or isinstance(node.test, ast.Constant) or m.tired:
            break
    m.execute(m, node.orelse, scope)


def _try(m: Machine, node: ast.Try, scope: Scope) -> None:
    m.execute(m, node.body, scope)
    with m.perhaps():
        for handler in node.handlers:
            m.execute(m, handler.body, scope)
    m.execute(m, node.orelse, scope)
    m.execute(m, node.finalbody, scope)


def _with(m: Machine, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
    for entry in node.items:
        value = m.evaluate(m, entry.context_expr, scope)
        if isinstance(value, Instance) and isinstance(enter := value.cls.find("__enter__"), Function):
            value = m.invoke(
                m,
                enter.bound_to(value),
                [],
                {},
                entry.context_expr,
            )
        if entry.optional_vars is not None:
            lookup.bind(m, entry.optional_vars, value, scope)
    m.execute(m, node.body, scope)


def _return(m: Machine, node: ast.Return, scope: Scope) -> None:
    value = m.evaluate(m, node.value, scope) if node.value is not None else Known(value=None)
    if m.returns:
        m.returns[-1].append(value)


def _raise(m: Machine, node: ast.Raise, scope: Scope) -> None:
    if node.exc is not None:
        m.evaluate(m, node.exc, scope)


def _assert(m: Machine, node: ast.Assert, scope: Scope) -> None:
    m.evaluate(m, node.test, scope)


def _global(_m: Machine, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
    scope.own.update(node.names)


def _match(m: Machine, node: ast.Match, scope: Scope) -> None:
    subject = m.evaluate(m, node.subject, scope)
    with m.perhaps():
        for case in node.cases:
            for inner in ast.walk(case.pattern):
                name = getattr(inner, "name", None)
                if isinstance(name, str):
                    scope.names[name] = Result(name="case", taints=deep_taints(subject))
            m.execute(m, case.body, scope)


def _delete(_m: Machine, _node: ast.Delete, _scope: Scope) -> None:
    """Deleting a name takes nothing back that was done."""


_HANDLERS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.Match: _match,
    ast.Delete: _delete,
}
