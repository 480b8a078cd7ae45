"""Byte code as Python source again: a stack machine over expressions, so that the Python reader can read it.

What is made is not what was written: conditions and loops keep their order, other jumps are straightened out, and
handlers follow what they guard. It names what is called, with which arguments, under which conditions; that is enough
to follow a flow from a source to a sink.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from pratique.facts.serialized.lifting.nodes import Room, is_null, unknown
from pratique.facts.serialized.lifting.opcodes import Instruction, instructions
from pratique.facts.serialized.lifting.operations import apply
from pratique.facts.serialized.lifting.workbench import Workbench
from pratique.facts.serialized.marshalled.code import Code, Group, Parsed
from pratique.facts.serialized.marshalled.pyc import parse_pyc
from pratique.facts.serialized.marshalled.reading import parse_marshal

_OPERATIONS = 100_000
"""Instructions lifted of one file."""
_NODES = 1_000_000
"""Parts of expressions and statements that are written out."""
_GUESSED_BY = 400
"""Instructions looked at to tell which CPython wrote them."""
_RESUME_FROM = 11
_PARAMETERS = 1_000
"""More than that is damage."""


@dataclass(slots=True)
class _Lifter:
    minor: int
    left: int = _OPERATIONS
    flat: bool = False
    """Functions are named, not written where they are made."""
    counter: int = 0
    room: Room = field(default_factory=Room)
    seen: list[Code] = field(default_factory=list)

    def body(self, code: Code) -> list[ast.stmt]:
        """The statements of a code object; one that contains itself is lifted once."""
        if self.left <= 0 or any(code is one for one in self.seen):
            return [ast.Pass()]
        self.seen.append(code)
        listed = instructions(code, self.minor, self.left)
        self.left -= len(listed)
        bench = Workbench(code=code, minor=self.minor, nested=self.function, first=self.counter, room=self.room)
        for index, one in enumerate(listed):
            _arrive(bench, one.offset)
            bench.last = index + 1 == len(listed)
            apply(bench, one)
        self.counter = bench.counter
        return bench.finished()

    def function(self, code: Code, name: str) -> ast.FunctionDef:
        """A function of a nested code object; comprehensions become functions that return them."""
        body: list[ast.stmt] = [ast.Pass()] if self.flat else self.body(code)
        positional, named = (max(0, min(n, _PARAMETERS)) for n in (code.argcount, code.kwonly))
        count = positional + named
        names = [ast.arg(arg=n) for n in map(Workbench.plain, code.locals[: count + 2])]
        rest = names[count:]
        arguments = ast.arguments(
            posonlyargs=[],
            args=names[:positional],
            kwonlyargs=names[positional:count],
            kw_defaults=[None] * named,
            defaults=[],
            vararg=rest.pop(0) if code.flags & 0x04 and rest else None,
            kwarg=rest.pop(0) if code.flags & 0x08 and rest else None,
        )
        arguments.kw_defaults = [None] * len(arguments.kwonlyargs)
        return ast.FunctionDef(name=name, args=arguments, body=body, decorator_list=[])


def source_of_pyc(data: bytes) -> str:
    """What a byte-code file does, as Python source; empty when nothing could be read. Never raises."""
    return source_of(parse_pyc(data))


def source_of_marshal(data: bytes) -> str:
    """What a marshalled code object does, as Python source; empty when it holds none. Never raises."""
    return source_of(parse_marshal(data))


def source_of(parsed: Parsed) -> str:
    """What parsed code does, as Python source: the outermost code, or whatever was reached before damage."""
    roots = [parsed.value] if isinstance(parsed.value, Code) else _roots(parsed)
    parts = []
    for root in roots:
        minor = _version(root, parsed.versions)
        text = _text(_Lifter(minor=minor).body(root))
        parts += [text] if text else _each_alone(root, minor)
    return "\n".join(p for p in parts if p)


def _each_alone(root: Code, minor: int) -> list[str]:
    """Code objects side by side, when they are nested more deeply than can be written."""
    lifter = _Lifter(minor=minor, flat=True)
    return [_text(lifter.body(code)) for code in (root, *_within(root.constants))]


def _roots(parsed: Parsed) -> list[Code]:
    inner = {id(c) for code in parsed.code for c in _within(code.constants)}
    return [code for code in parsed.code if id(code) not in inner][:1_000]


def _within(constants: tuple[object, ...]) -> list[Code]:
    found: list[Code] = []
    stack = list(constants)
    while stack and len(found) < _OPERATIONS:
        item = stack.pop()
        if isinstance(item, Code):
            found.append(item)
        elif isinstance(item, Group):
            stack += item.items
    return found


class _Cleared(ast.NodeTransformer):
    """Puts an unknown name where something of the bench's own was left."""

    def visit(self, node: ast.AST) -> ast.AST:
        return self.generic_visit(node) if type(node).__module__ in {"ast", "_ast"} else unknown()


def _text(body: list[ast.stmt]) -> str:
    try:
        body = _affordable(body)
        return ast.unparse(ast.fix_missing_locations(_Cleared().visit(ast.Module(body=body, type_ignores=[]))))
    except (RecursionError, ValueError, MemoryError):
        return ""


def _affordable(body: list[ast.stmt]) -> list[ast.stmt]:
    """As many statements as may be written: expressions can share their parts over and over."""
    sizes: dict[int, int] = {}
    left = _NODES
    kept: list[ast.stmt] = []
    for statement in body:
        left -= _size(statement, sizes)
        if left < 0 and kept:
            break
        kept.append(statement if left >= 0 else ast.Pass())
    return kept


def _size(node: ast.AST, sizes: dict[int, int]) -> int:
    known = sizes.get(id(node))
    if known is None:
        known = sizes[id(node)] = 1 + sum(_size(child, sizes) for child in ast.iter_child_nodes(node))
    return known


def _version(code: Code, versions: tuple[int, ...]) -> int:
    """The version whose operations fit best: all are known, and their arguments point at something."""
    if len(versions) == 1:
        return versions[0]
    inner = [code, *_within(code.constants)[:20]]
    return min(versions, key=lambda minor: (sum(_misfits(c, minor) for c in inner), -minor), default=11)


def _misfits(code: Code, minor: int) -> int:
    listed = instructions(code, minor, _GUESSED_BY)
    end = len(code.bytecode)
    wrong = sum(one.name == "?" or one.target > end or _points_nowhere(one, code, minor) for one in listed)
    begins = bool(listed) and "RESUME" in {one.name for one in listed[:6]}
    ends = bool(listed) and listed[-1].name in {"RETURN_VALUE", "RETURN_CONST", "RERAISE", "JUMP_BACKWARD"}
    return wrong + (0 if begins or minor < _RESUME_FROM else 50) + (0 if ends else 5)


def _points_nowhere(one: Instruction, code: Code, minor: int) -> bool:
    if one.name in {"LOAD_NAME", "STORE_NAME", "IMPORT_NAME", "IMPORT_FROM", "STORE_ATTR", "LOAD_METHOD"}:
        return one.arg >= len(code.names)
    if one.name in {"LOAD_GLOBAL", "LOAD_ATTR"}:
        return one.arg >> (minor >= (11 if one.name == "LOAD_GLOBAL" else 12)) >= len(code.names)
    if one.name in {"LOAD_CONST", "RETURN_CONST"}:
        return one.arg >= len(code.constants)
    return one.name in {"LOAD_FAST", "STORE_FAST"} and one.arg >= len(code.locals)


def _arrive(bench: Workbench, offset: int) -> None:
    """Close the blocks that end here, and bring together what two ways left on the stack."""
    while len(bench.blocks) > 1 and bench.blocks[-1].end <= offset:
        bench.close()
    came = bench.coming.pop(offset, None)
    if bench.dead:
        bench.stack = list(came) if came is not None else []
        bench.dead = False
        bench.level = min(bench.level, len(bench.stack)) if came is not None else 0
    elif came and len(came) == len(bench.stack) and came[-1] is not bench.stack[-1]:
        values = [came[-1], bench.stack[-1]]
        if not any(map(is_null, values)):
            bench.stack[-1] = bench.made(ast.BoolOp(op=ast.Or(), values=values))
