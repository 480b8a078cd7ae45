"""Nodes of the source that is made: constants written out, and stand-ins for what has no source."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from pratique.facts.serialized.marshalled.code import Code, Group

DEPTH = 40
"""A deeper expression gets a name, so that no source is nested without end."""
_WIDE = 10_000
"""Bits of an integer that is written in decimals."""


@dataclass(slots=True)
class Room:
    """How many constants may still be written out; all code of a file shares one."""

    left: int = 200_000


class _Null(ast.Constant):
    """What CPython pushes as NULL."""


class CodeMark(ast.Constant):
    """A code object on its way to becoming a function."""

    def __init__(self, code: Code) -> None:
        super().__init__(value=None)
        self.code = code


def unknown() -> ast.expr:
    """Something whose origin was not seen."""
    return ast.Name(id="_unknown", ctx=ast.Load())


def null() -> ast.expr:
    """CPython's NULL."""
    return _Null(value=None)


def is_null(node: ast.expr) -> bool:
    """Whether that is CPython's NULL."""
    return isinstance(node, _Null)


def literal(value: object, room: Room, depth: int = 0) -> ast.expr:
    """A constant as an expression, as far as there is room for it; code objects have none."""
    room.left -= 1
    if isinstance(value, Group) and depth < DEPTH // 2:
        # Values may share parts over and over: what is counted is what is made of them.
        items = [literal(item, room, depth + 1) for item in value.items if room.left > 0]
        if value.kind == "{}" and items:
            return ast.Set(elts=items)
        return ast.Tuple(elts=items, ctx=ast.Load())
    if isinstance(value, int) and value.bit_length() > _WIDE:
        text = ast.Constant(value=f"{value:x}")
        return ast.Call(func=ast.Name(id="int", ctx=ast.Load()), args=[text, ast.Constant(value=16)], keywords=[])
    if isinstance(value, (str, bytes, int, float, complex)) or value is None or value is ...:
        return ast.Constant(value=value)
    return unknown()
