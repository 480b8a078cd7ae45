"""What each operation of byte code does to the bench."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.facts.serialized.calling import CALLING
from pratique.facts.serialized.marshalled import Code
from pratique.facts.serialized.opcodes import Instruction
from pratique.facts.serialized.storing import STORING, is_module, member
from pratique.facts.serialized.workbench import CodeMark, Workbench, is_null, null, unknown

_Action = Callable[[Workbench, Instruction], None]
_BINARY: dict[str, type[ast.operator]] = {
    "MATRIX_MULTIPLY": ast.MatMult, "POWER": ast.Pow, "MULTIPLY": ast.Mult, "MODULO": ast.Mod, "ADD": ast.Add,
    "SUBTRACT": ast.Sub, "FLOOR_DIVIDE": ast.FloorDiv, "TRUE_DIVIDE": ast.Div, "LSHIFT": ast.LShift,
    "RSHIFT": ast.RShift, "AND": ast.BitAnd, "XOR": ast.BitXor, "OR": ast.BitOr,
}  # fmt: skip
_NUMBERED = ("ADD", "AND", "FLOOR_DIVIDE", "LSHIFT", "MATRIX_MULTIPLY", "MULTIPLY", "MODULO", "OR", "POWER", "RSHIFT",
             "SUBTRACT", "TRUE_DIVIDE", "XOR")  # fmt: skip
"""Operands of BINARY_OP (``NB_*`` of ``Include/opcode.h``), in place ones behind them."""
_SUBSCRIPT = 26
_SHARED = 100
"""Stacks, and entries on one, that are looked through at once: real code has a few."""
_FUNCTION, _COROUTINE = 0x02, 0x80
"""Flags of a code object: it has names of its own (CO_NEWLOCALS), it awaits (CO_COROUTINE)."""
_UNARY: dict[str, type[ast.unaryop]] = {
    "POSITIVE": ast.UAdd,
    "NEGATIVE": ast.USub,
    "NOT": ast.Not,
    "INVERT": ast.Invert,
}
_COMPARED: tuple[type[ast.cmpop], ...] = (
    ast.Lt, ast.LtE, ast.Eq, ast.NotEq, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot,
)  # fmt: skip


def apply(bench: Workbench, one: Instruction) -> None:
    """Do what one instruction does."""
    action = _ACTIONS.get(one.name)
    if action is not None:
        action(bench, one)
    elif one.name.startswith("BINARY_"):
        _binary(bench, _BINARY[one.name[len("BINARY_") :]]())
    elif one.name.startswith("UNARY_"):
        bench.push(ast.UnaryOp(op=_UNARY[one.name[len("UNARY_") :]](), operand=bench.pop()))
    elif one.name.startswith("POP_JUMP_IF") or one.name == "JUMP_IF_NOT_EXC_MATCH":
        _branch(bench, one)


def _binary(bench: Workbench, operator: ast.operator) -> None:
    right, left = bench.pop(), bench.pop()
    bench.push(ast.BinOp(left=left, op=operator, right=right))


def _binary_numbered(bench: Workbench, one: Instruction) -> None:
    if one.arg == _SUBSCRIPT:
        _subscript(bench, one)
    else:
        _binary(bench, _BINARY[_NUMBERED[one.arg % len(_NUMBERED)]]())


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


def _sequence(bench: Workbench, one: Instruction) -> None:
    items = bench.pops(one.arg)
    if one.name == "BUILD_SET" and items:
        bench.push(ast.Set(elts=items))
    else:
        kind = ast.Tuple if one.name == "BUILD_TUPLE" else ast.List
        bench.push(kind(elts=items, ctx=ast.Load()))


def _unpacked(bench: Workbench, one: Instruction) -> None:
    items: list[ast.expr] = [ast.Starred(value=item, ctx=ast.Load()) for item in bench.pops(one.arg)]
    bench.push(ast.List(elts=items, ctx=ast.Load()))


def _map(bench: Workbench, one: Instruction) -> None:
    items = bench.pops(2 * one.arg)
    values = items[1::2]
    bench.push(ast.Dict(keys=[*items[::2][: len(values)]], values=values))


def _keyed_map(bench: Workbench, one: Instruction) -> None:
    keys = bench.pop()
    values = bench.pops(one.arg)
    names: list[ast.expr | None] = list(keys.elts) if isinstance(keys, ast.Tuple) else []
    names += [unknown() for _ in values[len(names) :]]
    bench.push(ast.Dict(keys=names[: len(values)], values=values))


def _merged_map(bench: Workbench, one: Instruction) -> None:
    keys: list[ast.expr | None] = []
    values: list[ast.expr] = []
    for item in bench.pops(one.arg):
        keys += item.keys if isinstance(item, ast.Dict) else [None]
        values += item.values if isinstance(item, ast.Dict) else [item]
    bench.push(ast.Dict(keys=keys, values=values))


def _text(bench: Workbench, one: Instruction) -> None:
    """Formatted text is written as a sum: no quotes can get into one another's way."""
    parts = bench.pops(one.arg)
    total: ast.expr = parts[0] if parts else ast.Constant(value="")
    for part in parts[1:]:
        total = bench.made(ast.BinOp(left=total, op=ast.Add(), right=part))
    bench.stack.append(total)


def _format(bench: Workbench, one: Instruction) -> None:
    if one.name == "FORMAT_WITH_SPEC" or (one.name == "FORMAT_VALUE" and one.arg & 4):
        bench.pop()
    bench.push(ast.Call(func=ast.Name(id="str", ctx=ast.Load()), args=[bench.pop()], keywords=[]))


def _extend(bench: Workbench, one: Instruction) -> None:
    more = bench.pop()
    at = len(bench.stack) - one.arg
    if not 0 <= at < len(bench.stack):
        return
    target = bench.stack[at]
    if isinstance(target, ast.Dict):
        bench.stack[at] = ast.Dict(keys=[*target.keys, None], values=[*target.values, more])
    elif isinstance(target, (ast.List, ast.Set)):
        items = (
            list(more.elts)
            if isinstance(more, (ast.Tuple, ast.Set, ast.List))
            else [ast.Starred(value=more, ctx=ast.Load())]
        )
        bench.stack[at] = ast.List(elts=[*target.elts, *items], ctx=ast.Load())


def _to_tuple(bench: Workbench, _: Instruction) -> None:
    value = bench.pop()
    bench.push(ast.Tuple(elts=value.elts, ctx=ast.Load()) if isinstance(value, ast.List) else value)


def _added(bench: Workbench, one: Instruction) -> None:
    """An item of a comprehension: its collection becomes the comprehension itself."""
    element = bench.pop()
    key = bench.pop() if one.name == "MAP_ADD" else None
    if key is not None and bench.minor < 8:
        key, element = element, key
    at = len(bench.stack) - one.arg
    if 0 <= at < len(bench.stack):
        before, bench.stack[at] = bench.stack[at], comprehension(bench, element, key, at)
        for came in list(bench.coming.values())[:_SHARED]:  # where the loop ends, the collection waits
            came[:] = [bench.stack[at] if node is before else node for node in came]


def comprehension(bench: Workbench, element: ast.expr, key: ast.expr | None, at: int) -> ast.expr:
    """A comprehension over the loops that were opened above the collection."""
    loops = [b.loop for b in bench.blocks if b.loop is not None and b.depth > at]
    made = [ast.comprehension(target=f.target, iter=f.iter, ifs=[], is_async=0) for f in loops]
    if not made:
        return ast.List(elts=[element], ctx=ast.Load())
    return ast.DictComp(key=key, value=element, generators=made) if key else ast.ListComp(elt=element, generators=made)


def _for(bench: Workbench, one: Instruction) -> None:
    name = bench.fresh("_i")
    iterable = bench.stack[-1] if bench.stack else unknown()
    target = ast.Name(id=name, ctx=ast.Store())
    left = [] if bench.minor < 12 else [unknown(), unknown()]
    bench.bring(one.target, [*bench.stack[-_SHARED:-1], *left])
    loop = ast.For(target=target, iter=iterable, body=[], orelse=[])
    if one.target > one.offset:
        bench.open(loop, one.target)
    bench.stack.append(ast.Name(id=name, ctx=ast.Load()))


def _end_for(bench: Workbench, _: Instruction) -> None:
    bench.pops(2 if bench.minor == 12 else 1)
    bench.level = len(bench.stack)


def _branch(bench: Workbench, one: Instruction) -> None:
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


def _swap(bench: Workbench, one: Instruction) -> None:
    if 1 < one.arg <= len(bench.stack):
        bench.stack[-1], bench.stack[-one.arg] = bench.stack[-one.arg], bench.stack[-1]


def _rotate(bench: Workbench, one: Instruction) -> None:
    count = {"ROT_TWO": 2, "ROT_THREE": 3, "ROT_FOUR": 4}.get(one.name, one.arg)
    if 1 < count <= len(bench.stack):
        bench.stack.insert(len(bench.stack) - count, bench.stack.pop())


def _copy(bench: Workbench, one: Instruction) -> None:
    depth = one.arg if one.name == "COPY" else 1
    if 0 < depth <= len(bench.stack):
        kept = bench.stack[-depth]
        if not is_null(kept):
            kept = bench.stack[-depth] = bench.named(kept)
        bench.stack.append(kept)
    else:
        bench.stack.append(unknown())


def _copy_two(bench: Workbench, _: Instruction) -> None:
    bench.stack += [bench.named(v) for v in bench.stack[-2:]]


def _with(bench: Workbench, _: Instruction) -> None:
    context = bench.named(bench.pop())
    if bench.minor >= 11:  # before, what leaves the block is not on the stack of values while it is lifted straight on
        bench.stack.append(ast.Attribute(value=context, attr="__exit__", ctx=ast.Load()))
    bench.stack.append(context)


def _pushes(make: Callable[[], ast.expr]) -> _Action:
    def action(bench: Workbench, _: Instruction) -> None:
        bench.stack.append(make())

    return action


def _matched(bench: Workbench, _: Instruction) -> None:
    bench.pop()
    bench.stack.append(unknown())


def _nothing(bench: Workbench, one: Instruction) -> None:
    """It changes nothing that is of interest here."""


def _top(bench: Workbench, _: Instruction) -> None:
    bench.drop(bench.pop())


def _small(bench: Workbench, one: Instruction) -> None:
    bench.stack.append(ast.Constant(value=one.arg))


def _end_send(bench: Workbench, _: Instruction) -> None:
    value = bench.pop()
    bench.pop()
    bench.push(value)


def _send(bench: Workbench, one: Instruction) -> None:
    """Awaiting gives what was awaited: when it is done, a jump leaves it on the stack."""
    bench.pop()
    awaited = bench.named(bench.stack.pop() if bench.stack else unknown())
    bench.stack.append(awaited)
    bench.bring(one.target, [*(bench.stack if bench.minor >= 12 else bench.stack[:-1])[-_SHARED:], awaited])
    bench.stack.append(awaited)


def _sent(bench: Workbench, _: Instruction) -> None:
    """Awaiting gives what was awaited."""
    bench.pop()


_ACTIONS: dict[str, _Action] = {
    **CALLING, **STORING,
    "BINARY_OP": _binary_numbered, "BINARY_SUBSCR": _subscript, "BUILD_SLICE": _slice, "BINARY_SLICE": _binary_slice,
    "COMPARE_OP": _compare, "IS_OP": _is, "CONTAINS_OP": _is,
    "LOAD_CONST": _load_constant, "LOAD_NAME": _load_name, "LOAD_GLOBAL": _load_global, "LOAD_ATTR": _load_attribute,
    "LOAD_METHOD": _load_method, "LOAD_SUPER_ATTR": _load_super, "LOAD_SPECIAL": _load_special, "LOAD_FAST": _load_fast,
    "LOAD_FAST_LOAD_FAST": _load_two, "LOAD_DEREF": _load_cell, "LOAD_CLOSURE": _load_cell, "LOAD_SMALL_INT": _small,
    "LOAD_FAST_AND_CLEAR": _pushes(null), "PUSH_NULL": _pushes(null), "LOAD_ASSERTION_ERROR": _pushes(unknown),
    "PUSH_EXC_INFO": _pushes(unknown), "CHECK_EXC_MATCH": _matched, "RETURN_GENERATOR": _pushes(unknown),
    "LOAD_BUILD_CLASS": _pushes(lambda: ast.Name(id="__build_class__", ctx=ast.Load())),
    "BUILD_TUPLE": _sequence, "BUILD_LIST": _sequence, "BUILD_SET": _sequence, "BUILD_MAP": _map,
    "BUILD_CONST_KEY_MAP": _keyed_map, "BUILD_STRING": _text, "BUILD_TUPLE_UNPACK": _unpacked,
    "BUILD_SET_UNPACK": _unpacked, "BUILD_MAP_UNPACK": _merged_map, "FORMAT_VALUE": _format, "FORMAT_SIMPLE": _format,
    "FORMAT_WITH_SPEC": _format, "LIST_EXTEND": _extend, "SET_UPDATE": _extend, "DICT_UPDATE": _extend,
    "LIST_TO_TUPLE": _to_tuple, "LIST_APPEND": _added, "SET_ADD": _added, "MAP_ADD": _added,
    "FOR_ITER": _for, "END_FOR": _end_for, "GET_ITER": _nothing, "JUMP_FORWARD": _jump, "JUMP_ABSOLUTE": _jump,
    "JUMP_BACKWARD": _jump, "JUMP_IF_FALSE_OR_POP": _jump_or_pop, "JUMP_IF_TRUE_OR_POP": _jump_or_pop,
    "POP_JUMP_BACKWARD": _jump_back, "RETURN_VALUE": _return, "RETURN_CONST": _return, "YIELD_VALUE": _yield,
    "YIELD_FROM": _sent, "SEND": _send, "END_SEND": _end_send, "RAISE_VARARGS": _raise, "RERAISE": _raise,
    "POP_TOP": _top,
    "SWAP": _swap, "ROT_TWO": _rotate, "ROT_THREE": _rotate, "ROT_FOUR": _rotate, "ROT_N": _rotate,
    "COPY": _copy, "DUP_TOP": _copy, "DUP_TOP_TWO": _copy_two, "BEFORE_WITH": _with,
    "NOP": _nothing, "RESUME": _nothing,
}  # fmt: skip
