"""Rewrites Python source so that it does the same and reads otherwise; nothing is run.

Each transformation takes a source text and gives another, or nothing where it does not apply.
"""

from __future__ import annotations

import ast
import base64
import builtins
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_SHORTEST = 4
"""Characters; a shorter string hides nothing."""
_WORD = re.compile(r"[^\W\d]\w*")
_TAKEN = frozenset(dir(builtins)) | {"self", "cls", "setup", "unicode", "xrange", "raw_input"}
_DEAD = (
    "def _unused_{n}(rows, total=0):\n    for row in rows:\n        total += len(str(row))\n    return total",
    "_CONFIGURATION_{n} = {{'retries': 3, 'verbose': False, 'name': 'example'}}",
    "if len('padding') == {n}00:\n    print('never')",
    "class _Options{n}:\n    limit = {n}\n\n    def describe(self):\n        return 'limit %d' % self.limit",
)
_REMARK = (
    '# """ the next step of the computation; see the documentation for the reason {n}\n# lorem ipsum dolor sit amet'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A module's text, and the words that other modules of its distribution know it by."""

    text: str
    outside: frozenset[str] = frozenset()


Rewrite = Callable[[Source], str | None]


def words_outside(texts: Iterable[str]) -> frozenset[str]:
    """Attributes, keywords and imported names anywhere in a distribution: a definition of that name is kept."""
    found: set[str] = set()
    for text in texts:
        tree = _tree(text)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.keyword) and node.arg:
                found.add(node.arg)
            elif isinstance(node, ast.ImportFrom):
                found |= {alias.name for alias in node.names}
    return frozenset(found)


def renamed(source: Source) -> str | None:
    """Other names for what the module defines, and for what it imports."""
    tree = _tree(source.text)
    if tree is None or _has_star(tree):
        return None
    names = _own_names(tree) - source.outside - _keywords(tree) - _said(tree) - _TAKEN
    names = {n for n in names if not n.startswith("__")}
    if not names:
        return None
    fresh = {name: f"l1I{index:x}_" for index, name in enumerate(sorted(names))}
    return _text(_Renamer(fresh).visit(tree))


def padded(source: Source) -> str | None:
    """Comments with decoy quotes and code that does nothing, in front of every statement of the module."""
    tree = _tree(source.text)
    if tree is None or not tree.body:
        return None
    head = _head(tree.body)
    parts = [ast.unparse(node) for node in tree.body[:head]]
    for number, node in enumerate(tree.body[head:]):
        parts.append(_REMARK.format(n=number))
        if number < 200:
            parts.append(_DEAD[number % len(_DEAD)].format(n=number))
        parts.append(ast.unparse(node))
    return _checked("\n".join(parts) + "\n")


def split(source: Source) -> str | None:
    """Every string in pieces that are added up."""
    return _strings(source, _in_pieces)


def reencoded(source: Source) -> str | None:
    """Every string as base64 or hexadecimal digits that are decoded where it stands."""
    return _strings(source, _decoded)


def layered(source: Source) -> str | None:
    """The whole module compressed, in base64, executed."""
    if _tree(source.text) is None:
        return None
    packed = base64.b64encode(zlib.compress(source.text.encode("utf-8", "surrogatepass"))).decode()
    return f"import base64, zlib\nexec(zlib.decompress(base64.b64decode({packed!r})))\n"


def in_function(source: Source) -> str | None:
    """The module's body in a function that the module calls when it is imported."""
    body = _body_of_function(source)
    if body is None:
        return None
    return _checked(f"{body.head}\ndef _start():\n{body.text}\n    globals().update(locals())\n\n_start()\n")


def into_module(source: Source, module: str) -> tuple[str, str] | None:
    """The module that is left, and the new one of that name that holds everything."""
    tree = _tree(source.text)
    if tree is None or _asks_its_name(tree):
        return None
    return f"from {module} import *\n", source.text


def into_function_of_module(source: Source, module: str) -> tuple[str, str] | None:
    """The module that is left and calls the function of the new one that holds everything."""
    body = _body_of_function(source)
    if body is None or _asks_its_name(ast.parse(source.text)):
        return None
    moved = _checked(f"{body.head}\ndef start():\n{body.text}\n    return locals()\n")
    return None if moved is None else (f"from {module} import start\nglobals().update(start())\n", moved)


ALONE: dict[str, Rewrite] = {
    "identifiers and imports renamed": renamed,
    "comments and dead code": padded,
    "strings split": split,
    "strings re-encoded": reencoded,
    "one more decoder layer": layered,
    "moved into a function called at import": in_function,
}
"""What changes one module."""

APART: dict[str, Callable[[Source, str], tuple[str, str] | None]] = {
    "moved to another module": into_module,
    "moved to a function of another module": into_function_of_module,
}
"""What makes two modules of one."""


def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _text(tree: ast.AST) -> str | None:
    try:
        return _checked(ast.unparse(ast.fix_missing_locations(tree)) + "\n")
    except (RecursionError, ValueError):
        return None


def _checked(text: str) -> str | None:
    """The text, if Python still parses it."""
    return text if _tree(text) is not None else None


def _head(body: list[ast.stmt]) -> int:
    """How many statements must stay first: the documentation and what is imported from the future."""
    count = 0
    for node in body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (is_text or (isinstance(node, ast.ImportFrom) and node.module == "__future__")):
            break
        count += 1
    return count


def _has_star(tree: ast.Module) -> bool:
    return any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in ast.walk(tree))


def _asks_its_name(tree: ast.Module) -> bool:
    return any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(tree))


def _own_names(tree: ast.Module) -> set[str]:
    """What the module binds, without what class bodies bind: those are attributes."""
    found: set[str] = set()
    attributes: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            attributes |= {n for child in node.body for n in _bound(child)}
        found |= _bound(node)
    return found - attributes


def _bound(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    if isinstance(node, ast.arg):
        return {node.arg}
    if isinstance(node, ast.Import):
        return {a.asname or a.name for a in node.names if a.asname or "." not in a.name}
    if isinstance(node, ast.ImportFrom):
        return {a.asname or a.name for a in node.names if node.module != "__future__"}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return {n for child in ast.iter_child_nodes(node) for n in _bound(child)}
    return set()


def _keywords(tree: ast.Module) -> set[str]:
    return {n.arg for n in ast.walk(tree) if isinstance(n, ast.keyword) and n.arg}


def _said(tree: ast.Module) -> set[str]:
    """Words in strings: a name that is looked up by its text keeps it."""
    texts = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return {word for text in texts if len(text) < 20_000 for word in _WORD.findall(text)}


class _Renamer(ast.NodeTransformer):
    def __init__(self, fresh: dict[str, str]) -> None:
        self._fresh = fresh

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._fresh.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self._fresh.get(node.arg, node.arg)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._fresh.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.name = self._fresh.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._fresh.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self._fresh.get(n, n) for n in node.names]
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        node.names = [self._fresh.get(n, n) for n in node.names]
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = self._fresh.get(node.name, node.name) if node.name else None
        return self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> ast.AST:
        bound = node.asname or node.name
        if bound in self._fresh:
            node.asname = self._fresh[bound]
        return node

    def visit_MatchAs(self, node: ast.MatchAs) -> ast.AST:
        node.name = self._fresh.get(node.name, node.name) if node.name else None
        return self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> ast.AST:
        node.name = self._fresh.get(node.name, node.name) if node.name else None
        return self.generic_visit(node)


def _strings(source: Source, replacement: Callable[[str | bytes, int], ast.expr]) -> str | None:
    tree = _tree(source.text)
    if tree is None:
        return None
    changer = _StringChanger(replacement)
    changed = changer.visit(tree)
    return _text(changed) if changer.count else None


class _StringChanger(ast.NodeTransformer):
    """Replaces strings in expressions; documentation, f-strings and patterns stay."""

    def __init__(self, replacement: Callable[[str | bytes, int], ast.expr]) -> None:
        self._replacement = replacement
        self.count = 0

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, str | bytes) or len(node.value) < _SHORTEST:
            return node
        self.count += 1
        return self._replacement(node.value, self.count)


def _in_pieces(value: str | bytes, number: int) -> ast.expr:
    """Two to five pieces, cut at places that depend on the string alone."""
    size = max(2, len(value) // (2 + number % 4) + 1)
    pieces: list[ast.expr] = [ast.Constant(value=value[i : i + size]) for i in range(0, len(value), size)]
    total = pieces[0]
    for piece in pieces[1:]:
        total = ast.BinOp(left=total, op=ast.Add(), right=piece)
    return total


def _decoded(value: str | bytes, number: int) -> ast.expr:
    data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    if number % 2:
        code = f"__import__('base64').b64decode({base64.b64encode(data).decode()!r})"
    else:
        code = f"bytes.fromhex({data.hex()!r})"
    return ast.parse(code + (".decode()" if isinstance(value, str) else ""), mode="eval").body


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    head: str
    text: str


def _body_of_function(source: Source) -> _Body | None:
    """What must stay first, and the rest indented; None where a function cannot hold it."""
    tree = _tree(source.text)
    if tree is None or _has_star(tree) or any(isinstance(n, ast.Global) for n in ast.walk(tree)):
        return None
    head = _head(tree.body)
    if len(tree.body) == head:
        return None
    try:
        first = "\n".join(ast.unparse(n) for n in tree.body[:head])
        rest = ast.unparse(ast.Module(body=[_function(tree.body[head:])], type_ignores=[]))
    except (RecursionError, ValueError):
        return None
    return _Body(head=first, text=rest.split("\n", 1)[1])


def _function(body: list[ast.stmt]) -> ast.FunctionDef:
    shell = ast.parse("def _(): ...").body[0]
    if not isinstance(shell, ast.FunctionDef):
        raise TypeError(shell)
    shell.body = body
    return ast.fix_missing_locations(shell)
