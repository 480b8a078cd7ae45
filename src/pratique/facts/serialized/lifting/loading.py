"""Operations that put values on the bench: names, constants, attributes, and what operators make of them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.facts.serialized.lifting.nodes import CodeMark, null
from pratique.facts.serialized.lifting.opcodes import Instruction
from pratique.facts.serialized.lifting.storing import is_module, member
from pratique.facts.serialized.lifting.workbench import Workbench
from pratique.facts.serialized.marshalled.code import Code

_BINARY: dict[str, type[ast.operator]] = {
    "MATRIX_MULTIPLY": ast.MatMult, "POWER": ast.Pow, "MULTIPLY": ast.Mult, "MODULO": ast.Mod, "ADD": ast.Add,
    "SUBTRACT": ast.Sub, "FLOOR_DIVIDE": ast.FloorDiv, "TRUE_DIVIDE": ast.Div, "LSHIFT": ast.LShift,
    "RSHIFT": ast.RShift, "AND": ast.BitAnd, "XOR": ast.BitXor, "OR": ast.BitOr,
}  # fmt: skip
_NUMBERED = ("ADD", "AND", "FLOOR_DIVIDE", "LSHIFT", "MATRIX_MULTIPLY", "MULTIPLY", "MODULO", "OR", "POWER", "RSHIFT",
             "SUBTRACT", "TRUE_DIVIDE", "XOR")  # fmt: skip
"""Operands of BINARY_OP (``NB_*`` of ``Include/opcode.h``), in place ones behind them."""
_SUBSCRIPT = 26
_UNARY: dict[str, type[ast.unaryop]] = {
    "POSITIVE": ast.UAdd,
    "NEGATIVE": ast.USub,
    "NOT": ast.Not,
    "INVERT": ast.Invert,
}
_COMPARED: tuple[type[ast.cmpop], ...] = (
    ast.Lt, ast.LtE, ast.Eq, ast.NotEq, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot,
)  # fmt: skip


def _load_constant(bench: Workbench, one: Instruction) -> None:
    value = bench.constant(one.arg)
    bench.stack.append(CodeMark(value) if isinstance(value, Code) else bench.load(one.arg))


def _load_name(bench: Workbench, one: Instruction) -> None:
    bench.push(ast.Name(id=bench.name(one.arg), ctx=ast.Load()))


def _load_global(bench: Workbench, one: Instruction) -> None:
    index, called = (one.arg >> 1, one.arg & 1) if bench.minor >= 11 else (one.arg, 0)
    name = ast.Name(id=bench.name(index), ctx=ast.Load())
    _push_called(bench, name, called=bool(called))


def _push_called(bench: Workbench, node: ast.expr, *, called: bool) -> None:
    """A callable and the NULL beside it: below until 3.12, above from 3.13 on. Which is which, the call finds out."""
    if called and bench.minor < 13:
        bench.stack.append(null())
    bench.push(node)
    if called and bench.minor >= 13:
        bench.stack.append(null())


def _load_attribute(bench: Workbench, one: Instruction) -> None:
    index, called = (one.arg >> 1, one.arg & 1) if bench.minor >= 12 else (one.arg, 0)
    _push_called(bench, _attribute(bench, bench.pop(), index), called=bool(called))


def _attribute(bench: Workbench, owner: ast.expr, index: int) -> ast.expr:
    if is_module(owner):  # ``import a.b as c``, before 3.7
        return member(owner, bench.name(index))
    if isinstance(owner, ast.Constant) and isinstance(owner.value, (int, float)):
        owner = bench.named(ast.UnaryOp(op=ast.UAdd(), operand=owner))
    return ast.Attribute(value=owner, attr=bench.name(index), ctx=ast.Load())


def _load_method(bench: Workbench, one: Instruction) -> None:
    _push_called(bench, _attribute(bench, bench.pop(), one.arg), called=True)


def _load_super(bench: Workbench, one: Instruction) -> None:
    function, *arguments = bench.pops(3)
    owner = ast.Call(func=function, args=arguments if one.arg & 2 else [], keywords=[])
    _push_called(bench, _attribute(bench, owner, one.arg >> 2), called=bool(one.arg & 1))


def _load_special(bench: Workbench, one: Instruction) -> None:
    name = "__exit__" if one.arg & 1 else "__enter__"
    _push_called(bench, ast.Attribute(value=bench.pop(), attr=name, ctx=ast.Load()), called=True)


def _load_fast(bench: Workbench, one: Instruction) -> None:
    bench.push(ast.Name(id=bench.local(one.arg), ctx=ast.Load()))


def _load_two(bench: Workbench, one: Instruction) -> None:
    for index in (one.arg >> 4, one.arg & 15):
        bench.push(ast.Name(id=bench.local(index), ctx=ast.Load()))


def _load_cell(bench: Workbench, one: Instruction) -> None:
    bench.push(ast.Name(id=bench.cell(one.arg), ctx=ast.Load()))


def _small(bench: Workbench, one: Instruction) -> None:
    bench.stack.append(ast.Constant(value=one.arg))


def _binary_numbered(bench: Workbench, one: Instruction) -> None:
    if one.arg == _SUBSCRIPT:
        _subscript(bench, one)
    else:
        binary(bench, _NUMBERED[one.arg % len(_NUMBERED)])


def binary(bench: Workbench, name: str) -> None:
    """Put an operation of two operands on the stack; its name is that of `BINARY_*` without the prefix."""
    right, left = bench.pop(), bench.pop()
    bench.push(ast.BinOp(left=left, op=_BINARY[name](), right=right))


def unary(bench: Workbench, name: str) -> None:
    """Put an operation of one operand on the stack; its name is that of `UNARY_*` without the prefix."""
    bench.push(ast.UnaryOp(op=_UNARY[name](), operand=bench.pop()))


def _subscript(bench: Workbench, _: Instruction) -> None:
    index, owner = bench.pop(), bench.pop()
    if (
        isinstance(index, ast.Call)
        and isinstance(index.func, ast.Name)
        and index.func.id == "slice"
        and len(index.args) > 1
    ):
        index = _slice_of(index.args)
    bench.push(ast.Subscript(value=owner, slice=index, ctx=ast.Load()))


def _slice(bench: Workbench, one: Instruction) -> None:
    parts = bench.pops(3 if one.arg == 3 else 2)
    bench.push(ast.Call(func=ast.Name(id="slice", ctx=ast.Load()), args=parts, keywords=[]))


def _slice_of(parts: list[ast.expr]) -> ast.expr:
    ends = [None if isinstance(p, ast.Constant) and p.value is None else p for p in parts]
    return ast.Slice(lower=ends[0], upper=ends[1], step=ends[2] if len(ends) > 2 else None)


def _binary_slice(bench: Workbench, _: Instruction) -> None:
    parts = bench.pops(2)
    owner = bench.pop()
    bench.push(ast.Subscript(value=owner, slice=_slice_of(parts), ctx=ast.Load()))


def _compare(bench: Workbench, one: Instruction) -> None:
    index = one.arg >> (5 if bench.minor >= 13 else 4) if bench.minor >= 12 else one.arg
    right, left = bench.pop(), bench.pop()
    operator = _COMPARED[index]() if index < len(_COMPARED) else ast.Eq()
    bench.push(ast.Compare(left=left, ops=[operator], comparators=[right]))


def _is(bench: Workbench, one: Instruction) -> None:
    right, left = bench.pop(), bench.pop()
    pair: tuple[ast.cmpop, ast.cmpop] = (ast.Is(), ast.IsNot()) if one.name == "IS_OP" else (ast.In(), ast.NotIn())
    bench.push(ast.Compare(left=left, ops=[pair[one.arg & 1]], comparators=[right]))


LOADING: dict[str, Callable[[Workbench, Instruction], None]] = {
    "BINARY_OP": _binary_numbered, "BINARY_SUBSCR": _subscript, "BUILD_SLICE": _slice, "BINARY_SLICE": _binary_slice,
    "COMPARE_OP": _compare, "IS_OP": _is, "CONTAINS_OP": _is, "LOAD_CONST": _load_constant, "LOAD_NAME": _load_name,
    "LOAD_GLOBAL": _load_global, "LOAD_ATTR": _load_attribute, "LOAD_METHOD": _load_method,
    "LOAD_SUPER_ATTR": _load_super, "LOAD_SPECIAL": _load_special, "LOAD_FAST": _load_fast,
    "LOAD_FAST_LOAD_FAST": _load_two, "LOAD_DEREF": _load_cell, "LOAD_CLOSURE": _load_cell, "LOAD_SMALL_INT": _small,
}  # fmt: skip
