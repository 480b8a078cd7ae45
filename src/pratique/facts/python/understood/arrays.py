"""Arrays of one-byte numbers, as ctypes makes them."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from pratique.facts.python.machine import Machine
from pratique.facts.python.outside.filling import bytes_of
from pratique.facts.python.understood.shape import Special
from pratique.facts.python.values import Api, Choice, Items, Known, Value, deep_taints, join


def _array(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``(ctypes.c_ubyte * n)(*numbers)``: the bytes that stand in the array, or one of the choices."""
    whole = args[0] if len(args) == 1 else Items(items=args)
    made = [_bytes(option) for option in (whole.options if isinstance(whole, Choice) else (whole,))]
    known = [m for m in made if m is not None]
    return join(known) if known and len(known) == len(made) else None


def _bytes(value: Value) -> Value | None:
    code = bytes_of(value)
    return Known(deep_taints(value), code) if code is not None else None


SPECIAL: Mapping[str, Special] = {"ctypes.Array": _array}
