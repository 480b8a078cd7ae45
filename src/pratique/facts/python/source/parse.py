"""One parse of one source file: always a tree, whatever the bytes are, with notes on what was odd."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from typing import cast

from pratique.facts.python.source.encoding import decode_source
from pratique.facts.python.source.oddities import ParseNote, oddities

_LINE_END = re.compile("\n")
_SIMPLE = (ast.Expr, ast.Assign, ast.Return, ast.AugAssign, ast.AnnAssign, ast.Raise, ast.Assert, ast.Delete)
"""Statements that hold no others."""
_NESTING = re.compile(r"[-+~]|[*/%|&^.@]+|\b(?:not|if|and|or|in|lambda|await|for)\b|[<>=]=?|[(\[{]")
_SIGNS, _JOINING = b"-+~*/%|&^.@<>=([{", (b"not", b"if", b"and", b"or", b"in", b"lambda", b"await")
"""What `_NESTING` looks for, or more of it."""
_MAX_DEPTH = 500
_LONG = 450  # characters; a statement that nests 500 levels has about as many


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    r"""What one source text says.

    ``tree`` is there for every input, possibly empty. ``recovered`` means that this interpreter could
    not parse the text, so the tree comes from an error-tolerant reading: code around what is broken is
    in it, and what is broken is there as far as it could be understood. ``text`` has ``\n`` line ends.
    No tree is nested more than some 500 levels deep. Kinds of ``notes``: ``encoding``, ``syntax``,
    ``too-large``, ``cut``, ``too-deep``, ``nul``, ``bidi``, ``zero-width``, ``off-screen``, ``homoglyph``.
    """

    tree: ast.Module
    text: str
    recovered: bool = False
    notes: tuple[ParseNote, ...] = ()


def parse(data: bytes, *, max_bytes: int = 8_000_000) -> Parsed:
    """Read the bytes of a source file; only the first ``max_bytes`` bytes are read, which gets a note.

    Never raises for any input. Nothing of it is run.
    """
    notes: list[ParseNote] = []
    if len(data) > max_bytes:
        notes.append(ParseNote("too-large", 0, f"has {len(data):,} bytes, of which the first {max_bytes:,} were read"))
        data = _head(data, max_bytes)
    decoded = decode_source(data)
    notes += [ParseNote("encoding", 1, remark) for remark in decoded.remarks]
    return _parse(decoded.text, notes)


def parse_text(text: str) -> Parsed:
    """Read source text that a decoder produced; may be a fragment, such as an expression or an indented block."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if text[:1] in {" ", "\t"}:
        text = _dedent(text)
    return _parse(text, [])


def _head(data: bytes, size: int) -> bytes:
    end = data.rfind(b"\n", 0, size)
    return data[: end + 1] if end > size // 2 else data[:size]


def _dedent(text: str) -> str:
    first = next((line for line in text.split("\n") if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    lines = text.split("\n")
    if all(line.startswith(indent) for line in lines if line.strip()):
        return "\n".join(line[len(indent) :] for line in lines)
    return text.lstrip()


def _parse(text: str, notes: list[ParseNote]) -> Parsed:
    if "\0" in text:
        notes.append(ParseNote("nul", text.count("\n", 0, text.index("\0")) + 1, "has NUL characters"))
        text = text.replace("\0", " ")
    notes += oddities(text)
    tree = _by_python(text, notes)
    if tree is not None and "nul" not in {note.kind for note in notes}:
        return Parsed(tree=tree, text=text, notes=tuple(notes))
    if tree is None:
        tree = _by_recovery(text, notes)
    return Parsed(tree=tree, text=text, recovered=True, notes=tuple(notes))


def _by_python(text: str, notes: list[ParseNote]) -> ast.Module | None:
    try:
        tree = python_tree(text)
    except SyntaxError as error:
        notes.append(ParseNote("syntax", error.lineno or 0, f"cannot be parsed by this Python: {error.msg}"))
        return None
    except (RecursionError, MemoryError):
        notes.append(ParseNote("too-deep", 0, "is nested deeper than this Python can parse"))
        return None
    except (ValueError, OverflowError) as error:
        notes.append(ParseNote("syntax", 0, f"cannot be parsed by this Python: {error}"))
        return None
    if _is_deep(tree, text):
        notes.append(ParseNote("too-deep", 0, f"is nested more than {_MAX_DEPTH} levels deep"))
        return None
    return tree


def python_tree(text: str) -> ast.Module:
    """Parse with the running interpreter, silently.

    Raises SyntaxError, ValueError, RecursionError, MemoryError or OverflowError, as ``compile`` does.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes are the author's matter
        tree = compile(text, "<inspected>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    return cast("ast.Module", tree)


def _by_recovery(text: str, notes: list[ParseNote]) -> ast.Module:
    from pratique.facts.python.source.recovery.recover import recover

    recovered = recover(text, max_depth=_MAX_DEPTH)
    if recovered.hit_limit:
        notes.append(ParseNote("cut", 0, "is too large to be read in full with its syntax error"))
    if recovered.hit_depth:
        notes.append(ParseNote("too-deep", 0, f"is nested more than {_MAX_DEPTH} levels deep"))
    return recovered.tree


def _is_deep(tree: ast.Module, text: str) -> bool:
    """Walk statements only, and measure the expressions of those with signs enough to nest 500 levels.

    What is shorter than 500 levels take is passed over with all that it holds.
    """
    starts = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]
    last_line = len(starts) - 1
    stack: list[tuple[list[ast.AST], int]] = [(list(tree.body), 1)]
    while stack:
        nodes, depth = stack.pop()
        for node in nodes:
            line, end = _lines(node)
            if end < last_line and starts[end] - starts[line - 1] + depth < _LONG:
                continue
            if depth > _MAX_DEPTH:
                return True
            inner = _inner(node)
            stack += [(body, depth + 1) for body in inner]
            if inner:  # its own expressions stand before its first block
                end = max(line, _lines(inner[0][0])[0])
            own = text[starts[line - 1] : starts[min(end, last_line)]]
            if len(own) >= _LONG and _could_nest(own) and _depth(node) + depth > _MAX_DEPTH:
                return True
    return False


def _inner(node: ast.AST) -> list[list[ast.AST]]:
    """The blocks of a statement."""
    if isinstance(node, _SIMPLE):
        return []
    blocks = (getattr(node, name, None) for name in ("body", "handlers", "orelse", "finalbody", "cases"))
    return [block for block in blocks if block and isinstance(block, list)]


def _lines(node: ast.AST) -> tuple[int, int]:
    """First and last line of a statement or a block's head: a decorator stands above, a case is its pattern."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno, node.body[-1].end_lineno or 0
    decorators: list[ast.expr] | None = getattr(node, "decorator_list", None)
    first: ast.AST = decorators[0] if decorators else node
    return first.lineno, node.end_lineno  # type: ignore[attr-defined] # statements and handlers have both


def _could_nest(text: str) -> bool:
    """Whether a text holds signs enough: brackets nest no deeper than 200 for Python's own parser.

    Letters are counted first, which most texts have too few of.
    """
    data = text.encode("utf-8", "replace")
    signs = len(data) - len(data.translate(None, _SIGNS)) + sum(data.count(word) for word in _JOINING)
    return signs > _MAX_DEPTH - 300 and len(_NESTING.findall(text)) > _MAX_DEPTH - 300


def _depth(node: ast.AST) -> int:
    """Levels of expressions under a statement, not counting the statements in it."""
    deepest = 0
    stack: list[tuple[ast.AST, int]] = [(node, 0)]
    while stack:
        current, depth = stack.pop()
        deepest = max(deepest, depth)
        if deepest > _MAX_DEPTH:
            break
        stack += [(child, depth + 1) for child in ast.iter_child_nodes(current) if not isinstance(child, ast.stmt)]
    return deepest


__all__ = ["ParseNote", "Parsed", "parse", "parse_text", "python_tree"]
