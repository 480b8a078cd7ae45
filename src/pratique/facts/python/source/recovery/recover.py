"""An error-tolerant reading of Python that this interpreter cannot parse, as an ordinary syntax tree.

Python 2, syntax of a newer Python, or a file that is broken on purpose: tree-sitter reads around the
broken piece, and its tree is turned into the nodes of :mod:`ast`. Children come before their parents and
nothing recurses, so depth costs memory and never the stack.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pratique.facts.python.source.recovery.blocks import BLOCKS
from pratique.facts.python.source.recovery.brackets import closed
from pratique.facts.python.source.recovery.definitions import DEFINITIONS
from pratique.facts.python.source.recovery.expressions import EXPRESSIONS
from pratique.facts.python.source.recovery.literals import LEAVES, LITERALS
from pratique.facts.python.source.recovery.statements import STATEMENTS
from pratique.facts.python.source.recovery.tree import Handler, Piece, Reading, as_statements, place

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_NODES = 200_000
_SKIPPED = frozenset({"comment", "line_continuation"})
_MAX_BLOCKS = 300
"""Blocks within blocks: tree-sitter's grammar ends the process at 511 of them (its state outgrows its buffer)."""
_TREE = 320
"""Bytes of memory that tree-sitter takes for a byte of its input, at most (a row of short assignments)."""
_FAR_RIGHT = re.compile(rf"^[ \t\f]{{{_MAX_BLOCKS // 8}}}", re.MULTILINE)  # a tab is as wide as eight
_HANDLERS: dict[str, Handler] = {**LITERALS, **EXPRESSIONS, **STATEMENTS, **BLOCKS, **DEFINITIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """The tree, and whether reading ended early (``hit_limit``) or was flattened (``hit_depth``)."""

    tree: ast.Module
    hit_limit: bool = False
    hit_depth: bool = False


@dataclass(slots=True, kw_only=True)
class _State:
    max_depth: int
    budget: int
    values: dict[int, Piece] = field(default_factory=dict)
    hoisted: list[ast.stmt] = field(default_factory=list)
    hit_depth: bool = False
    hit_limit: bool = False


def recover(text: str, *, max_depth: int = 500, max_nodes: int = _MAX_NODES) -> Recovered:
    """Read text with a syntax error in it; what cannot be understood keeps its convertible parts.

    What is nested deeper than ``max_depth`` is moved to the end of the module: moved, never dropped.
    Beyond ``max_nodes`` nodes of what this Python cannot parse, reading ends and says so. Raises ``MemoryError``.
    """
    import tree_sitter
    import tree_sitter_python

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))
    balanced = closed(text)
    shallow = _shallow(balanced)
    source = shallow.encode("utf-8", "surrogatepass")
    _require(len(source) * _TREE)
    tree = parser.parse(source)
    state = _State(max_depth=max_depth, budget=max_nodes, hit_depth=shallow != balanced)
    body: list[ast.stmt] = []
    for child in tree.root_node.children:
        whole = _by_python(child, max_depth)
        if whole is None:
            _convert(child, state)
            whole = as_statements(state.values.pop(child.id, Piece(node=None)).spread())
        body += whole
    module = ast.Module(body=[*body, *state.hoisted], type_ignores=[])
    return Recovered(tree=module, hit_limit=state.hit_limit, hit_depth=state.hit_depth)


def _require(memory: int) -> None:
    """Raise ``MemoryError`` where that many bytes are not to be had: tree-sitter would end the process instead."""
    bytes(memory)  # zeros that are never touched cost nothing


def _shallow(text: str) -> str:
    """The text with lines that lie more than ``_MAX_BLOCKS`` blocks deep moved to that depth."""
    if _FAR_RIGHT.search(text) is None:
        return text
    lines = text.split("\n")
    open_blocks = [(0, "")]
    for i, line in enumerate(lines):
        code = line.lstrip(" \t\f")
        if not code:
            continue
        indent = line[: len(line) - len(code)].rpartition("\f")[2]
        width = len(indent) + 7 * indent.count("\t")
        while len(open_blocks) > 1 and width < open_blocks[-1][0]:
            open_blocks.pop()
        if width > open_blocks[-1][0]:
            if len(open_blocks) <= _MAX_BLOCKS:
                open_blocks.append((width, indent))
            else:
                lines[i] = open_blocks[-1][1] + code
    return "\n".join(lines)


def _by_python(node: Node, max_depth: int) -> list[ast.stmt] | None:
    """Leave a top-level statement that this Python understands to it: that is exact, and much faster."""
    if node.type in _SKIPPED:
        return []
    if node.has_error or node.start_point[1]:
        return None
    text = (node.text or b"").decode("utf-8", "replace")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(text, "<inspected>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    if not isinstance(tree, ast.Module) or _deeper(tree, max_depth):
        return None
    ast.increment_lineno(tree, node.start_point[0])
    return tree.body


def _deeper(tree: ast.AST, limit: int) -> bool:
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > limit:
            return True
        stack += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return False


def _convert(root: Node, state: _State) -> None:
    """Convert in post-order: a node is visited once to push its children and once to join them."""
    stack: list[tuple[Node, list[Node] | None]] = [(root, None)]
    while stack:
        node, children = stack.pop()
        if children is None:
            state.budget -= 1
            if state.budget < 0:
                state.hit_limit = True
                continue
            children = [child for child in node.children if child.type not in _SKIPPED]
            stack.append((node, children))
            if node.type not in LEAVES:
                stack += [(child, None) for child in reversed(children) if child.is_named]
            continue
        pieces = [state.values.pop(child.id, Piece(node=None)) for child in children]
        state.values[node.id] = _bounded(_joined(node, children, pieces), state)


def _joined(node: Node, children: list[Node], pieces: list[Piece]) -> Piece:
    depth = 1 + max((piece.depth for piece in pieces), default=0)
    handler = _HANDLERS.get(node.type)
    try:
        made = handler(Reading(node=node, children=children, pieces=pieces)) if handler else None
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, StopIteration):
        made = None  # a half-written construct: its parts are kept
    if isinstance(made, ast.Module):  # a block: nothing but its statements
        return Piece(node=made, depth=depth)
    if made is None:
        parts = tuple(part for piece in pieces for part in piece.spread())
        return Piece(parts=parts, depth=depth - 1 if len(children) == 1 else depth)
    same = next((piece for piece in pieces if piece.node is made), None)
    if same is not None:  # brackets, or a chain of literals that was joined
        return same
    place(made, node)
    return Piece(node=made, depth=depth if not isinstance(made, ast.Constant) else 1)


def _bounded(piece: Piece, state: _State) -> Piece:
    if piece.depth <= state.max_depth:
        return piece
    state.hit_depth = True
    state.hoisted += as_statements(piece.spread())
    stub = ast.Name(id="__nested__", ctx=ast.Load())
    place(stub, None)
    return Piece(node=stub, depth=1)
