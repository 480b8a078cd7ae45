"""What lies on the stack machine's bench while one code object is lifted: expressions, open blocks, names."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable
from dataclasses import dataclass, field

from pratique.facts.serialized.lifting.nodes import DEPTH, Room, literal, unknown
from pratique.facts.serialized.marshalled.code import Code

_SIZE = 2_000
"""Parts of an expression from which on it gets a name: what is used twice must not double what is written."""
_NESTED = 12
"""Blocks within blocks; deeper conditions are only evaluated."""
_LONG = 1_000
"""Characters or bytes of a constant that is written out once."""
_ITEMS = 20_000
_MISSING = 16
"""Unknown entries that are taken from an empty stack at once."""
SHARED = 100
"""Stacks, and entries on one, that are looked through at once: real code has a few."""
_CARRIED = 50
"""Entries of a stack that a jump carries; no compiler makes more."""


@dataclass(slots=True)
class Block:
    """Statements up to an offset; a loop's statement is kept so that its target can still be filled in."""

    end: int
    body: list[ast.stmt]
    loop: ast.For | None = None
    depth: int = 0
    """Entries on the stack when it was opened."""


@dataclass(slots=True)
class Workbench:
    """The state of lifting one code object."""

    code: Code
    minor: int
    nested: Callable[[Code, str], ast.FunctionDef]
    first: int = 0
    stack: list[ast.expr] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=lambda: [Block(1 << 60, [])])
    coming: dict[int, list[ast.expr]] = field(default_factory=dict)
    """Stacks that forward jumps bring along, by the offset they lead to."""
    dead: bool = False
    last: bool = False
    level: int = 0
    """Entries on the stack at the last end of a statement."""
    keywords: tuple[str, ...] = ()
    room: Room = field(default_factory=Room)
    long: dict[int, str] = field(default_factory=dict)
    """Names of long constants, which are written out once."""
    counter: int = 0
    _measures: dict[int, tuple[int, int]] = field(default_factory=dict)
    _kept: list[ast.expr] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.counter = self.first

    @staticmethod
    def plain(name: str) -> str:
        """A name that can stand in source."""
        if name.isidentifier() and not keyword.iskeyword(name):
            return name
        return "_" + (name.strip("<>.") if name.strip("<>.").isidentifier() else name.encode("utf-8", "replace").hex())

    def fresh(self, stem: str = "_t") -> str:
        """A name that nothing else has."""
        self.counter += 1
        return f"{stem}{self.counter}"

    def push(self, node: ast.expr) -> None:
        """Put an expression on the stack; deep ones are named first."""
        self.stack.append(self.made(node))

    def made(self, node: ast.expr) -> ast.expr:
        """The expression itself, or the name it was given because it was too deep."""
        parts = (c for c in ast.iter_child_nodes(node) if isinstance(c, (ast.expr, ast.keyword, ast.comprehension)))
        inner = (p.value if isinstance(p, ast.keyword) else p for p in parts)
        measured = [self._measures.get(id(p), (1, 1)) for p in inner]
        depth = 1 + max((m[0] for m in measured), default=0)
        size = 1 + sum(m[1] for m in measured)
        if depth > DEPTH or size > _SIZE:
            return self.named(node)
        if depth > 1:
            self._measures[id(node)] = (depth, size)
            self._kept.append(node)  # an id means its object only while that lives
        return node

    def named(self, node: ast.expr) -> ast.expr:
        """Assign an expression to a fresh name, so that it can be used twice."""
        if isinstance(node, (ast.Name, ast.Constant)):
            return node
        name = self.fresh()
        self.emit(ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=node))
        return ast.Name(id=name, ctx=ast.Load())

    def pop(self) -> ast.expr:
        """Take the uppermost expression; an empty stack gives an unknown one."""
        return self.stack.pop() if self.stack else unknown()

    def pops(self, count: int) -> list[ast.expr]:
        """Take several, in the order in which they were pushed."""
        count = min(count, _ITEMS)
        missing = [unknown() for _ in range(min(count - len(self.stack), _MISSING))]
        taken = self.stack[max(len(self.stack) - count, 0) :] if count else []
        del self.stack[max(len(self.stack) - count, 0) :]
        return [*missing, *taken] if count > len(taken) else taken

    def bring(self, offset: int, stack: list[ast.expr]) -> None:
        """Remember what a forward jump leaves on the stack where it leads to; the first one counts."""
        if offset not in self.coming:
            self.coming[offset] = stack[-_CARRIED:]

    def emit(self, statement: ast.stmt) -> None:
        """Add a statement to the innermost open block."""
        self.blocks[-1].body.append(statement)

    def open(self, statement: ast.If | ast.For, end: int) -> None:
        """Add a statement whose body lasts up to an offset; within very many blocks the body is not its own."""
        self.emit(statement)
        if len(self.blocks) < _NESTED:
            loop = statement if isinstance(statement, ast.For) else None
            last = min(end, self.blocks[-1].end)
            self.blocks.append(Block(last, statement.body, loop, len(self.stack)))
        else:
            statement.body.append(ast.Pass())

    def emit_outermost(self, statement: ast.stmt) -> None:
        """Add a statement in front of all others."""
        self.blocks[0].body.insert(0, statement)

    def drop(self, node: ast.expr) -> None:
        """End a statement whose value nobody keeps."""
        if not isinstance(node, (ast.Name, ast.Constant)):
            self.emit(ast.Expr(value=node))
        self.level = len(self.stack)

    def close(self) -> None:
        """Close the innermost block; one that stayed empty goes."""
        block = self.blocks.pop()
        holder = self.blocks[-1].body
        if not block.body and holder and isinstance(holder[-1], (ast.If, ast.For)) and holder[-1].body is block.body:
            gone = holder.pop()
            value = gone.iter if isinstance(gone, ast.For) else gone.test if isinstance(gone, ast.If) else None
            if isinstance(value, ast.Call):
                holder.append(ast.Expr(value=value))

    def finished(self) -> list[ast.stmt]:
        """All statements, once everything was lifted."""
        while len(self.blocks) > 1:
            self.close()
        return self.blocks[0].body or [ast.Pass()]

    def name(self, index: int) -> str:
        """An entry of the names, or a stand-in."""
        return self.plain(self.code.names[index]) if index < len(self.code.names) else "_unknown"

    def local(self, index: int) -> str:
        """A local variable's name."""
        return self.plain(self.code.locals[index]) if index < len(self.code.locals) else "_unknown"

    def cell(self, index: int) -> str:
        """A cell's name; from 3.11 on they are counted among the locals."""
        if self.code.cells and index < len(self.code.cells):
            return self.plain(self.code.cells[index])
        return self.local(index)

    def load(self, index: int) -> ast.expr:
        """A constant as an expression; a long one is assigned in front of everything, and named here."""
        value = self.constant(index)
        if isinstance(value, (str, bytes)) and len(value) > _LONG:
            if index not in self.long:
                self.long[index] = self.fresh("_k")
                target = ast.Name(id=self.long[index], ctx=ast.Store())
                self.emit_outermost(ast.Assign(targets=[target], value=literal(value, self.room)))
            return ast.Name(id=self.long[index], ctx=ast.Load())
        return literal(value, self.room)

    def constant(self, index: int) -> object:
        """A constant as data."""
        return self.code.constants[index] if index < len(self.code.constants) else None
