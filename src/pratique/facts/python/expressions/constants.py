"""Arithmetic on constants: a whitelist of our own, with a bound on every result. Never `eval`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

SIZE_LIMIT = 8_000_000
"""Characters, bytes or items that a computed constant may have."""
_INT_BITS = 20_000
_LONG_BITS = 8 * 1_000_000
"""Of a number that stands for text: operations whose cost grows with its length alone may make that."""
_SAFE = (str, bytes, int, float, bool, type(None))

_BINARY: dict[type[ast.operator], Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.BitXor: operator.xor,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.RShift: operator.rshift,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_TEXT_METHODS = frozenset(
    [
        "join",
        "replace",
        "split",
        "rsplit",
        "splitlines",
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "swapcase",
        "encode",
        "decode",
        "translate",
        "removeprefix",
        "removesuffix",
        "find",
        "rfind",
        "index",
        "count",
        "startswith",
        "endswith",
        "hex",
        "zfill",
        "partition",
        "rpartition",
        "isdigit",
        "isalpha",
        "isupper",
        "islower",
        "isspace",
        "casefold",
        "format",
        "format_map",
    ]
)


_GROWING = frozenset({"replace", "join", "zfill", "format", "format_map", "translate"})
_INT_METHODS = frozenset({"to_bytes", "bit_length"})


_COSTLY = (ast.Mult, ast.Mod, ast.FloorDiv, ast.Div)
_COSTLY_BITS = 80_000


class Unfit(Exception):
    """Not computable within the whitelist and its bounds."""


def binary(node: ast.operator, left: object, right: object) -> object:
    """``left op right``; raises `Unfit` where the result would be large, wrong or undefined."""
    try:
        if isinstance(node, _COSTLY):
            _affordable(left, right)
        if isinstance(node, ast.Mult):
            return _multiply(left, right)
        if isinstance(node, ast.Mod):
            return _modulo(left, right)
        if isinstance(node, ast.Pow | ast.LShift):
            return _grow(node, left, right)
        if isinstance(node, ast.Add):
            _bound(_length(left) + _length(right))
        return _checked(_BINARY[type(node)](left, right), _LONG_BITS)
    except (TypeError, ValueError, ArithmeticError, KeyError) as error:
        raise Unfit from error


def compare(node: ast.cmpop, left: object, right: object) -> bool:
    """``left op right`` for constants; raises `Unfit`."""
    try:
        return bool(_COMPARE[type(node)](left, right))
    except (TypeError, ValueError) as error:
        raise Unfit from error


def method(value: object, name: str, args: tuple[object, ...], keywords: dict[str, object]) -> object:
    """Call a whitelisted method of a str, bytes or int constant; raises `Unfit`."""
    if isinstance(value, int) and name in _INT_METHODS:
        _bound(args[0] if args and isinstance(args[0], int) else 1)
    elif name not in _TEXT_METHODS or not isinstance(value, str | bytes):
        raise Unfit
    if name in _GROWING:
        _bound_method(value, name, (*args, *keywords.values()))
    try:
        return _checked(getattr(value, name)(*args, **keywords))
    except Exception as error:  # hostile arguments raise anything; whatever it is, there is no constant
        raise Unfit from error


def _bound_method(value: object, name: str, args: tuple[object, ...]) -> None:
    if name == "join" and args and isinstance(args[0], list | tuple):
        _bound(sum(_length(a) for a in args[0]) + _length(value) * len(args[0]))
    elif name == "replace" and len(args) >= 2:
        _bound(_length(value) * max(1, _length(args[1])) if _length(args[1]) > _length(args[0]) else 0)
    elif name == "zfill" and args:
        _bound(args[0] if isinstance(args[0], int) else SIZE_LIMIT + 1)
    elif name in {"format", "format_map"}:
        given = tuple(args[0].values()) if args and isinstance(args[0], dict) else args
        if not isinstance(value, str) or _wide(value) or not all(isinstance(a, _SAFE) for a in given):
            raise Unfit
        _bound(len(value) * max([1, *(_length(a) for a in given)]))
    elif name == "translate" and args and isinstance(args[0], dict):
        _bound(_length(value) * max([1, *(_length(v) for v in args[0].values())]))


def _wide(template: str) -> bool:
    """A format with attribute access, or a width of four digits and more."""
    digits = 0
    for char in template:
        digits = digits + 1 if char.isdigit() else 0
        if digits > 3:
            return True
    return "." in template and "{" in template and any("." in part.split("}")[0] for part in template.split("{")[1:])


def _multiply(left: object, right: object) -> object:
    for text, times in ((left, right), (right, left)):
        if isinstance(text, str | bytes) and isinstance(times, int):
            _bound(len(text) * max(times, 0))
    return _checked(left * right)  # type: ignore[operator]


def _modulo(left: object, right: object) -> object:
    if isinstance(left, str | bytes):
        template = left if isinstance(left, str) else left.decode("latin-1")
        if _wide(template.replace("%", "{")) or "*" in template:
            raise Unfit
        parts = right if isinstance(right, tuple) else tuple(right.values()) if isinstance(right, dict) else (right,)
        _bound(len(left) + sum(_length(p) for p in parts) * max(1, template.count("%(")))
        if isinstance(left, str) and isinstance(right, bytes):
            right = right.decode("latin-1")  # as Python 2 had it, which commands are still written for
    return _checked(left % right)  # type: ignore[operator]


def _grow(node: ast.operator, left: object, right: object) -> object:
    if not isinstance(left, int) or not isinstance(right, int) or right < 0 or left.bit_length() * right > _INT_BITS:
        raise Unfit
    return left << right if isinstance(node, ast.LShift) and right < _INT_BITS else left**right


def _length(value: object) -> int:
    return len(value) if isinstance(value, str | bytes | list | tuple) else 24


def _bound(size: int) -> None:
    if size > SIZE_LIMIT:
        raise Unfit


def _affordable(left: object, right: object) -> None:
    if type(left) is int and left.bit_length() > _COSTLY_BITS:
        raise Unfit
    if type(right) is int and right.bit_length() > _COSTLY_BITS:
        raise Unfit


def _checked(value: object, bits: int = _INT_BITS) -> object:
    if isinstance(value, int) and value.bit_length() > bits:
        raise Unfit
    if isinstance(value, str | bytes | list | tuple):
        _bound(len(value))
    return value
