"""Definitions: what runs when a function or a class is defined, and what then stands under its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pratique.artifact import Role
from pratique.facts.python.calls import descriptors, implicit, settling
from pratique.facts.python.catalogue.apis import canonical
from pratique.facts.python.catalogue.clients import is_remote
from pratique.facts.python.machine import Machine
from pratique.facts.python.outside import candidates, listening
from pratique.facts.python.values import (
    Api,
    Choice,
    Class,
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
)
from pratique.finding import Phase

_COMMANDS = ("setuptools", "distutils", "wheel.bdist_wheel", "numpy.distutils")
_STEPS_OF_A_BUILD = frozenset(
    ["run", "initialize_options", "finalize_options", "build_extension", "build_extensions", "has_ext_modules"]
)
OF_MAINTAINERS = frozenset({"sdist", "upload", "upload_docs", "register"})
"""Commands that whoever publishes gives, and no installation."""
_DEEP = 5
_PLAIN = frozenset({ast.Name, ast.Constant, ast.Attribute, ast.UnaryOp})
_MAKING = frozenset({"functools.singledispatch"})
"""Outside decorators whose result is understood."""
_OURS = (Function, Class, Instance, Choice)


def function(m: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    """Bind a function's name; defaults, annotations and decorators run now (Python Language Reference 8.7)."""
    prefix = m.stack[-1] + "." if m.stack else ""
    made = Function(node=node, scope=scope, name=prefix + node.name, origin=m.origin)
    m.functions.append(made)
    parameters(m, node.args, scope)
    if node.returns is not None:
        annotation(m, node.returns, scope)
    value: Value = made
    for decorator in reversed(node.decorator_list):
        value = _decorated(m, m.evaluate(m, decorator, scope), value, decorator)
    scope.names[node.name] = value


def parameters(m: Machine, spec: ast.arguments, scope: Scope) -> None:
    """Run defaults and annotations that call something: they do so even if the function is never called."""
    for default in (*spec.defaults, *spec.kw_defaults):
        if default is not None:
            annotation(m, default, scope)
    for parameter in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
        if parameter.annotation is not None:
            annotation(m, parameter.annotation, scope)


def annotation(m: Machine, node: ast.expr, scope: Scope) -> None:
    """Evaluate an expression if it calls anything; most annotations and defaults don't."""
    if type(node) not in _PLAIN and calls_something(node):
        m.evaluate(m, node, scope)


def calls_something(node: ast.expr) -> bool:
    """Whether an annotation or a default is more than names."""
    if type(node) in _PLAIN:
        return False
    if isinstance(node, ast.Subscript):
        return calls_something(node.value) or calls_something(node.slice)
    if isinstance(node, ast.Tuple | ast.List):
        return any(calls_something(e) for e in node.elts)
    return any(isinstance(n, ast.Call) for n in ast.walk(node))


def _decorated(m: Machine, wrapper: Value, value: Value, node: ast.expr) -> Value:
    if isinstance(wrapper, Choice):
        for option in wrapper.options:
            value = _decorated(m, option, value, node)
        return value
    if isinstance(wrapper, Api) and isinstance(value, Function) and (kind := descriptors.kind_of(wrapper.name)):
        return descriptors.as_kind(kind, value)
    if isinstance(wrapper, Result) and wrapper.parts and isinstance(wrapper.parts[0], descriptors.Getter):
        getter = wrapper.parts[0]
        setter = value if isinstance(value, Function) else None
        return descriptors.Getter(
            getter.taints, getter.node, getter.scope, getter.name, getter.bound, getter.origin, setter
        )
    if isinstance(wrapper, Api | Result) and isinstance(value, Function) and is_remote(wrapper.name):
        listening.wait(m, value)
        return value
    if isinstance(wrapper, Partial) or (isinstance(wrapper, Api) and wrapper.name in _MAKING):
        result = m.invoke(m, wrapper, [value], {}, node)
        return result if isinstance(result, Partial | Function) else value
    if isinstance(wrapper, _OURS) or candidates.runs_at_once(wrapper):
        result = m.invoke(m, wrapper, [value], {}, node)
        return result if isinstance(result, _OURS) or result.taints else value
    return value


def class_(m: Machine, node: ast.ClassDef, scope: Scope) -> None:
    """Bind a class's name; its body, metaclass, hooks of its bases and decorators run now."""
    bases = [m.evaluate(m, b, scope) for b in node.bases]
    keywords = {k.arg or "**": m.evaluate(m, k.value, scope) for k in node.keywords}
    inner = Scope(parent=scope)
    m.execute(m, node.body, inner)
    fields = [
        Known(value=s.target.id) for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
    ]
    if fields:
        inner.names["__annotations__"] = Items(items=[*fields])
    if documentation := ast.get_docstring(node, clean=False):
        inner.names["__doc__"] = Known(value=documentation)
    made = make(m, node.name, bases, inner.names, keywords)
    value: Value = made
    for decorator in reversed(node.decorator_list):
        value = _decorated(m, m.evaluate(m, decorator, scope), value, decorator)
    scope.names[node.name] = value
    if listening.waits(made):
        listening.wait(m, made)
    for one in {id(v): v for v in (made, value) if isinstance(v, Class)}.values():
        build_step(m, one)


def make(
    m: Machine, name: str, bases: list[Value], names: dict[str, Value], keywords: dict[str, Value] | None = None
) -> Class:
    """A new class, after its metaclass and the hooks of its bases ran (Python Language Reference 3.3.3)."""
    keywords = keywords or {}
    cls = Class(name=name, names=names, bases=bases)
    m.classes.append(cls)
    inherited = (b.find("__metaclass__") for b in bases if isinstance(b, Class))
    meta = keywords.pop("metaclass", None) or next((i for i in inherited if i is not None), None)
    if meta is not None:
        names["__metaclass__"] = meta
        args = [Known(value=name), Items(items=bases), Table(entries=dict(names.items()))]
        _by_metaclass(m, meta, args, keywords)
    for key, value in list(names.items()):
        if isinstance(value, Instance):
            implicit.dunder(m, value, "__set_name__", cls, Known(value=key))
    for base in bases:
        hook = base.find("__init_subclass__") if isinstance(base, Class) else None
        if isinstance(hook, Function):
            m.invoke(m, descriptors.as_kind(descriptors.OfClass, hook).bound_to(cls), [], dict(keywords), ast.Pass())
    return cls


def _by_metaclass(m: Machine, meta: Value, args: list[Value], keywords: dict[str, Value]) -> None:
    if isinstance(meta, Choice):
        for option in meta.options:
            _by_metaclass(m, option, args, keywords)
        return
    if isinstance(meta, Api):
        return  # `type` among them, which would make the class again
    if not isinstance(meta, Class):
        m.invoke(m, meta, args, dict(keywords), ast.Pass())
        return
    instance = Instance(cls=meta)
    for hook in ("__prepare__", "__new__", "__init__"):
        method = meta.find(hook)
        if isinstance(method, Function):
            m.invoke(
                m, method.bound_to(instance), args[:2] if hook == "__prepare__" else args, dict(keywords), ast.Pass()
            )
    settling.remember(m, instance)


def build_step(m: Machine, cls: Class) -> None:
    """A command class of a build runs while it is built or installed (``cmdclass``)."""
    if m.role in {Role.SETUP, Role.BACKEND} or m.phase is Phase.INSTALL:
        bases = list(_outside_bases(cls))
        known = any(b.startswith(_COMMANDS) or b.rpartition(".")[2] in _STEPS_OF_A_BUILD for b in bases)
        last = {b.rpartition(".")[2] for b in bases}
        if last and last <= OF_MAINTAINERS:
            return
        if known or last & {"install", "develop", "egg_info"} or not _STEPS_OF_A_BUILD.isdisjoint(cls.names):
            run_step(m, cls)


def _outside_bases(cls: Class, depth: int = 0) -> Iterator[str]:
    """Names of what a class inherits from elsewhere, through classes of its own file."""
    for base in cls.bases:
        if isinstance(base, Api | Own):
            yield canonical(base.name)
        elif isinstance(base, Class) and depth < _DEEP:
            yield from _outside_bases(base, depth + 1)


def run_step(m: Machine, cls: Class) -> None:
    """Run every method of a command class, as a build does in the end."""
    instance = Instance(cls=cls)
    with m.during(Phase.INSTALL):
        for method in list(cls.names.values()):
            if isinstance(method, Function) and method.node is not None:
                m.invoke(m, method.bound_to(instance), [], {}, method.node)
