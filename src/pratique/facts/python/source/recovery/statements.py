"""Statements of the error-tolerant reading, Python 2's among them."""

from __future__ import annotations

import ast

from pratique.facts.python.source.recovery.expressions import no_arguments, operator, split_arguments
from pratique.facts.python.source.recovery.tree import Handler, Piece, Reading, as_statements, expression, place, store

_ELIFS = 50


def _body(reading: Reading, name: str = "body") -> list[ast.stmt]:
    found = as_statements([part for _, piece in reading.of_field(name) for part in piece.spread()])
    return found or [_pass(reading)]


def _pass(reading: Reading) -> ast.stmt:
    made = ast.Pass()
    place(made, reading.node)
    return made


def _block(reading: Reading) -> ast.AST:
    body = as_statements([part for _, piece in reading.named() for part in piece.spread()])
    return ast.Module(body=body, type_ignores=[])


def _expression_statement(reading: Reading) -> ast.AST | None:
    parts = [part for _, piece in reading.named() for part in piece.spread()]
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
        name, _, alias = (child.text or b"").decode("utf-8", "replace").partition(" as ")
        made = ast.alias(name="".join(name.split()), asname=alias.strip() or None)
        place(made, child)
        found.append(made)
    return found


def _import_from(reading: Reading) -> ast.AST:
    module = reading.of_field("module_name")
    text = (module[0][0].text or b"").decode("utf-8", "replace") if module else "__future__"
    text = "".join(text.split())
    name = text.lstrip(".")
    names = _aliases(reading)
    if any(child.type == "wildcard_import" for child in reading.children):
        names = [ast.alias(name="*", asname=None)]
        place(names[0], reading.node)
    return ast.ImportFrom(module=name or None, names=names, level=len(text) - len(name))


def _if(reading: Reading) -> ast.AST:
    made = ast.If(test=reading.expression("condition"), body=_body(reading, "consequence"), orelse=[])
    last = made
    for index, (_, piece) in enumerate(reading.of_field("alternative")):
        for part in piece.spread():
            last.orelse += part.body if isinstance(part, ast.Module) else as_statements([part])
            if isinstance(part, ast.If) and index < _ELIFS:  # longer chains lie flat
                last = part
    return made


def _elif(reading: Reading) -> ast.AST:
    return ast.If(test=reading.expression("condition"), body=_body(reading, "consequence"), orelse=[])


def _else(reading: Reading) -> ast.AST:
    return ast.Module(body=_body(reading), type_ignores=[])


def _finally(reading: Reading) -> ast.AST:
    return _block(reading)


def _orelse(reading: Reading) -> list[ast.stmt]:
    return as_statements([part for _, piece in reading.of_field("alternative") for part in piece.spread()])


def _for(reading: Reading) -> ast.AST:
    kind = ast.AsyncFor if "async" in reading.tokens() else ast.For
    target, source = store(reading.expression("left")), reading.expression("right")
    return kind(target=target, iter=source, body=_body(reading), orelse=_orelse(reading))


def _while(reading: Reading) -> ast.AST:
    return ast.While(test=reading.expression("condition"), body=_body(reading), orelse=_orelse(reading))


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
    return ast.Try(body=_body(reading), handlers=handlers, orelse=orelse, finalbody=final)


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
    return [(child.text or b"").decode("utf-8", "replace") for child, _ in reading.named()]


def _with(reading: Reading) -> ast.AST:
    items: list[ast.withitem] = []
    for child, piece in reading.named():
        if child.type != "with_clause":
            continue
        items += [part for part in piece.spread() if isinstance(part, ast.withitem)]
    kind = ast.AsyncWith if "async" in reading.tokens() else ast.With
    return kind(items=items, body=_body(reading))


def _with_item(reading: Reading) -> ast.AST:
    value = reading.expression("value")
    if isinstance(value, ast.Tuple) and len(value.elts) == 2 and _is_stored(value.elts[1]):
        return ast.withitem(context_expr=value.elts[0], optional_vars=value.elts[1])
    return ast.withitem(context_expr=value, optional_vars=None)


def _parameters(reading: Reading) -> ast.AST:
    made = no_arguments()
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
    default: ast.expr | None = None
    if isinstance(part, ast.keyword):
        default = part.value
        part = ast.Name(id=part.arg or "kwargs", ctx=ast.Load())
    annotation = None
    target: ast.AST = part
    if isinstance(part, ast.AnnAssign):
        target, annotation, default = part.target, part.annotation, part.value
    name: ast.AST = target
    if starred := isinstance(target, ast.Starred):
        name = target.value
    arg = ast.arg(arg=name.id if isinstance(name, ast.Name) else "_", annotation=annotation)
    ast.copy_location(arg, name)
    _located(arg)
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


def _located(arg: ast.arg) -> None:
    if not hasattr(arg, "lineno"):
        place(arg, None)


def _default_parameter(reading: Reading) -> ast.AST:
    name = (reading.of_field("name")[0][0].text or b"").decode("utf-8", "replace")
    return ast.keyword(arg=name, value=reading.expression("value"))


def _typed_parameter(reading: Reading) -> ast.AST:
    annotation = reading.expression("type")
    name = reading.maybe("name") or next(expression(p) for child, p in reading.named() if child.type != "type")
    target = name.value if isinstance(name, ast.Starred) else name
    if not isinstance(target, ast.Name):
        raise TypeError(target)
    return ast.AnnAssign(target=target, annotation=annotation, value=reading.maybe("value"), simple=1)


def _function(reading: Reading) -> ast.AST:
    name = (reading.of_field("name")[0][0].text or b"").decode("utf-8", "replace")
    found = [part for _, piece in reading.of_field("parameters") for part in piece.spread()]
    arguments = next((part for part in found if isinstance(part, ast.arguments)), no_arguments())
    kind = ast.AsyncFunctionDef if "async" in reading.tokens() else ast.FunctionDef
    made = kind(name=name, args=arguments, body=_body(reading), decorator_list=[], returns=reading.maybe("return_type"))
    return _with_type_parameters(made)


def _class(reading: Reading) -> ast.AST:
    name = (reading.of_field("name")[0][0].text or b"").decode("utf-8", "replace")
    bases = [part for _, piece in reading.of_field("superclasses") for part in piece.spread()]
    args, keywords = split_arguments(bases)
    made = ast.ClassDef(name=name, bases=args, keywords=keywords, body=_body(reading), decorator_list=[])
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


def _match(reading: Reading) -> ast.AST:
    """Patterns only bind names: a match is read as the branches that it may take."""
    subject = reading.expression("subject")
    branches = as_statements([part for _, piece in reading.of_field("body") for part in piece.spread()])
    test = ast.Constant(value=True)
    place(test, reading.node)
    first = ast.copy_location(ast.Expr(value=subject), subject)
    return ast.If(test=test, body=[first, *branches], orelse=[])


def _case(reading: Reading) -> ast.AST:
    guard = reading.maybe("guard")
    if guard is None:
        guard = ast.Name(id="__matches__", ctx=ast.Load())
        place(guard, reading.node)
    return ast.If(test=guard, body=_body(reading, "consequence"), orelse=[])


def handlers() -> dict[str, Handler]:
    """Handlers by the grammar's node types."""
    imports_from = dict.fromkeys(("import_from_statement", "future_import_statement"), _import_from)
    defaults = dict.fromkeys(("typed_parameter", "typed_default_parameter"), _typed_parameter)
    return {
        **imports_from,
        **defaults,
        "default_parameter": _default_parameter,
        "dictionary_splat_pattern": lambda reading: reading.expressions()[0],
        "parameters": _parameters,
        "lambda_parameters": _parameters,
        "block": _block,
        "expression_statement": _expression_statement,
        "assignment": _assignment,
        "augmented_assignment": _augmented,
        "print_statement": _print,
        "exec_statement": _exec,
        "import_statement": _import,
        "if_statement": _if,
        "elif_clause": _elif,
        "else_clause": _else,
        "finally_clause": _finally,
        "for_statement": _for,
        "while_statement": _while,
        "try_statement": _try,
        "except_clause": _except,
        "except_group_clause": _except,
        "raise_statement": _raise,
        "return_statement": _return,
        "delete_statement": _delete,
        "assert_statement": _assert,
        "global_statement": lambda reading: ast.Global(names=_names(reading)),
        "nonlocal_statement": lambda reading: ast.Nonlocal(names=_names(reading)),
        "pass_statement": lambda _: ast.Pass(),
        "break_statement": lambda _: ast.Break(),
        "continue_statement": lambda _: ast.Continue(),
        "with_statement": _with,
        "with_item": _with_item,
        "function_definition": _function,
        "class_definition": _class,
        "decorated_definition": _decorated,
        "match_statement": _match,
        "case_clause": _case,
    }


__all__ = ["handlers"]
