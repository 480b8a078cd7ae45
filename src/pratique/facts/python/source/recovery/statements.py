"""Statements of the error-tolerant reading, Python 2's among them."""

from __future__ import annotations

import ast

from pratique.facts.python.source.recovery.expressions import operator
from pratique.facts.python.source.recovery.tree import Handler, Reading, expression, place, store, text_of


def _expression_statement(reading: Reading) -> ast.AST | None:
    parts = reading.parts()
    if len(parts) == 1 and isinstance(parts[0], ast.stmt):
        return parts[0]
    values = [part for part in parts if isinstance(part, ast.expr)]
    if len(values) != len(parts) or not values:
        return None
    value = values[0] if len(values) == 1 else ast.copy_location(ast.Tuple(elts=values, ctx=ast.Load()), values[0])
    return ast.Expr(value=value)


def _assignment(reading: Reading) -> ast.AST:
    target = store(reading.expression("left"))
    annotation, found = reading.maybe("type"), reading.of_field("right")
    right = found[0][1].node if found else None
    if annotation is not None and isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        value = expression(found[0][1]) if found else None
        return ast.AnnAssign(target=target, annotation=annotation, value=value, simple=1)
    if isinstance(right, ast.Assign):  # a = b = c
        return ast.Assign(targets=[target, *right.targets], value=right.value)
    return ast.Assign(targets=[target], value=expression(found[0][1]))


def _augmented(reading: Reading) -> ast.AST:
    symbol = reading.of_field("operator")[0][0].type.removesuffix("=")
    target = store(reading.expression("left"))
    return ast.AugAssign(target=target, op=operator(symbol), value=reading.expression("right"))  # type: ignore[arg-type]


def _called(reading: Reading, name: str, args: list[ast.expr]) -> ast.AST:
    function = ast.Name(id=name, ctx=ast.Load())
    call = ast.Call(func=function, args=args, keywords=[])
    place(function, reading.node)
    place(call, reading.node)
    return ast.Expr(value=call)


def _print(reading: Reading) -> ast.AST:
    return _called(reading, "print", reading.expressions())


def _exec(reading: Reading) -> ast.AST:
    args = reading.expressions()
    if len(args) == 1 and isinstance(args[0], ast.Tuple):  # exec (code, names): the same in Python 2
        args = args[0].elts
    return _called(reading, "exec", args)


def _import(reading: Reading) -> ast.AST:
    return ast.Import(names=_aliases(reading))


def _aliases(reading: Reading) -> list[ast.alias]:
    found: list[ast.alias] = []
    for child, _ in reading.of_field("name"):
        name, _, alias = text_of(child).partition(" as ")
        made = ast.alias(name="".join(name.split()), asname=alias.strip() or None)
        place(made, child)
        found.append(made)
    return found


def _import_from(reading: Reading) -> ast.AST:
    module = reading.of_field("module_name")
    text = text_of(module[0][0]) if module else "__future__"
    text = "".join(text.split())
    name = text.lstrip(".")
    names = _aliases(reading)
    if any(child.type == "wildcard_import" for child in reading.children):
        names = [ast.alias(name="*", asname=None)]
        place(names[0], reading.node)
    return ast.ImportFrom(module=name or None, names=names, level=len(text) - len(name))


def _raise(reading: Reading) -> ast.AST:
    values = reading.expressions()
    if not values:
        return ast.Raise(exc=None, cause=None)
    first = values[0]
    if isinstance(first, ast.Tuple) and first.elts:  # raise X, "m"
        first = ast.copy_location(ast.Call(func=first.elts[0], args=first.elts[1:], keywords=[]), first)
    return ast.Raise(exc=first, cause=values[1] if len(values) > 1 else None)


def _return(reading: Reading) -> ast.AST:
    values = reading.expressions()
    return ast.Return(value=values[0] if values else None)


def _delete(reading: Reading) -> ast.AST:
    values = reading.expressions()
    targets = values[0].elts if len(values) == 1 and isinstance(values[0], ast.Tuple) else values
    for target in targets:
        if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
            target.ctx = ast.Del()
    return ast.Delete(targets=targets)


def _assert(reading: Reading) -> ast.AST:
    test, *message = reading.expressions()
    return ast.Assert(test=test, msg=message[0] if message else None)


def _names(reading: Reading) -> list[str]:
    return [text_of(child) for child, _ in reading.named()]


STATEMENTS: dict[str, Handler] = {
    **dict.fromkeys(("import_from_statement", "future_import_statement"), _import_from),
    "import_statement": _import,
    "expression_statement": _expression_statement,
    "assignment": _assignment,
    "augmented_assignment": _augmented,
    "print_statement": _print,
    "exec_statement": _exec,
    "raise_statement": _raise,
    "return_statement": _return,
    "delete_statement": _delete,
    "assert_statement": _assert,
    "global_statement": lambda reading: ast.Global(names=_names(reading)),
    "nonlocal_statement": lambda reading: ast.Nonlocal(names=_names(reading)),
    "pass_statement": lambda _: ast.Pass(),
    "break_statement": lambda _: ast.Break(),
    "continue_statement": lambda _: ast.Continue(),
}
"""Handlers by the grammar's node types."""
