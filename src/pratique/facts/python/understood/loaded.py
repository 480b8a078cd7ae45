"""What a running interpreter has at hand: classes by their base, members of modules, and what loads modules."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping

from pratique.facts.python.calls import implicit
from pratique.facts.python.catalogue.apis import members
from pratique.facts.python.expressions import subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.understood.shape import Special, given, text
from pratique.facts.python.values import Api, Class, Items, Known, Result, Scope, Value

_CLASSES = ("subprocess.Popen", "os._wrap_close", "warnings.catch_warnings", "importlib.machinery.SourceFileLoader")
"""Those that somebody looks for among all classes."""


def _subclasses(_m: Machine, _c: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``object.__subclasses__()``."""
    return Items(items=[Api(name=name, disguise=("__subclasses__",)) for name in _CLASSES])


def _members(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``inspect.getmembers(module)``."""
    owner = args[0] if args else None
    if not isinstance(owner, Api):
        return None
    names = [Known(value=name) for name in members(owner.name)]
    return Items(items=[Items(items=[name, subscripts.item(m, owner, name, Scope())]) for name in names])


def _spec(_m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    """``find_spec(name)``: what knows the module of that name, if everybody has it."""
    name = _standard(given(args, keywords, 0, "name"))
    if not name:
        return None
    return Result(name=f"{callee.name}()", parts=(Api(name=name, disguise=(callee.name,)),))


def _standard(value: Value | None) -> str:
    """The name of a module of the standard library, else nothing."""
    name = text(value) or ""
    return name if name.partition(".")[0] in sys.stdlib_module_names else ""


def _of_spec(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``module_from_spec(spec)``."""
    spec = args[0] if args else None
    held = spec.parts[0] if isinstance(spec, Result) and spec.parts else None
    return held if isinstance(held, Api) else None


def _load(m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    """``loader.load_module(name)``, of whichever loader, for modules that everybody has."""
    held = callee.owner[0] if callee.owner and not args else None
    if isinstance(held, Api):
        return held
    if not _standard(args[0] if args else None):
        return None
    return m.invoke(m, Api(name="importlib.import_module", disguise=callee.disguise), args[:1], {}, node)


def _is_a(name: str) -> Special:
    """``isinstance(object, cls)``: what the metaclass of the class makes of the question."""

    def special(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
        cls = args[1] if len(args) == 2 else None
        return implicit.dunder(m, cls, name, args[0]) if isinstance(cls, Class) else None

    return special


def _reduction(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    """``copyreg.pickle(cls, f)``: a copy of an object is made by the call that ``f`` tells."""
    made = m.invoke(m, args[1], [Value()], {}, node) if len(args) > 1 else None
    if isinstance(made, Items) and len(made.items) > 1 and isinstance(made.items[1], Items):
        m.invoke(m, made.items[0], list(made.items[1].items), {}, node)
    return None


SPECIAL: Mapping[str, Special] = {
    "inspect.getmembers": _members,
    "inspect.getmembers_static": _members,
    **dict.fromkeys(["importlib.util.find_spec", "importlib.find_loader", "pkgutil.find_loader"], _spec),
    "importlib.util.module_from_spec": _of_spec,
    "issubclass": _is_a("__subclasscheck__"),
    "copyreg.pickle": _reduction,
}
BY_LAST: Mapping[str, Special] = {"__subclasses__": _subclasses, "load_module": _load}
"""Methods of whatever object, by the last part of the name."""
