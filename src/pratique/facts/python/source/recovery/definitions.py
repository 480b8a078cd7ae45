"""Functions, classes and their parameters in the error-tolerant reading."""

from __future__ import annotations

import ast

from pratique.facts.python.source.recovery.blocks import body_of
from pratique.facts.python.source.recovery.expressions import split_arguments
from pratique.facts.python.source.recovery.tree import Handler, Reading, expression, place


def _parameters(reading: Reading) -> ast.AST:
    made = _no_arguments()
    keyword_only = False
    for child, piece in reading.named():
        if child.type in {"keyword_separator", "list_splat_pattern"}:
            keyword_only = True
        if child.type == "positional_separator":
            made.posonlyargs, made.args = made.args, []
        for part in piece.spread():
            _add_parameter(made, child.type, part, keyword_only=keyword_only)
    return made


def _add_parameter(made: ast.arguments, kind: str, part: ast.AST, *, keyword_only: bool) -> None:
    target, annotation, default = _declared(part)
    starred = isinstance(target, ast.Starred)
    arg = _arg(target.value if isinstance(target, ast.Starred) else target, annotation)
    if kind == "dictionary_splat_pattern":
        made.kwarg = arg
    elif starred or kind == "list_splat_pattern":
        made.vararg = arg
    elif keyword_only:
        made.kwonlyargs.append(arg)
        made.kw_defaults.append(default)
    else:
        made.args.append(arg)
        if default is not None:
            made.defaults.append(default)


def _declared(part: ast.AST) -> tuple[ast.AST, ast.expr | None, ast.expr | None]:
    """What a parameter binds, its annotation and its default."""
    if isinstance(part, ast.keyword):
        return ast.Name(id=part.arg or "kwargs", ctx=ast.Load()), None, part.value
    if isinstance(part, ast.AnnAssign):
        return part.target, part.annotation, part.value
    return part, None, None


def _arg(name: ast.AST, annotation: ast.expr | None) -> ast.arg:
    arg = ast.arg(arg=name.id if isinstance(name, ast.Name) else "_", annotation=annotation)
    ast.copy_location(arg, name)
    if not hasattr(arg, "lineno"):
        place(arg, None)
    return arg


def _default_parameter(reading: Reading) -> ast.AST:
    name = reading.word("name")
    return ast.keyword(arg=name, value=reading.expression("value"))


def _typed_parameter(reading: Reading) -> ast.AST:
    annotation = reading.expression("type")
    name = reading.maybe("name") or next(expression(p) for child, p in reading.named() if child.type != "type")
    target = name.value if isinstance(name, ast.Starred) else name
    if not isinstance(target, ast.Name):
        raise TypeError(target)
    return ast.AnnAssign(target=target, annotation=annotation, value=reading.maybe("value"), simple=1)


def _lambda(reading: Reading) -> ast.AST:
    found = reading.parts("parameters")
    arguments = next((part for part in found if isinstance(part, ast.arguments)), _no_arguments())
    return ast.Lambda(args=arguments, body=reading.expression("body"))


def _no_arguments() -> ast.arguments:
    """The parameters of a function that takes none."""
    return ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])


def _function(reading: Reading) -> ast.AST:
    name = reading.word("name")
    found = reading.parts("parameters")
    arguments = next((part for part in found if isinstance(part, ast.arguments)), _no_arguments())
    kind = ast.AsyncFunctionDef if "async" in reading.tokens() else ast.FunctionDef
    made = kind(
        name=name, args=arguments, body=body_of(reading), decorator_list=[], returns=reading.maybe("return_type")
    )
    return _with_type_parameters(made)


def _class(reading: Reading) -> ast.AST:
    name = reading.word("name")
    bases = reading.parts("superclasses")
    args, keywords = split_arguments(bases)
    made = ast.ClassDef(name=name, bases=args, keywords=keywords, body=body_of(reading), decorator_list=[])
    return _with_type_parameters(made)


def _with_type_parameters(made: ast.AST) -> ast.AST:
    if "type_params" in type(made)._fields:  # Python 3.12 and later
        made.type_params = []  # type: ignore[attr-defined]
    return made


def _decorated(reading: Reading) -> ast.AST:
    definition = reading.of_field("definition")[0][1].node
    if not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        raise TypeError(definition)
    definition.decorator_list = [expression(piece) for child, piece in reading.named() if child.type == "decorator"]
    return definition


DEFINITIONS: dict[str, Handler] = {
    **dict.fromkeys(("typed_parameter", "typed_default_parameter"), _typed_parameter),
    **dict.fromkeys(("parameters", "lambda_parameters"), _parameters),
    "default_parameter": _default_parameter,
    "dictionary_splat_pattern": lambda reading: reading.expressions()[0],
    "lambda": _lambda,
    "function_definition": _function,
    "class_definition": _class,
    "decorated_definition": _decorated,
}
"""Handlers by the grammar's node types."""
