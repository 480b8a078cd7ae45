"""What the names that the evaluator understands have in common."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Api, Known, Partial, Value

Special = Callable[[Machine, Api, list[Value], dict[str, Value], ast.AST], Value | None]
"""The value of a call, or nothing where the call is like any other."""
FIELD = "<field>"
"""The name of a field of a class whose value a function makes for each object."""


def plain(value: Value | None) -> object:
    """The constant that a value is, else nothing."""
    if not isinstance(value, Known):
        return None
    return bytes(value.value) if isinstance(value.value, bytearray) else value.value


def text(value: Value | None) -> str | None:
    """The text that a value is, else nothing."""
    found = plain(value)
    return found if isinstance(found, str) else None


def given(args: list[Value], keywords: dict[str, Value], position: int, *names: str) -> Value | None:
    """An argument by its position or one of its names."""
    if position < len(args):
        return args[position]
    return next((keywords[n] for n in names if n in keywords), None)


def bound(name: str, *args: Value) -> Partial:
    """A callable that hands these arguments on to a name that is understood."""
    return Partial(name="functools.partial()", parts=(Api(name=name), *args))


def same(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """What is given comes back."""
    return args[0] if args else None
