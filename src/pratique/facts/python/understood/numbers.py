"""Builtins that make numbers, and letters of numbers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from pratique.facts.python.expressions import constants, outsiders
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.understood.shape import Special, plain
from pratique.facts.python.values import Api, Known, Value, all_deep_taints, constant_of

_STR_LIMIT = 4_000


def _chr(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if args and isinstance(args[0], Known) and isinstance(args[0].value, int) and 0 <= args[0].value < 0x110000:
        return Known(value=chr(args[0].value), taints=outsiders.layered(args[0].taints, "chr", node))
    return None


def _ord(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    value = plain(args[0]) if args else None
    if isinstance(value, str | bytes) and len(value) == 1:
        return Known(value=ord(value), taints=args[0].taints)
    return None


def _int(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    known = [constant_of(a) for a in args]
    if known and isinstance(known[0], str | bytes) and all(isinstance(p, int) for p in known[1:]):
        if len(known[0]) > (_STR_LIMIT if known[1:] not in ([16], [2], [8]) else constants.SIZE_LIMIT):
            return None
        try:
            return Known(value=int(known[0], *[int(str(p)) for p in known[1:]]), taints=args[0].taints)
        except ValueError:
            return None
    if known and isinstance(known[0], int | float) and known[0] == known[0] and abs(known[0]) != float("inf"):
        return Known(value=int(known[0]), taints=args[0].taints)
    return None


def _number(show: Callable[[int], str]) -> Special:
    def special(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
        value = plain(args[0]) if args else None
        return Known(value=show(value), taints=args[0].taints) if isinstance(value, int) else None

    return special


def _computed(compute: Callable[..., object], size: int) -> Special:
    """A pure function of that many numbers."""

    def special(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
        known = [plain(a) for a in args]
        if not 1 <= len(known) <= size or not all(isinstance(k, int | float) and abs(k) < 1 << 64 for k in known):
            return None
        try:
            return binding.lift(compute(*known), all_deep_taints(args))
        except (ArithmeticError, ValueError, TypeError):
            return None

    return special


def _from_bytes(_m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    data = constant_of(args[0]) if args else None
    order = plain(args[1] if len(args) > 1 else keywords.get("byteorder"))
    if isinstance(data, bytes) and order in {"big", "little", None} and len(data) <= constants.SIZE_LIMIT:
        return Known(value=int.from_bytes(data, "little" if order == "little" else "big"), taints=args[0].taints)
    return None


SPECIAL: Mapping[str, Special] = {
    "chr": _chr,
    "unichr": _chr,
    "ord": _ord,
    "int": _int,
    "hex": _number(hex),
    "oct": _number(oct),
    "bin": _number(bin),
    "abs": _computed(abs, 1),
    "round": _computed(round, 2),
    "int.from_bytes": _from_bytes,
}
