"""Names at the top of a module behind which there is a word of the sieve, for modules that are not read themselves."""

from __future__ import annotations

import ast
import re

from pratique.artifact import Role
from pratique.facts.python.source.outline import statements_with
from pratique.facts.python.source.parse import Parsed, parse, python_tree
from pratique.facts.sieve import Words, mentions

_HEAD = re.compile(rb"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(?:import|from)\b")
_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def names_with(data: bytes, words: Words) -> frozenset[str]:
    """Names at the top of a module whose text has one of the sieve's words; what is parsed is only that text."""
    statements = statements_with(data, words)
    found = [_bound_by(statement) for statement in statements] if statements is not None else [None]
    names = [one for one in found if one is not None]
    if len(names) < len(found):
        return names_of_tree(parse(data), words)
    return frozenset[str]().union(*names)


def _bound_by(statement: bytes) -> frozenset[str] | None:
    """Names that a statement binds, unless it is a part of one."""
    head = _HEAD.match(statement)
    if head is not None:
        return frozenset({head[1].decode()} if head[1] else ())
    try:
        return frozenset(name for node in python_tree(statement.decode()).body for name in _bound(node))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def names_of_tree(parsed: Parsed, words: Words) -> frozenset[str]:
    """The same by the tree of the whole module."""
    lines = parsed.text.splitlines()
    return frozenset(
        name
        for node in parsed.tree.body
        for name in _bound(node)
        if not words.isdisjoint(mentions("\n".join(lines[node.lineno - 1 : node.end_lineno]).encode(), Role.DATA)[0])
    )


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, _DEFINITION):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return []
    inner = list(ast.walk(node))
    stored = [one.id for one in inner if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
    return stored + [one.name for one in inner if isinstance(one, _DEFINITION)]
