"""Statements of the error-tolerant reading that hold others."""

from __future__ import annotations

import ast

from pratique.facts.python.source.recovery.tree import Handler, Piece, Reading, as_statements, expression, place, store

_ELIFS = 50


def body_of(reading: Reading, name: str = "body") -> list[ast.stmt]:
    """The statements in a field; never none."""
    found = as_statements(reading.parts(name))
    return found or [_pass(reading)]


def _pass(reading: Reading) -> ast.stmt:
    made = ast.Pass()
    place(made, reading.node)
    return made


def _block(reading: Reading) -> ast.AST:
    body = as_statements(reading.parts())
    return ast.Module(body=body, type_ignores=[])


def _if(reading: Reading) -> ast.AST:
    made = ast.If(test=reading.expression("condition"), body=body_of(reading, "consequence"), orelse=[])
    last = made
    for index, (_, piece) in enumerate(reading.of_field("alternative")):
        for part in piece.spread():
            last.orelse += part.body if isinstance(part, ast.Module) else as_statements([part])
            if isinstance(part, ast.If) and index < _ELIFS:  # longer chains lie flat
                last = part
    return made


def _elif(reading: Reading) -> ast.AST:
    return ast.If(test=reading.expression("condition"), body=body_of(reading, "consequence"), orelse=[])


def _else(reading: Reading) -> ast.AST:
    return ast.Module(body=body_of(reading), type_ignores=[])


def _orelse(reading: Reading) -> list[ast.stmt]:
    return as_statements(reading.parts("alternative"))


def _for(reading: Reading) -> ast.AST:
    kind = ast.AsyncFor if "async" in reading.tokens() else ast.For
    target, source = store(reading.expression("left")), reading.expression("right")
    return kind(target=target, iter=source, body=body_of(reading), orelse=_orelse(reading))


def _while(reading: Reading) -> ast.AST:
    return ast.While(test=reading.expression("condition"), body=body_of(reading), orelse=_orelse(reading))


def _try(reading: Reading) -> ast.AST:
    handlers: list[ast.ExceptHandler] = []
    orelse: list[ast.stmt] = []
    final: list[ast.stmt] = []
    for child, piece in reading.named():
        handlers += [part for part in piece.spread() if isinstance(part, ast.ExceptHandler)]
        if child.type == "else_clause":
            orelse = as_statements(_opened(piece))
        elif child.type == "finally_clause":
            final = as_statements(_opened(piece))
    if not handlers and not final:
        final = [_pass(reading)]
    return ast.Try(body=body_of(reading), handlers=handlers, orelse=orelse, finalbody=final)


def _opened(piece: Piece) -> list[ast.AST]:
    return [inner for part in piece.spread() for inner in (part.body if isinstance(part, ast.Module) else [part])]


def _except(reading: Reading) -> ast.AST:
    """``except A as e`` and Python 2's ``except A, e``, as which Python 3.14's ``except A, B`` is read, too."""
    values = [expression(piece) for child, piece in reading.named() if child.type != "block" and piece.spread()]
    body = [inner for child, piece in reading.named() if child.type == "block" for inner in _opened(piece)]
    name = None
    kind = values[0] if values else None
    if isinstance(kind, ast.Tuple) and len(kind.elts) == 2 and _is_stored(kind.elts[1]):
        kind, alias = kind.elts
        values = [kind, alias]
    if len(values) == 2 and isinstance(values[1], ast.Name):
        name = values[1].id
    return ast.ExceptHandler(type=kind, name=name, body=as_statements(body) or [_pass(reading)])


def _is_stored(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _with(reading: Reading) -> ast.AST:
    items: list[ast.withitem] = []
    for child, piece in reading.named():
        if child.type != "with_clause":
            continue
        items += [part for part in piece.spread() if isinstance(part, ast.withitem)]
    kind = ast.AsyncWith if "async" in reading.tokens() else ast.With
    return kind(items=items, body=body_of(reading))


def _with_item(reading: Reading) -> ast.AST:
    value = reading.expression("value")
    if isinstance(value, ast.Tuple) and len(value.elts) == 2 and _is_stored(value.elts[1]):
        return ast.withitem(context_expr=value.elts[0], optional_vars=value.elts[1])
    return ast.withitem(context_expr=value, optional_vars=None)


def _match(reading: Reading) -> ast.AST:
    """Patterns only bind names: a match is read as the branches that it may take."""
    subject = reading.expression("subject")
    branches = as_statements(reading.parts("body"))
    test = ast.Constant(value=True)
    place(test, reading.node)
    first = ast.copy_location(ast.Expr(value=subject), subject)
    return ast.If(test=test, body=[first, *branches], orelse=[])


def _case(reading: Reading) -> ast.AST:
    guard = reading.maybe("guard")
    if guard is None:
        guard = ast.Name(id="__matches__", ctx=ast.Load())
        place(guard, reading.node)
    return ast.If(test=guard, body=body_of(reading, "consequence"), orelse=[])


BLOCKS: dict[str, Handler] = {
    "block": _block,
    "if_statement": _if,
    "elif_clause": _elif,
    "else_clause": _else,
    "finally_clause": _block,
    "for_statement": _for,
    "while_statement": _while,
    "try_statement": _try,
    "except_clause": _except,
    "except_group_clause": _except,
    "with_statement": _with,
    "with_item": _with_item,
    "match_statement": _match,
    "case_clause": _case,
}
"""Handlers by the grammar's node types."""
