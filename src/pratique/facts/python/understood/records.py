"""Small makers of objects and mappings: named tuples, namespaces, modules, layered dicts."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from pratique.facts.python.expressions import attributes
from pratique.facts.python.machine import Machine
from pratique.facts.python.understood.shape import FIELD, Special, given, plain, same
from pratique.facts.python.values import Api, Class, Function, Instance, Items, Known, Result, Table, Value, join


def _named_tuple(_m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    """A class whose fields are told by name (``collections.namedtuple``)."""
    names = given(args, keywords, 1, "field_names")
    text = plain(names)
    if isinstance(text, str):
        fields = [Known(value=f) for f in text.replace(",", " ").split()]
    elif isinstance(names, Items):
        fields = [f for f in names.items if isinstance(f, Known)]
    else:
        return None
    own: list[Value] = [*fields]
    return Class(name=str(plain(args[0])) if args else "?", names={"__annotations__": Items(items=own)})


def _namespace(_m: Machine, _c: Api, _a: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    return Instance(cls=Class(name="SimpleNamespace"), names=dict(keywords))


def _module(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return Instance(cls=Class(name="module"), names={"__name__": args[0]} if args else {})


def _layered(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``ChainMap(first, second)``: the first that has a key gives its value."""
    tables = [a for a in args if isinstance(a, Table)]
    if not tables or len(tables) != len(args):
        return None
    entries: dict[object, Value] = {}
    for table in reversed(tables):
        entries |= table.entries
    rests = [t.rest for t in tables if t.rest is not None]
    return Table(entries=entries, rest=join(rests) if rests else None)


def _field(_m: Machine, _c: Api, _a: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    """A field of a class (PEP 557, attrs, pydantic): its default, or what makes one for each object."""
    maker = keywords.get("default_factory") or keywords.get("factory")
    return Result(name=FIELD, parts=(maker,)) if maker is not None else keywords.get("default")


def _factory(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return Result(name=FIELD, parts=(args[0],)) if args else None


def _replaced(m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    """``dataclasses.replace(object, field=value)``: another object, made as the first was."""
    old = args[0] if args else None
    if not isinstance(old, Instance):
        return None
    fields = {k: v for k, v in old.names.items() if k != "args"} | keywords
    return m.invoke(m, old.cls, [], fields, node)


def _bind(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``function.__get__(object)``."""
    return args[0].bound_to(args[1]) if len(args) > 1 and isinstance(args[0], Function) else None


def _super(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``super(cls, object)``: what the bases of the class make of the object."""
    if len(args) != 2 or not isinstance(args[0], Class) or not isinstance(args[1], Instance):
        return None
    base = next((b for b in args[0].bases if isinstance(b, Class)), None)
    return Instance(cls=base, names=args[1].names) if base is not None else None


def _attribute_of(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return attributes.attribute(m, args[0], "__dict__") if args else None


def _callable(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if args and isinstance(args[0], Function | Class):
        return Known(value=True)
    return Known(value=False) if args and isinstance(args[0], Known | Items | Table) else None


def _handled(m: Machine, _c: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``sys.exc_info()``."""
    return Items(items=[Value(), join(m.handled), Value()]) if m.handled else None


def _one_handled(m: Machine, _c: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return join(m.handled) if m.handled else None


SPECIAL: Mapping[str, Special] = {
    "collections.namedtuple": _named_tuple,
    "types.SimpleNamespace": _namespace,
    "argparse.Namespace": _namespace,
    "types.ModuleType": _module,
    "collections.ChainMap": _layered,
    "types.MappingProxyType": same,
    "dataclasses.replace": _replaced,
    **dict.fromkeys(["dataclasses.field", "attr.ib", "attr.field", "attrs.field", "pydantic.Field"], _field),
    **dict.fromkeys(["attr.Factory", "attrs.Factory"], _factory),
    "dataclasses.asdict": _attribute_of,
    "super": _super,
    "sys.exc_info": _handled,
    "sys.exception": _one_handled,
    "<bind>": _bind,
    "callable": _callable,
}
