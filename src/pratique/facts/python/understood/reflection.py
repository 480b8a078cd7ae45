"""Ways to a name that do not write it: imports by text, attributes by text, what a module holds."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from pratique.facts.python.catalogue.apis import members
from pratique.facts.python.expressions import attributes, outsiders, subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.understood.shape import Special, bound, given, plain, text
from pratique.facts.python.values import (
    Api,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Partial,
    Result,
    Scope,
    Table,
    Value,
    all_deep_taints,
    all_taints,
    join,
)


def _import(_m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    name = text(given(args, keywords, 0, "name"))
    if not name or name.startswith("."):
        return None
    whole = callee.name == "importlib.import_module" or "fromlist" in keywords or len(args) > 3
    return outsiders.api(name if whole else name.split(".")[0], (*callee.disguise, callee.name))


def _locate(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    name = text(args[0] if args else None)
    return outsiders.api(name.replace(":", "."), (*callee.disguise, callee.name)) if name else None


def _getattr(machine: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    name = text(args[1]) if len(args) >= 2 else None
    if name is None:
        return None
    found = attributes.attribute(machine, args[0], name)
    if isinstance(found, Api):
        return replace(found, disguise=(*found.disguise, callee.name.rpartition(".")[2]))
    return found


def _own_getattribute(m: Machine, callee: Api, args: list[Value], k: dict[str, Value], node: ast.AST) -> Value | None:
    """``module.__getattribute__(name)``, and the same taken from a class: ``type.__getattribute__(object, name)``."""
    if len(args) == 1:
        args = [Api(name=callee.name.rpartition(".")[0], disguise=callee.disguise), *args]
    return _getattr(m, callee, args, k, node)


def _dir(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    found = args[0] if args else None
    if isinstance(found, Api) and (names := members(found.name)):
        return Items(items=[Known(value=n) for n in names])
    if isinstance(found, Class | Instance):
        return Items(items=[Known(value=n) for n in _names_of(found)])
    return None


def _names_of(value: Class | Instance, depth: int = 0) -> list[str]:
    cls = value.cls if isinstance(value, Instance) else value
    inherited = [n for b in cls.bases if isinstance(b, Class) and depth < 8 for n in _names_of(b, depth + 1)]
    own = value.names if isinstance(value, Instance) else {}
    return sorted({*own, *cls.names, *inherited})


def _subclasses(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``cls.__subclasses__()``."""
    return Items(items=[c for c in m.classes if args[0] in c.bases]) if args else None


def _dispatching(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``functools.singledispatch(f)``: one of the functions that are registered, by the type of what it is given."""
    return bound("<dispatch>", Items(items=args[:1])) if args else None


def _register(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    ways, *rest = [*args, Value()]
    chosen = next(
        (v for v in reversed(rest) if isinstance(v, Function | Partial) or (type(v) is Api and "." in v.name)), None
    )
    if not isinstance(ways, Items) or chosen is None:
        return bound("<register>", ways)
    ways.items.append(chosen)
    return chosen


def _dispatch(m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    ways = args[0].items if args and isinstance(args[0], Items) else []
    return join([m.invoke(m, way, args[1:], dict(keywords), node) for way in ways[:16]]) if ways else None


def _module_item(m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``module.__dict__.get(name)`` and ``sys.modules.get(name)``."""
    if not args or not isinstance(args[0], Known):
        return None
    owner = callee.owner[0] if callee.owner else Api(name=callee.name.rpartition(".")[0])
    return subscripts.item(m, owner, args[0], Scope())


def _module_items(m: Machine, callee: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    owner = callee.owner[0] if callee.owner else None
    if not isinstance(owner, Api):
        return None
    names = members(owner.name)
    values = [subscripts.item(m, owner, Known(value=n), Scope()) for n in names]
    if callee.name.endswith(".values"):
        return Items(items=values)
    return Items(items=[Items(items=[Known(value=n), v]) for n, v in zip(names, values, strict=True)])


def _getters(kind: str) -> Special:
    def special(_m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
        return bound(f"<{kind}>", Items(items=args), Table(entries=dict(keywords.items()))) if args else None

    return special


def _apply_attributes(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    names, _, owner = _applied(args)
    found: list[Value] = []
    for name in names:
        value = owner
        for part in (text(name) or "").split("."):
            value = attributes.attribute(m, value, part)
        found.append(value)
    return found[0] if len(found) == 1 else Items(items=found)


def _apply_items(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    names, _, owner = _applied(args)
    found = [subscripts.item(m, owner, name, Scope()) for name in names]
    return found[0] if len(found) == 1 else Items(items=found)


def _apply_method(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    (name, *rest), keywords, owner = _applied(args)
    words = {str(k): v for k, v in keywords.entries.items()}
    return m.invoke(m, attributes.attribute(m, owner, text(name) or "?"), rest, words, node)


def _applied(args: list[Value]) -> tuple[list[Value], Table, Value]:
    first, words = [*args, Value(), Value()][:2]
    names = first.items if isinstance(first, Items) else [first]
    return names, words if isinstance(words, Table) else Table(), args[2] if len(args) > 2 else Value()


def _partial(_m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args:
        return None
    taints = all_deep_taints([*args, *keywords.values()])
    return Partial(taints, f"{callee.name}()", "", tuple(args), dict(keywords))


def _call(m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    return m.invoke(m, args[0], args[1:], keywords, node) if args else None


def _compile(_m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    return given(args, keywords, 0, "source")


def _code_object(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    """Byte code that stands in the source as bytes is as good as encoded."""
    if any(isinstance(v := plain(a), bytes) and len(v) >= 4 for a in args):
        return Result(name="types.CodeType()", taints=outsiders.layered(all_taints(args), "byte code", node))
    return None


SPECIAL: Mapping[str, Special] = {
    "__import__": _import,
    "importlib.import_module": _import,
    "importlib.__import__": _import,
    "pydoc.locate": _locate,
    "pkgutil.resolve_name": _locate,
    "django.utils.module_loading.import_string": _locate,
    "werkzeug.utils.import_string": _locate,
    "getattr": _getattr,
    "object.__getattribute__": _getattr,
    "inspect.getattr_static": _getattr,
    "dir": _dir,
    "__dict__.get": _module_item,
    "__dict__.pop": _module_item,
    "__dict__.__getitem__": _module_item,
    "sys.modules.get": _module_item,
    "sys.modules.__getitem__": _module_item,
    "__dict__.items": _module_items,
    "__dict__.values": _module_items,
    "operator.attrgetter": _getters("attrgetter"),
    "operator.itemgetter": _getters("itemgetter"),
    "operator.methodcaller": _getters("methodcaller"),
    "<attrgetter>": _apply_attributes,
    "<itemgetter>": _apply_items,
    "<methodcaller>": _apply_method,
    "operator.call": _call,
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "functools.singledispatch": _dispatching,
    "<dispatch>": _dispatch,
    "<register>": _register,
    "<subclasses>": _subclasses,
    "types.MethodType": _partial,
    "compile": _compile,
    "types.CodeType": _code_object,
}
BY_LAST: Mapping[str, Special] = {"__getattribute__": _own_getattribute}
"""Methods that every object has, by the last part of the name."""
