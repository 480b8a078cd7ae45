"""Operations that call, and those that make functions and classes."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.facts.serialized.lifting.nodes import CodeMark, is_null, unknown
from pratique.facts.serialized.lifting.opcodes import Instruction
from pratique.facts.serialized.lifting.storing import import_everything
from pratique.facts.serialized.lifting.workbench import Workbench

_DEFAULTS, _KEYWORD_DEFAULTS, _CLOSURE = 1, 2, 8


def _call_function(bench: Workbench, one: Instruction) -> None:
    arguments = bench.pops(one.arg)
    _called(bench, bench.pop(), arguments, [])


def _call_function_with_names(bench: Workbench, one: Instruction) -> None:
    names = _names(bench.pop())
    arguments, keywords = _split(bench.pops(one.arg), names)
    _called(bench, bench.pop(), arguments, keywords)


def _call_method(bench: Workbench, one: Instruction) -> None:
    arguments = bench.pops(one.arg)
    _call_pair(bench, arguments, [])


def _call(bench: Workbench, one: Instruction) -> None:
    arguments, keywords = _split(bench.pops(one.arg), bench.keywords)
    bench.keywords = ()
    _call_pair(bench, arguments, keywords)


def _call_with_names(bench: Workbench, one: Instruction) -> None:
    names = _names(bench.pop())
    arguments, keywords = _split(bench.pops(one.arg), names)
    _call_pair(bench, arguments, keywords)


def _call_pair(bench: Workbench, arguments: list[ast.expr], keywords: list[ast.keyword]) -> None:
    """A callable with NULL on either side, or with the object that it is bound to."""
    first, second = bench.pops(2)
    if is_null(first) or is_null(second):
        _called(bench, second if is_null(first) else first, arguments, keywords)
    else:
        _called(bench, first, [second, *arguments], keywords)


def _call_spread(bench: Workbench, one: Instruction) -> None:
    """``f(*args, **kwargs)``; 3.14 always has both, 3.11 and later a NULL beside the callable."""
    named = bench.pop() if bench.minor >= 14 or one.arg & 1 else None
    listed = bench.pop()
    keywords = [ast.keyword(arg=None, value=named)] if named is not None and not is_null(named) else []
    if isinstance(named, ast.Dict):
        keywords = [_keyword(k, v) for k, v in zip(named.keys, named.values, strict=True)]
    arguments: list[ast.expr] = [ast.Starred(value=listed, ctx=ast.Load())]
    if isinstance(listed, (ast.Tuple, ast.List)):
        arguments = list(listed.elts)
    if bench.minor >= 11:
        _call_pair(bench, arguments, keywords)
    else:
        _called(bench, bench.pop(), arguments, keywords)


def _keyword(key: ast.expr | None, value: ast.expr) -> ast.keyword:
    if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isidentifier():
        return ast.keyword(arg=Workbench.plain(key.value), value=value)
    return ast.keyword(arg=None, value=value if key is None else ast.Dict(keys=[key], values=[value]))


def _names(node: ast.expr) -> tuple[str, ...]:
    items = node.elts if isinstance(node, ast.Tuple) else []
    return tuple(i.value if isinstance(i, ast.Constant) and isinstance(i.value, str) else "_unknown" for i in items)


def _split(values: list[ast.expr], names: tuple[str, ...]) -> tuple[list[ast.expr], list[ast.keyword]]:
    if not names or len(names) > len(values):
        return values, []
    at = len(values) - len(names)
    plain = [Workbench.plain(n) for n in names]
    return values[:at], [ast.keyword(arg=n, value=v) for n, v in zip(plain, values[at:], strict=True)]


def _called(bench: Workbench, callee: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword]) -> None:
    arguments = [unknown() if is_null(a) else a for a in arguments]
    if isinstance(callee, ast.Name) and callee.id == "__build_class__" and arguments:
        _class(bench, arguments, keywords)
    elif isinstance(callee, ast.Attribute) and callee.attr == "__enter__":
        bench.push(callee.value)
    else:
        bench.push(ast.Call(func=callee, args=arguments, keywords=keywords))


def _class(bench: Workbench, arguments: list[ast.expr], keywords: list[ast.keyword]) -> None:
    """A class body was made a function like any other: the last definition of its name becomes the class."""
    function, *rest = arguments
    body = bench.blocks[-1].body
    made = next((s for s in reversed(body) if isinstance(s, ast.FunctionDef) and _is(function, s.name)), None)
    name = rest[0].value if rest and isinstance(rest[0], ast.Constant) else None
    plain = Workbench.plain(name) if isinstance(name, str) else bench.fresh("_Class")
    if made is not None:
        body.remove(made)
        kept = made.body or [ast.Pass()]
        body.append(ast.ClassDef(name=plain, bases=rest[1:], keywords=keywords, body=kept, decorator_list=[]))
    bench.push(ast.Name(id=plain, ctx=ast.Load()))


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _make(bench: Workbench, one: Instruction) -> None:
    """Until 3.10 a name lies above the code; until 3.12 flags say what lies below it."""
    if bench.minor <= 10:
        bench.pop()
    mark = bench.pop()
    flags = one.arg if bench.minor <= 12 else 0
    below = {flag: bench.pop() for flag in (_CLOSURE, 4, _KEYWORD_DEFAULTS, _DEFAULTS) if flags & flag}
    if not isinstance(mark, CodeMark):
        bench.stack.append(unknown())
        return
    plain = mark.code.name.isidentifier()
    name = Workbench.plain(mark.code.name) if plain else bench.fresh("_" + mark.code.name.strip("<>"))
    made = bench.nested(mark.code, Workbench.plain(name))
    _give_defaults(made, below.get(_DEFAULTS), below.get(_KEYWORD_DEFAULTS))
    bench.emit(made)
    bench.stack.append(ast.Name(id=made.name, ctx=ast.Load()))


def _give_defaults(function: ast.FunctionDef, values: ast.expr | None, named: ast.expr | None) -> None:
    if isinstance(values, ast.Tuple) and len(values.elts) <= len(function.args.args):
        function.args.defaults = values.elts
    if isinstance(named, ast.Dict):
        given = {k.value: v for k, v in zip(named.keys, named.values, strict=True) if isinstance(k, ast.Constant)}
        function.args.kw_defaults = [given.get(a.arg) for a in function.args.kwonlyargs]


def _set_attribute(bench: Workbench, one: Instruction) -> None:
    function, value = bench.pop(), bench.pop()
    made = next((s for s in reversed(bench.blocks[-1].body) if isinstance(s, ast.FunctionDef)), None)
    if made is not None and _is(function, made.name):
        _give_defaults(made, value if one.arg == _DEFAULTS else None, value if one.arg == _KEYWORD_DEFAULTS else None)
    bench.stack.append(function)


def _keyword_names(bench: Workbench, one: Instruction) -> None:
    bench.keywords = _names(bench.load(one.arg))


def _intrinsic(bench: Workbench, one: Instruction) -> None:
    """``INTRINSIC_*`` of ``pycore_intrinsics.h``: imports of everything and tuples are of interest."""
    if one.arg == 2:
        import_everything(bench)
        bench.stack.append(unknown())
    elif one.arg == 6 and bench.stack and isinstance(bench.stack[-1], ast.List):
        bench.stack[-1] = ast.Tuple(elts=bench.stack[-1].elts, ctx=ast.Load())


def _intrinsic_of_two(bench: Workbench, _: Instruction) -> None:
    bench.pops(1)


CALLING: dict[str, Callable[[Workbench, Instruction], None]] = {
    "CALL_FUNCTION": _call_function, "CALL_FUNCTION_KW": _call_function_with_names, "CALL_METHOD": _call_method,
    "CALL": _call, "CALL_KW": _call_with_names, "CALL_FUNCTION_EX": _call_spread, "KW_NAMES": _keyword_names,
    "MAKE_FUNCTION": _make, "SET_FUNCTION_ATTRIBUTE": _set_attribute, "CALL_INTRINSIC_1": _intrinsic,
    "CALL_INTRINSIC_2": _intrinsic_of_two,
}  # fmt: skip
