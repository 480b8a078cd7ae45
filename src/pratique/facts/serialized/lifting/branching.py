"""Operations that leave the straight way: loops, conditions, returns, contexts, awaiting."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.facts.serialized.lifting.building import comprehension
from pratique.facts.serialized.lifting.nodes import is_null, unknown
from pratique.facts.serialized.lifting.opcodes import Instruction
from pratique.facts.serialized.lifting.workbench import SHARED, Workbench

_FUNCTION, _COROUTINE = 0x02, 0x80
"""Flags of a code object: it has names of its own (CO_NEWLOCALS), it awaits (CO_COROUTINE)."""


def _for(bench: Workbench, one: Instruction) -> None:
    name = bench.fresh("_i")
    iterable = bench.stack[-1] if bench.stack else unknown()
    target = ast.Name(id=name, ctx=ast.Store())
    left = [] if bench.minor < 12 else [unknown(), unknown()]
    bench.bring(one.target, [*bench.stack[-SHARED:-1], *left])
    loop = ast.For(target=target, iter=iterable, body=[], orelse=[])
    if one.target > one.offset:
        bench.open(loop, one.target)
    bench.stack.append(ast.Name(id=name, ctx=ast.Load()))


def _end_for(bench: Workbench, _: Instruction) -> None:
    bench.pops(2 if bench.minor == 12 else 1)
    bench.level = len(bench.stack)


def branch(bench: Workbench, one: Instruction) -> None:
    """Take a condition: what follows up to the jump's target runs when it holds (or does not)."""
    value = bench.pop()
    if one.name == "JUMP_IF_NOT_EXC_MATCH":
        bench.pop()
        value = unknown()
    if one.target <= one.offset:
        bench.drop(value) if isinstance(value, ast.Call) else None
        return
    bench.bring(one.target, bench.stack)
    if len(bench.stack) <= bench.level:
        bench.open(ast.If(test=_test(value, one.name), body=[], orelse=[]), one.target)
    elif isinstance(value, ast.Call):
        bench.emit(ast.Expr(value=value))


def _test(value: ast.expr, name: str) -> ast.expr:
    if name.endswith("NONE"):
        operator = ast.Is() if name.endswith("NOT_NONE") else ast.IsNot()
        return ast.Compare(left=value, ops=[operator], comparators=[ast.Constant(value=None)])
    return ast.UnaryOp(op=ast.Not(), operand=value) if name.endswith("TRUE") else value


def _jump(bench: Workbench, one: Instruction) -> None:
    if one.target > one.offset:
        bench.bring(one.target, bench.stack)
    bench.dead = True


def _jump_or_pop(bench: Workbench, one: Instruction) -> None:
    bench.bring(one.target, bench.stack)
    bench.pop()


def _jump_back(bench: Workbench, _: Instruction) -> None:
    """A condition that leads back: what follows runs when it does not hold."""
    value = bench.pop()
    if isinstance(value, ast.Call):
        bench.emit(ast.Expr(value=value))


def _return(bench: Workbench, one: Instruction) -> None:
    value = bench.load(one.arg) if one.name == "RETURN_CONST" else bench.pop()
    inside = bool(bench.code.flags & _FUNCTION)
    if inside and not (isinstance(value, ast.Constant) and value.value is None) and not is_null(value):
        result: ast.stmt = ast.Return(value=value)
        if not bench.last and len(bench.blocks) == 1:
            result = ast.If(test=unknown(), body=[result], orelse=[])
        bench.emit(result)
    elif not isinstance(value, (ast.Constant, ast.Name)):
        bench.emit(ast.Expr(value=value))
    bench.dead = True


def _yield(bench: Workbench, _: Instruction) -> None:
    value = bench.pop()
    if bench.code.name == "<genexpr>":
        bench.emit_outermost(ast.Return(value=comprehension(bench, value, None, -1)))
        bench.stack.append(unknown())
    elif bench.code.flags & _COROUTINE:
        bench.push(value)
    else:
        bench.push(bench.named(ast.Yield(value=value)))


def _raise(bench: Workbench, one: Instruction) -> None:
    for value in bench.pops(min(one.arg, 2) if one.name == "RAISE_VARARGS" else 0):
        bench.drop(value)
    bench.dead = True


def _with(bench: Workbench, _: Instruction) -> None:
    context = bench.named(bench.pop())
    if bench.minor >= 11:  # before, what leaves the block is not on the stack of values while it is lifted straight on
        bench.stack.append(ast.Attribute(value=context, attr="__exit__", ctx=ast.Load()))
    bench.stack.append(context)


def _send(bench: Workbench, one: Instruction) -> None:
    """Awaiting gives what was awaited: when it is done, a jump leaves it on the stack."""
    bench.pop()
    awaited = bench.named(bench.stack.pop() if bench.stack else unknown())
    bench.stack.append(awaited)
    bench.bring(one.target, [*(bench.stack if bench.minor >= 12 else bench.stack[:-1])[-SHARED:], awaited])
    bench.stack.append(awaited)


def _sent(bench: Workbench, _: Instruction) -> None:
    """Awaiting gives what was awaited."""
    bench.pop()


def _end_send(bench: Workbench, _: Instruction) -> None:
    value = bench.pop()
    bench.pop()
    bench.push(value)


BRANCHING: dict[str, Callable[[Workbench, Instruction], None]] = {
    "FOR_ITER": _for, "END_FOR": _end_for, "JUMP_FORWARD": _jump, "JUMP_ABSOLUTE": _jump, "JUMP_BACKWARD": _jump,
    "JUMP_IF_FALSE_OR_POP": _jump_or_pop, "JUMP_IF_TRUE_OR_POP": _jump_or_pop, "POP_JUMP_BACKWARD": _jump_back,
    "RETURN_VALUE": _return, "RETURN_CONST": _return, "YIELD_VALUE": _yield, "YIELD_FROM": _sent, "SEND": _send,
    "END_SEND": _end_send, "RAISE_VARARGS": _raise, "RERAISE": _raise, "BEFORE_WITH": _with,
}  # fmt: skip
