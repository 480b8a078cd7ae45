"""Operations that build collections, texts and comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.facts.serialized.lifting.nodes import unknown
from pratique.facts.serialized.lifting.opcodes import Instruction
from pratique.facts.serialized.lifting.workbench import SHARED, Workbench


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
        for came in list(bench.coming.values())[:SHARED]:  # where the loop ends, the collection waits
            came[:] = [bench.stack[at] if node is before else node for node in came]


def comprehension(bench: Workbench, element: ast.expr, key: ast.expr | None, at: int) -> ast.expr:
    """A comprehension over the loops that were opened above the collection."""
    loops = [b.loop for b in bench.blocks if b.loop is not None and b.depth > at]
    made = [ast.comprehension(target=f.target, iter=f.iter, ifs=[], is_async=0) for f in loops]
    if not made:
        return ast.List(elts=[element], ctx=ast.Load())
    return ast.DictComp(key=key, value=element, generators=made) if key else ast.ListComp(elt=element, generators=made)


BUILDING: dict[str, Callable[[Workbench, Instruction], None]] = {
    "BUILD_TUPLE": _sequence, "BUILD_LIST": _sequence, "BUILD_SET": _sequence, "BUILD_MAP": _map,
    "BUILD_CONST_KEY_MAP": _keyed_map, "BUILD_STRING": _text, "BUILD_TUPLE_UNPACK": _unpacked,
    "BUILD_SET_UNPACK": _unpacked, "BUILD_MAP_UNPACK": _merged_map, "FORMAT_VALUE": _format, "FORMAT_SIMPLE": _format,
    "FORMAT_WITH_SPEC": _format, "LIST_EXTEND": _extend, "SET_UPDATE": _extend, "DICT_UPDATE": _extend,
    "LIST_TO_TUPLE": _to_tuple, "LIST_APPEND": _added, "SET_ADD": _added, "MAP_ADD": _added,
}  # fmt: skip
