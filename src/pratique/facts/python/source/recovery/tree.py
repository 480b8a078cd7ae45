"""Pieces of a syntax tree in the making, and the reading of one tree-sitter node from its children's pieces."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What a node became: one node, or the parts of something that could not be understood."""

    node: ast.AST | None = None
    parts: tuple[ast.AST, ...] = ()
    depth: int = 0

    def spread(self) -> list[ast.AST]:
        """The node, or else the parts."""
        return [self.node] if self.node is not None else list(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A tree-sitter node together with what its children became."""

    node: Node
    children: Sequence[Node]
    pieces: Sequence[Piece]

    @property
    def text(self) -> str:
        """The node's source text."""
        return text_of(self.node)

    def named(self) -> list[tuple[Node, Piece]]:
        """Children that are not punctuation, with their pieces."""
        return [(child, piece) for child, piece in zip(self.children, self.pieces, strict=True) if child.is_named]

    def of_field(self, name: str) -> list[tuple[Node, Piece]]:
        """Children in a field of the grammar."""
        wanted = {child.id for child in self.node.children_by_field_name(name)}
        pairs = zip(self.children, self.pieces, strict=True)
        return [(child, piece) for child, piece in pairs if child.id in wanted]

    def word(self, name: str) -> str:
        """The source text of the node in a field; raises IndexError when the source lacks it."""
        return text_of(self.of_field(name)[0][0])

    def parts(self, name: str | None = None) -> list[ast.AST]:
        """All that the children in a field became, or that all named children did."""
        pairs = self.named() if name is None else self.of_field(name)
        return [part for _, piece in pairs for part in piece.spread()]

    def expression(self, name: str) -> ast.expr:
        """The expression in a field; raises IndexError when the source lacks it."""
        return expression(self.of_field(name)[0][1])

    def maybe(self, name: str) -> ast.expr | None:
        """The expression in a field, if there is one."""
        found = self.of_field(name)
        return expression(found[0][1]) if found else None

    def expressions(self) -> list[ast.expr]:
        """All named children as expressions."""
        return [expression(piece) for _, piece in self.named() if piece.spread()]

    def tokens(self) -> list[str]:
        """Punctuation and key words among the children."""
        return [child.type for child in self.children if not child.is_named]


Handler = Callable[[Reading], ast.AST | None]


def text_of(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def expression(piece: Piece) -> ast.expr:
    """A piece as one expression: several become a tuple, nothing becomes a name that means nothing."""
    found = [node for node in piece.spread() if isinstance(node, ast.expr)]
    if len(found) == 1:
        return found[0]
    made: ast.expr = ast.Tuple(elts=found, ctx=ast.Load()) if found else ast.Name(id="__missing__", ctx=ast.Load())
    return _at_start(made, found[0] if found else None)


def _at_start(made: ast.expr, like: ast.expr | None) -> ast.expr:
    made.lineno = getattr(like, "lineno", 1)
    made.col_offset = getattr(like, "col_offset", 0)
    made.end_lineno = getattr(like, "end_lineno", made.lineno)
    made.end_col_offset = getattr(like, "end_col_offset", made.col_offset)
    return made


def place(made: ast.AST, node: Node | None) -> None:
    """Give a node the position of its source; columns count UTF-8 bytes, as in :mod:`ast`."""
    if not isinstance(made, (ast.expr, ast.stmt, ast.excepthandler, ast.arg, ast.keyword, ast.alias, ast.pattern)):
        return
    if node is None:
        made.lineno = made.end_lineno = 1
        made.col_offset = made.end_col_offset = 0
        return
    start, end = node.start_point, node.end_point
    made.lineno, made.col_offset = start[0] + 1, start[1]
    made.end_lineno, made.end_col_offset = end[0] + 1, end[1]


def as_statements(found: Sequence[ast.AST]) -> list[ast.stmt]:
    """Statements as they are, and expressions as statements of their own."""
    body: list[ast.stmt] = []
    for node in found:
        if isinstance(node, ast.stmt):
            body.append(node)
        elif isinstance(node, ast.expr):
            body.append(ast.copy_location(ast.Expr(value=node), node))
        elif isinstance(node, ast.keyword):
            body.append(ast.copy_location(ast.Expr(value=node.value), node.value))
        elif isinstance(node, (ast.ExceptHandler, ast.Module)):
            body += node.body
    return body


def store(target: ast.expr) -> ast.expr:
    """Mark the names of an assignment's target as written."""
    stack: list[ast.expr] = [target]
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.Tuple, ast.List)):
            stack += node.elts
        if isinstance(node, ast.Starred):
            stack.append(node.value)
        if isinstance(node, (ast.Tuple, ast.List, ast.Starred, ast.Name, ast.Attribute, ast.Subscript)):
            node.ctx = ast.Store()
    return target
