"""Names, numbers and strings of the error-tolerant reading, Python 2's among them."""

from __future__ import annotations

import ast
import warnings

from pratique.facts.python.source.recovery.tree import Handler, Reading, expression, place, text_of

LEAVES = frozenset({"identifier", "integer", "float", "true", "false", "none", "ellipsis", "dotted_name"})
_BACKTICKS = 400
_DOTS = 50


def _name(reading: Reading) -> ast.AST:
    return ast.Name(id=reading.text, ctx=ast.Load())


def _dotted(reading: Reading) -> ast.AST:
    first, *rest = reading.text.replace(" ", "").split(".")
    made: ast.expr = ast.Name(id=first, ctx=ast.Load())
    for name in rest[:_DOTS]:
        place(made, reading.node)
        made = ast.Attribute(value=made, attr=name, ctx=ast.Load())
    return made


def _integer(reading: Reading) -> ast.AST:
    text = reading.text.replace("_", "").rstrip("lL")
    try:
        return ast.Constant(value=complex(text) if text[-1] in "jJ" else int(text, 0))
    except ValueError:  # Python 2's octals, or more digits than this Python reads
        return ast.Constant(value=int(text, 8) if text.isdigit() and len(text) < 1000 else 0)


def _float(reading: Reading) -> ast.AST:
    text = reading.text.replace("_", "")
    return ast.Constant(value=complex(text) if text[-1] in "jJ" else float(text))


def _string(reading: Reading) -> ast.AST:
    if reading.text.startswith("`"):  # Python 2: repr
        return _backticks(reading.text.strip("`"))
    if not any(child.type == "interpolation" for child in reading.children):
        return ast.Constant(value=_literal(reading.text))
    values: list[ast.expr] = []
    for child, piece in reading.named():
        if child.type == "interpolation":
            value = expression(piece)
            values.append(value if isinstance(value, ast.FormattedValue) else ast.FormattedValue(value, -1, None))
        elif child.type == "string_content":
            text = text_of(child).replace("{{", "{").replace("}}", "}")
            values.append(ast.Constant(value=_unescaped(text)))
        place(values[-1], child) if values else None
    return ast.JoinedStr(values=values)


def _backticks(text: str) -> ast.AST:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            inner: ast.expr = ast.parse(text[:_BACKTICKS].strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        inner = ast.Constant(value=text, lineno=1, col_offset=0)
    function = ast.Name(id="repr", ctx=ast.Load(), lineno=1, col_offset=0)
    return ast.Call(func=function, args=[inner], keywords=[])


def _literal(text: str) -> str | bytes:
    prefix = text[: len(text) - len(text.lstrip("rRbBuUfFtT"))]
    kept = "".join(letter for letter in prefix if letter in "rRbB")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for attempt in (kept + text[len(prefix) :], kept.strip("bB") + text[len(prefix) :]):
            try:
                value = ast.literal_eval(attempt)
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                continue
            if isinstance(value, (str, bytes)):
                return value
    return text[len(prefix) :].strip("\"'")


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    value = _literal('"""' + text.replace('"', '\\"') + '"""')
    return value if isinstance(value, str) else text


def _concatenated(reading: Reading) -> ast.AST:
    parts = reading.expressions()
    plain = [part.value for part in parts if isinstance(part, ast.Constant)]
    if len(plain) == len(parts):
        if all(isinstance(value, bytes) for value in plain):
            return ast.Constant(value=b"".join(value for value in plain if isinstance(value, bytes)))
        return ast.Constant(value="".join(str(value) for value in plain))
    return ast.JoinedStr(values=parts)


def _interpolation(reading: Reading) -> ast.AST:
    return ast.FormattedValue(value=reading.expression("expression"), conversion=-1, format_spec=None)


LITERALS: dict[str, Handler] = {
    "identifier": _name,
    "dotted_name": _dotted,
    "integer": _integer,
    "float": _float,
    "true": lambda _: ast.Constant(value=True),
    "false": lambda _: ast.Constant(value=False),
    "none": lambda _: ast.Constant(value=None),
    "ellipsis": lambda _: ast.Constant(value=...),
    "string": _string,
    "concatenated_string": _concatenated,
    "interpolation": _interpolation,
}
"""Handlers by the grammar's node types."""
