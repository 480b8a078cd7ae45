"""Expressions of the error-tolerant reading: one small function a construct."""

from __future__ import annotations

import ast

from pratique.facts.python.source.recovery.tree import Handler, Reading, expression, store

_OPERATORS: dict[str, type[ast.operator]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "%": ast.Mod, "**": ast.Pow, "//": ast.FloorDiv,
    "&": ast.BitAnd, "|": ast.BitOr, "^": ast.BitXor, "<<": ast.LShift, ">>": ast.RShift, "@": ast.MatMult,
}  # fmt: skip
_COMPARISONS: dict[str, type[ast.cmpop]] = {
    "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "==": ast.Eq, "!=": ast.NotEq, "<>": ast.NotEq,
    "in": ast.In, "not in": ast.NotIn, "is": ast.Is, "is not": ast.IsNot,
}  # fmt: skip
_UNARY: dict[str, type[ast.unaryop]] = {"-": ast.USub, "+": ast.UAdd, "~": ast.Invert}
_FOLDED = 30_000


def operator(symbol: str) -> ast.operator:
    """The node of a binary operator such as ``+``; raises KeyError for another symbol."""
    return _OPERATORS[symbol]()


def _attribute(reading: Reading) -> ast.AST:
    name = reading.word("attribute")
    return ast.Attribute(value=reading.expression("object"), attr=name, ctx=ast.Load())


def _subscript(reading: Reading) -> ast.AST:
    keys = [expression(piece) for _, piece in reading.of_field("subscript")]
    key = keys[0] if len(keys) == 1 else ast.copy_location(ast.Tuple(elts=keys, ctx=ast.Load()), keys[0])
    return ast.Subscript(value=reading.expression("value"), slice=key, ctx=ast.Load())


def _slice(reading: Reading) -> ast.AST:
    bounds: list[ast.expr | None] = [None, None, None]
    at = 0
    for child, piece in zip(reading.children, reading.pieces, strict=True):
        if child.type == ":":
            at += 1
        elif piece.spread():
            bounds[at] = expression(piece)
    return ast.Slice(lower=bounds[0], upper=bounds[1], step=bounds[2])


def _call(reading: Reading) -> ast.AST:
    arguments = reading.parts("arguments")
    args, keywords = split_arguments(arguments)
    return ast.Call(func=reading.expression("function"), args=args, keywords=keywords)


def split_arguments(parts: list[ast.AST]) -> tuple[list[ast.expr], list[ast.keyword]]:
    """Positional arguments and keywords of a call or a class."""
    args = [part for part in parts if isinstance(part, ast.expr)]
    return args, [part for part in parts if isinstance(part, ast.keyword)]


def _keyword(reading: Reading) -> ast.AST:
    name = reading.word("name")
    return ast.keyword(arg=name, value=reading.expression("value"))


def _splat(reading: Reading) -> ast.AST:
    return ast.Starred(value=reading.expressions()[0], ctx=ast.Load())


def _double_splat(reading: Reading) -> ast.AST:
    return ast.keyword(arg=None, value=reading.expressions()[0])


def _binary(reading: Reading) -> ast.AST:
    left, right = reading.expression("left"), reading.expression("right")
    op = operator(reading.of_field("operator")[0][0].type)
    if isinstance(op, ast.Add) and isinstance(right, ast.Constant):
        folded = _folded(left, right)
        if folded is not None:
            return folded
    return ast.BinOp(left=left, op=op, right=right)


def _folded(left: ast.expr, right: ast.Constant) -> ast.expr | None:
    """Join string literals, so that a chain of thousands stays flat; blocks keep that linear."""
    last = left.right if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add) else left
    if not isinstance(last, ast.Constant):
        return None
    a, b = last.value, right.value
    if isinstance(a, str) and isinstance(b, str) and len(a) < _FOLDED:
        last.value = f"{a}{b}"
        return left
    if isinstance(a, bytes) and isinstance(b, bytes) and len(a) < _FOLDED:
        last.value = b"".join((a, b))
        return left
    return None


def _unary(reading: Reading) -> ast.AST:
    return ast.UnaryOp(op=_UNARY[reading.tokens()[0]](), operand=reading.expression("argument"))


def _not(reading: Reading) -> ast.AST:
    return ast.UnaryOp(op=ast.Not(), operand=reading.expression("argument"))


def _boolean(reading: Reading) -> ast.AST:
    op: ast.boolop = ast.And() if "and" in reading.tokens() else ast.Or()
    return ast.BoolOp(op=op, values=[reading.expression("left"), reading.expression("right")])


def _comparison(reading: Reading) -> ast.AST:
    first, *rest = reading.expressions()
    ops = [_COMPARISONS[token]() for token in reading.tokens() if token in _COMPARISONS]
    return ast.Compare(left=first, ops=list(ops[: len(rest)]), comparators=rest)


def _conditional(reading: Reading) -> ast.AST:
    body, test, orelse = reading.expressions()
    return ast.IfExp(test=test, body=body, orelse=orelse)


def _named(reading: Reading) -> ast.AST:
    return ast.NamedExpr(target=store(reading.expression("name")), value=reading.expression("value"))  # type: ignore[arg-type]


def _dictionary(reading: Reading) -> ast.AST:
    keys: list[ast.expr | None] = []
    values: list[ast.expr] = []
    for _, piece in reading.named():
        for part in piece.spread():
            if isinstance(part, ast.keyword):
                keys.append(None)
                values.append(part.value)
            elif isinstance(part, ast.Tuple) and len(part.elts) == 2:
                keys.append(part.elts[0])
                values.append(part.elts[1])
    return ast.Dict(keys=keys, values=values)


def _pair(reading: Reading) -> ast.AST:
    return ast.Tuple(elts=[reading.expression("key"), reading.expression("value")], ctx=ast.Load())


def _comprehension(reading: Reading) -> ast.AST:
    body = reading.expression("body")
    generators: list[ast.comprehension] = []
    for child, piece in reading.named():
        for part in piece.spread():
            if isinstance(part, ast.comprehension):
                generators.append(part)
            elif child.type == "if_clause" and generators and isinstance(part, ast.expr):
                generators[-1].ifs.append(part)
    kind = reading.node.type
    if kind == "dictionary_comprehension" and isinstance(body, ast.Tuple):
        return ast.DictComp(key=body.elts[0], value=body.elts[1], generators=generators)
    makes = {"list_comprehension": ast.ListComp, "set_comprehension": ast.SetComp}
    return makes.get(kind, ast.GeneratorExp)(elt=body, generators=generators)


def _for_in(reading: Reading) -> ast.AST:
    left, right = reading.expression("left"), reading.expression("right")
    return ast.comprehension(target=store(left), iter=right, ifs=[], is_async=0)


def _yield(reading: Reading) -> ast.AST:
    values = reading.expressions()
    if "from" in reading.tokens() and values:
        return ast.YieldFrom(value=values[0])
    return ast.Yield(value=values[0] if values else None)


def _only(reading: Reading) -> ast.AST | None:
    values = reading.expressions()
    return values[0] if len(values) == 1 else None


def _as_pattern(reading: Reading) -> ast.AST:
    value, *alias = reading.expressions()
    return ast.Tuple(elts=[value, *(store(name) for name in alias[:1])], ctx=ast.Load())


def _list(reading: Reading) -> ast.AST:
    return ast.List(elts=reading.expressions(), ctx=ast.Load())


def _sequence(reading: Reading) -> ast.AST:
    return ast.Tuple(elts=reading.expressions(), ctx=ast.Load())


EXPRESSIONS: dict[str, Handler] = {
    **dict.fromkeys(("tuple", "expression_list", "pattern_list", "tuple_pattern"), _sequence),
    **dict.fromkeys(("parenthesized_expression", "type", "if_clause", "as_pattern_target", "chevron"), _only),
    **dict.fromkeys(
        ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"), _comprehension
    ),
    "attribute": _attribute,
    "subscript": _subscript,
    "slice": _slice,
    "call": _call,
    "keyword_argument": _keyword,
    "dictionary_splat": _double_splat,
    "list_splat": _splat,
    "list_splat_pattern": _splat,
    "list": _list,
    "list_pattern": _list,
    "set": lambda reading: ast.Set(elts=reading.expressions()),
    "binary_operator": _binary,
    "unary_operator": _unary,
    "not_operator": _not,
    "boolean_operator": _boolean,
    "comparison_operator": _comparison,
    "conditional_expression": _conditional,
    "named_expression": _named,
    "dictionary": _dictionary,
    "pair": _pair,
    "for_in_clause": _for_in,
    "yield": _yield,
    "await": lambda reading: ast.Await(value=reading.expressions()[0]),
    "as_pattern": _as_pattern,
}
"""Handlers by the grammar's node types."""
