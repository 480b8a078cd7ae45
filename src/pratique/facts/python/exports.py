"""Names of a module behind which something starts, fetches or sends: who mentions one of them may set it off."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from pratique.artifact import Role
from pratique.facts.python.machine import Machine
from pratique.facts.python.parse import Parsed
from pratique.facts.python.values import Api, Choice, Class, Function, Instance, Partial, Result, Scope, Value
from pratique.facts.sieve import mentions

_DEEP = 6
_SINKS = frozenset({"code", "process"})
_WORD = re.compile(r"[^\W\d]\w*")


def acting_names(machine: Machine, scope: Scope) -> frozenset[str]:
    """Names in a module's scope whose call acts, after all its functions were walked once."""
    return frozenset(name for name, value in scope.names.items() if _acts(machine, value, 0))


def sinks(parsed: Parsed) -> frozenset[str]:
    """Names at the top of a module whose text mentions what executes code or starts processes."""
    lines = parsed.text.splitlines()
    return frozenset(
        name
        for node in parsed.tree.body
        for name in _bound(node)
        if not _SINKS.isdisjoint(mentions("\n".join(lines[node.lineno - 1 : node.end_lineno]).encode(), Role.DATA)[0])
    )


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return []
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)]


def spread(parsed: Parsed, names: frozenset[str]) -> tuple[frozenset[str], bool]:
    """Names of a module that lead to one of ``names``, and whether it uses any of all these as it is imported."""
    module = _Mentions(tuple(parsed.text.splitlines()))
    module.add(parsed.tree.body)
    hot = set(names)
    hot |= {alias for name, alias in module.aliases if name in hot}
    while new := {name for name, words in module.later if name not in hot and not words.isdisjoint(hot)}:
        hot |= new
    return frozenset(hot - names), not module.at_once.isdisjoint(hot)


class _Mentions:
    """The words of a module by when their line runs: at once, or when a function or class is called."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._lines = lines
        self.at_once: set[str] = set()
        self.later: list[tuple[str, set[str]]] = []
        self.aliases: list[tuple[str, str]] = []

    def add(self, body: Iterable[ast.stmt], *, named: bool = True) -> None:
        """Take in statements; what is defined in a class is not ``named`` by itself, the class is."""
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if named:
                    self.later.append((node.name, self._words(node.lineno, node.end_lineno)))
                for expression in _evaluated(node):
                    self.at_once |= _names(expression)
                if isinstance(node, ast.ClassDef):
                    self.add(node.body, named=False)
            elif isinstance(node, ast.ImportFrom | ast.Import):
                self.aliases += [(a.name.rpartition(".")[2], a.asname) for a in node.names if a.asname]
            elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                self._other(node)

    def _other(self, node: ast.stmt) -> None:
        inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.ExceptHandler)]
        if not inner:
            self.at_once |= self._words(node.lineno, node.end_lineno)
            return
        self.at_once |= self._words(node.lineno, inner[0].lineno)
        for child in inner:
            self.add(child.body if isinstance(child, ast.ExceptHandler) else [child])

    def _words(self, first: int, last: int | None) -> set[str]:
        return set(_WORD.findall("\n".join(self._lines[first - 1 : last])))


def _evaluated(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[ast.expr]:
    """What a definition calls, or hands its result to, as it is made: annotations hardly ever call anything."""
    yield from node.decorator_list
    if isinstance(node, ast.ClassDef):
        yield from node.bases
        yield from (keyword.value for keyword in node.keywords)
        return
    given = node.args
    parameters = (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg)
    annotations = (parameter.annotation for parameter in parameters if parameter is not None)
    for one in (*given.defaults, *given.kw_defaults, *annotations, node.returns):
        if one is not None and any(isinstance(inner, ast.Call) for inner in ast.walk(one)):
            yield one


def _names(expression: ast.expr) -> set[str]:
    words = (getattr(node, "id", None) or getattr(node, "attr", None) for node in ast.walk(expression))
    return {word for word in words if isinstance(word, str)}


def _acts(machine: Machine, value: Value, depth: int) -> bool:
    if isinstance(value, Function):
        return id(value.node) in machine.acting
    return depth < _DEEP and any(_acts(machine, one, depth + 1) for one in _behind(value))


def _behind(value: Value) -> Iterator[Value]:
    """What may run when a value is called, or used as the object that it is."""
    if isinstance(value, Choice):
        yield from value.options
    elif isinstance(value, Class):
        yield from value.names.values()
        yield from (base for base in value.bases if not isinstance(base, Api))
    elif isinstance(value, Instance):
        yield value.cls
    elif isinstance(value, Partial | Result):
        yield from value.parts
