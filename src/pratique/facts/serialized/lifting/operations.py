"""What each operation of byte code does to the bench."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.facts.serialized.lifting.branching import BRANCHING, branch
from pratique.facts.serialized.lifting.building import BUILDING
from pratique.facts.serialized.lifting.calling import CALLING
from pratique.facts.serialized.lifting.loading import LOADING, binary, unary
from pratique.facts.serialized.lifting.nodes import is_null, null, unknown
from pratique.facts.serialized.lifting.opcodes import Instruction
from pratique.facts.serialized.lifting.storing import STORING
from pratique.facts.serialized.lifting.workbench import Workbench

_Action = Callable[[Workbench, Instruction], None]


def apply(bench: Workbench, one: Instruction) -> None:
    """Do what one instruction does."""
    action = _ACTIONS.get(one.name)
    if action is not None:
        action(bench, one)
    elif one.name.startswith("BINARY_"):
        binary(bench, one.name[len("BINARY_") :])
    elif one.name.startswith("UNARY_"):
        unary(bench, one.name[len("UNARY_") :])
    elif one.name.startswith("POP_JUMP_IF") or one.name == "JUMP_IF_NOT_EXC_MATCH":
        branch(bench, one)


def _matched(bench: Workbench, _: Instruction) -> None:
    bench.pop()
    bench.stack.append(unknown())


def _copy(bench: Workbench, one: Instruction) -> None:
    depth = one.arg if one.name == "COPY" else 1
    if 0 < depth <= len(bench.stack):
        kept = bench.stack[-depth]
        if not is_null(kept):
            kept = bench.stack[-depth] = bench.named(kept)
        bench.stack.append(kept)
    else:
        bench.stack.append(unknown())


def _nothing(bench: Workbench, one: Instruction) -> None:
    """It changes nothing that is of interest here."""


def _pushes(make: Callable[[], ast.expr]) -> _Action:
    def action(bench: Workbench, _: Instruction) -> None:
        bench.stack.append(make())

    return action


def _copy_two(bench: Workbench, _: Instruction) -> None:
    bench.stack += [bench.named(v) for v in bench.stack[-2:]]


def _swap(bench: Workbench, one: Instruction) -> None:
    if 1 < one.arg <= len(bench.stack):
        bench.stack[-1], bench.stack[-one.arg] = bench.stack[-one.arg], bench.stack[-1]


def _rotate(bench: Workbench, one: Instruction) -> None:
    count = {"ROT_TWO": 2, "ROT_THREE": 3, "ROT_FOUR": 4}.get(one.name, one.arg)
    if 1 < count <= len(bench.stack):
        bench.stack.insert(len(bench.stack) - count, bench.stack.pop())


def _top(bench: Workbench, _: Instruction) -> None:
    bench.drop(bench.pop())


_ACTIONS: dict[str, _Action] = {
    **CALLING, **STORING, **LOADING, **BUILDING, **BRANCHING,
    "LOAD_FAST_AND_CLEAR": _pushes(null), "PUSH_NULL": _pushes(null), "LOAD_ASSERTION_ERROR": _pushes(unknown),
    "PUSH_EXC_INFO": _pushes(unknown), "CHECK_EXC_MATCH": _matched, "RETURN_GENERATOR": _pushes(unknown),
    "LOAD_BUILD_CLASS": _pushes(lambda: ast.Name(id="__build_class__", ctx=ast.Load())), "GET_ITER": _nothing,
    "POP_TOP": _top, "SWAP": _swap, "ROT_TWO": _rotate, "ROT_THREE": _rotate, "ROT_FOUR": _rotate, "ROT_N": _rotate,
    "COPY": _copy, "DUP_TOP": _copy, "DUP_TOP_TWO": _copy_two, "NOP": _nothing, "RESUME": _nothing,
}  # fmt: skip
