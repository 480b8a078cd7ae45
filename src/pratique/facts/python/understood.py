"""Builtins and other names that the evaluator understands itself, by canonical name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from pratique.facts.python import lookup
from pratique.facts.python.expressions import constant_of
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.values import (
    Api,
    Items,
    Known,
    Result,
    Text,
    Value,
    all_taints,
    deep_taints,
    text_of,
)


def _import(_m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    first = args[0] if args else keywords.get("name")
    if isinstance(first, Known) and isinstance(first.value, str) and not first.value.startswith("."):
        root = (
            first.value
            if callee.name == "importlib.import_module" or "fromlist" in keywords or len(args) > 3
            else first.value.split(".")[0]
        )
        return lookup.api(root, (*callee.disguise, callee.name))
    return None


def _getattr(machine: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if len(args) >= 2 and isinstance(args[1], Known) and isinstance(args[1].value, str):
        found = lookup.attribute(machine, args[0], args[1].value)
        if isinstance(found, Api):
            return replace(found, disguise=(*found.disguise, "getattr"))
        return found
    return None


def _chr(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if args and isinstance(args[0], Known) and isinstance(args[0].value, int) and 0 <= args[0].value < 0x110000:
        return Known(value=chr(args[0].value), taints=lookup.layered(args[0].taints, "chr", node))
    return None


def _ord(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    value = args[0].value if args and isinstance(args[0], Known) else None
    return (
        Known(value=ord(value), taints=args[0].taints) if isinstance(value, str | bytes) and len(value) == 1 else None
    )


def _int(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    plain = [constant_of(a) for a in args]
    if plain and isinstance(plain[0], str) and len(plain[0]) < 4_000 and all(isinstance(p, int) for p in plain[1:]):
        try:
            return Known(value=int(plain[0], *[int(str(p)) for p in plain[1:]]), taints=args[0].taints)
        except ValueError:
            return None
    if plain and isinstance(plain[0], int | float) and plain[0] == plain[0] and abs(plain[0]) != float("inf"):
        return Known(value=int(plain[0]), taints=args[0].taints)
    return None


def _bytes(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    plain = constant_of(args[0]) if args else b""
    taints = deep_taints(args[0]) if args else frozenset()
    if isinstance(plain, bytes):
        return Known(value=plain, taints=taints)
    if isinstance(plain, tuple) and all(isinstance(b, int) and 0 <= b < 256 for b in plain):
        return Known(value=bytes(b for b in plain if isinstance(b, int)), taints=lookup.layered(taints, "ints", node))
    if isinstance(plain, str) and len(args) > 1:
        return Known(value=plain.encode("utf-8", "replace"), taints=taints)
    return None


def _str(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args:
        return Known(value="")
    value = args[0]
    if isinstance(value, Known):
        if isinstance(value.value, bytes):
            return Known(value=value.value.decode("utf-8", "replace"), taints=value.taints) if len(args) > 1 else value
        return Known(
            value=str(value.value)[:4_000] if not isinstance(value.value, str) else value.value, taints=value.taints
        )
    return Text(text=text_of(value), taints=deep_taints(value))


def _list(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args:
        return Items()
    if isinstance(args[0], Items | Known):
        return Items(items=list(lookup.iterate(_m, args[0])), taints=args[0].taints)
    return None


def _map(machine: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if len(args) < 2:
        return None
    columns = [list(lookup.iterate(machine, a)) for a in args[1:]]
    return Items(items=[machine.invoke(machine, args[0], list(row), {}, node) for row in zip(*columns, strict=False)])


def _zip(machine: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    columns = [list(lookup.iterate(machine, a)) for a in args]
    return Items(items=[Items(items=list(row)) for row in zip(*columns, strict=False)])


def _enumerate(machine: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args:
        return None
    return Items(items=[Items(items=[Known(value=i), v]) for i, v in enumerate(lookup.iterate(machine, args[0]))])


def _range(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    plain = [a.value for a in args if isinstance(a, Known) and isinstance(a.value, int)]
    if len(plain) != len(args) or not plain or (len(plain) == 3 and plain[2] == 0):
        return None
    span = range(*plain[:3])
    return Items(items=[Known(value=i) for i in span[:20_000]]) if len(span) <= 20_000 else None


def _reversed(machine: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if not args or not isinstance(args[0], Items | Known):
        return None
    items = list(lookup.iterate(machine, args[0]))
    for one in items:
        one.taints = lookup.layered(one.taints, "reverse", node)
    return Items(items=items[::-1])


def _len(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if args and isinstance(args[0], Known) and isinstance(args[0].value, str | bytes):
        return Known(value=len(args[0].value))
    return Known(value=len(args[0].items)) if args and isinstance(args[0], Items) else None


def _compile(_m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    source = args[0] if args else keywords.get("source")
    return source if source is not None else None


def _marshal(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if not args:
        return None
    label = lookup.layered(args[0].taints, "marshal", node)
    return (
        Known(value=args[0].value, taints=label)
        if isinstance(args[0], Known)
        else Result(name="marshal.loads()", taints=label)
    )


def _partial_call(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return Result(name="functools.partial()", parts=tuple(args), taints=all_taints(args)) if args else None


def _path_join(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    text = "/".join(text_of(a).rstrip("/\\") if i < len(args) - 1 else text_of(a) for i, a in enumerate(args))
    taints = all_taints(args) if args else frozenset()
    taints |= lookup.secret_taint(text, getattr(node, "lineno", 0))
    if callee.name == "pathlib.Path":
        return Result(name="pathlib.Path()", path=text, taints=taints)
    return (
        Known(value=text, taints=taints) if all(isinstance(a, Known) for a in args) else Text(text=text, taints=taints)
    )


def _same(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return args[0] if args else None


def _expand(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if not args:
        return None
    text = text_of(args[0])
    return Text(text=text, taints=args[0].taints | lookup.secret_taint(text, getattr(node, "lineno", 0)))


def _getenv(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if callee.name.endswith((".copy", ".items", ".values", ".keys")):
        return Result(
            name="os.environ[]", taints=frozenset({Taint(Source.ENVIRON, "os.environ", getattr(node, "lineno", 0))})
        )
    name = text_of(args[0]) if args else "?"
    return Text(text=f"<${name}>", taints=frozenset({Taint(Source.VARIABLE, name, getattr(node, "lineno", 0))}))


Special = Callable[[Machine, Api, list[Value], dict[str, Value], ast.AST], Value | None]
SPECIAL: Mapping[str, Special] = {
    "__import__": _import,
    "importlib.import_module": _import,
    "importlib.__import__": _import,
    "getattr": _getattr,
    "object.__getattribute__": _getattr,
    "chr": _chr,
    "unichr": _chr,
    "ord": _ord,
    "int": _int,
    "bytes": _bytes,
    "bytearray": _bytes,
    "str": _str,
    "unicode": _str,
    "list": _list,
    "tuple": _list,
    "map": _map,
    "zip": _zip,
    "enumerate": _enumerate,
    "range": _range,
    "xrange": _range,
    "reversed": _reversed,
    "len": _len,
    "compile": _compile,
    "marshal.loads": _marshal,
    "functools.partial": _partial_call,
    "os.path.join": _path_join,
    "pathlib.Path": _path_join,
    "os.path.expanduser": _expand,
    "os.path.expandvars": _expand,
    "os.path.abspath": _expand,
    "os.path.normpath": _expand,
    "os.fspath": _expand,
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "os.environ.items": _getenv,
    "os.environ.copy": _getenv,
    "os.environ.values": _getenv,
    "memoryview": _same,
}
