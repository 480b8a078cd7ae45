"""Builtins that make text, bytes and numbers of constants."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping

from pratique.facts.python.calls import implicit
from pratique.facts.python.expressions import attributes, constants, outsiders
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.understood.shape import Special, plain
from pratique.facts.python.values import (
    Api,
    Choice,
    Class,
    Instance,
    Items,
    Known,
    Text,
    Value,
    all_deep_taints,
    constant_of,
    deep_taints,
    is_constant,
    text_of,
)

_TEMPLATE = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})")


def _bytes(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    known = constant_of(args[0]) if args else b""
    taints = deep_taints(args[0]) if args else frozenset()
    made: bytes | None = None
    if isinstance(known, bytes):
        made = known
    elif isinstance(known, tuple) and all(isinstance(b, int) and 0 <= b < 256 for b in known):
        made = bytes(b for b in known if isinstance(b, int))
        taints = outsiders.layered(taints, "ints", node) if known else taints
    elif isinstance(known, str) and len(args) > 1:
        made = known.encode("utf-8", "replace")
    elif isinstance(known, int) and not isinstance(known, bool) and 0 <= known <= 100_000:
        made = bytes(known)
    if made is None:
        return None
    return Known(value=bytearray(made) if callee.name == "bytearray" else made, taints=taints)


def _str(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args:
        return Known(value="")
    value = args[0]
    if isinstance(value, Instance) and isinstance(value.names.get("args"), Items):
        return Text(text=text_of(value), taints=deep_taints(value)) if len(_carried(value)) != 1 else _carried(value)[0]
    known = plain(value)
    if isinstance(known, bytes):
        return Known(value=known.decode("utf-8", "replace"), taints=value.taints) if len(args) > 1 else value
    if isinstance(known, str) or isinstance(value, Known):
        return Known(value=known if isinstance(known, str) else _shown(str, known), taints=value.taints)
    return Text(text=text_of(value), taints=deep_taints(value))


def _carried(value: Instance) -> list[Value]:
    """What an exception was made with, which is all that its text shows."""
    args = value.names["args"]
    return args.items if isinstance(args, Items) else []


def _shown(show: Callable[[object], str], value: object) -> str:
    """``str`` or ``repr`` of a constant; a number of more digits than Python prints has none (CVE-2020-10735)."""
    try:
        return show(value)[: constants.SIZE_LIMIT]
    except ValueError:
        return "<number>"


def _repr(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    value = constant_of(args[0]) if args else None
    if not args or not is_constant(value):
        return None
    return Known(value=_shown(repr, value), taints=deep_taints(args[0]))


def _format(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    value, spec = (plain(args[0]), plain(args[1])) if len(args) == 2 else (None, None)
    if not isinstance(value, int | str) or not isinstance(spec, str) or re.search(r"\d{4}", spec):
        return None
    try:
        return Known(value=format(value, spec), taints=outsiders.layered(args[0].taints, "chr", node))
    except (ValueError, TypeError, OverflowError):
        return None


def _maketrans(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    known = [constant_of(a) for a in args]
    try:
        if callee.name == "str.maketrans":
            return binding.lift(str.maketrans(*known), all_deep_taints(args))  # type: ignore[call-overload]
        return Known(value=bytes.maketrans(*known), taints=all_deep_taints(args))  # type: ignore[arg-type]
    except (TypeError, ValueError, AttributeError):
        return None


def _substitute(_m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    template = plain(callee.owner[0]) if callee.owner else None
    if not isinstance(template, str):
        return None
    words = dict(keywords)
    words |= {str(k): v for k, v in binding.entries_of(args[0]).items()} if args else {}
    taints = all_deep_taints(list(words.values()))
    unknown = False

    def fill(match: re.Match[str]) -> str:
        nonlocal unknown
        if match[1]:
            return "$"
        value = words.get(match[2] or match[3])
        unknown = unknown or not isinstance(value, Known)
        return text_of(value) if value is not None else match[0]

    text = _TEMPLATE.sub(fill, template)[: constants.SIZE_LIMIT]
    return Text(text=text, taints=taints) if unknown else Known(value=text, taints=taints)


def _unbound(m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    """``str.join(",", parts)``: a method taken from its class."""
    if not args or not isinstance(args[0], Known | Text | Choice):
        return None
    method = attributes.attribute(m, args[0], callee.name.rpartition(".")[2])
    return m.invoke(m, method, args[1:], keywords, node)


_KINDS: Mapping[str, type] = {"str": str, "bytes": bytes, "int": int, "float": float, "bool": bool, "unicode": str}


def _isinstance(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """Of a constant and a builtin type, on which the branch of a decoder hangs; a metaclass may answer itself."""
    if len(args) == 2 and isinstance(args[1], Class):
        return implicit.dunder(m, args[1], "__instancecheck__", args[0])
    if len(args) != 2 or not isinstance(args[0], Known) or not isinstance(args[1], Api):
        return None
    kind = _KINDS.get(args[1].name)
    return Known(value=isinstance(args[0].value, kind)) if kind is not None else None


_METHODS = "join replace split decode encode format lower upper swapcase translate strip to_bytes hex format_map"
SPECIAL: Mapping[str, Special] = {
    "isinstance": _isinstance,
    "bytes": _bytes,
    "bytearray": _bytes,
    "str": _str,
    "unicode": _str,
    "repr": _repr,
    "ascii": _repr,
    "format": _format,
    "str.maketrans": _maketrans,
    "string.maketrans": _maketrans,
    "bytes.maketrans": _maketrans,
    "bytearray.maketrans": _maketrans,
    "string.Template().substitute": _substitute,
    "string.Template().safe_substitute": _substitute,
    **{f"{kind}.{name}": _unbound for kind in ("str", "bytes", "bytearray", "int") for name in _METHODS.split()},
}
