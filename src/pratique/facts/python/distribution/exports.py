"""Names of a module behind which something starts, fetches or sends: who mentions one of them may set it off."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pratique.artifact import Role
from pratique.facts.python.machine import Machine
from pratique.facts.python.source.parse import Parsed
from pratique.facts.python.statements.definitions import calls_something
from pratique.facts.python.values import Api, Choice, Class, Function, Instance, Partial, Result, Scope, Value
from pratique.facts.sieve import Words, mentions

_DEEP = 6
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """Names in a module's scope whose call acts; the loaded ones need nothing of their caller to do so."""

    acting: frozenset[str] = frozenset()
    loaded: frozenset[str] = frozenset()

    def __or__(self, other: Exports) -> Exports:
        return Exports(acting=self.acting | other.acting, loaded=self.loaded | other.loaded)


def exports(machine: Machine, scope: Scope) -> Exports:
    """What a module exports that acts, after all its functions were walked once."""
    if not machine.acting:
        return Exports()
    return Exports(acting=_names_of(machine.acting, scope), loaded=_names_of(machine.loaded, scope))


def _names_of(nodes: set[int], scope: Scope) -> frozenset[str]:
    return frozenset(name for name, value in scope.names.items() if _leads(nodes, value, 0)) if nodes else frozenset()


def names_with(parsed: Parsed, words: Words) -> frozenset[str]:
    """Names at the top of a module whose text has one of the sieve's words."""
    lines = parsed.text.splitlines()
    return frozenset(
        name
        for node in parsed.tree.body
        for name in _bound(node)
        if not words.isdisjoint(mentions("\n".join(lines[node.lineno - 1 : node.end_lineno]).encode(), Role.DATA)[0])
    )


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return []
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)]


class Mentions:
    """The words of a module by when their line runs: at once, or when a function or class is called."""

    def __init__(self, parsed: Parsed) -> None:
        self._lines = tuple(parsed.text.splitlines())
        self._at_once: set[str] = set()
        self._later: list[tuple[str, set[str]]] = []
        self._aliases: list[tuple[str, str]] = []
        self._functions: set[str] = set()
        self._add(parsed.tree.body)

    def spread(self, names: frozenset[str]) -> tuple[frozenset[str], bool]:
        """Functions of the module that lead straight to one of ``names``; whether its import uses any, by any way."""
        hot = set(names)
        hot |= {alias for name, alias in self._aliases if name in hot}
        straight = {name for name, words in self._later if name in self._functions and not words.isdisjoint(hot)}
        while new := {name for name, words in self._later if name not in hot and not words.isdisjoint(hot)}:
            hot |= new
        return frozenset(straight - names), not self._at_once.isdisjoint(hot)

    def _add(self, body: Iterable[ast.stmt], *, named: bool = True) -> None:
        """Take in statements; what is defined in a class is not ``named`` by itself, the class is."""
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if named:
                    self._later.append((node.name, self._words(node.lineno, node.end_lineno)))
                for expression in _evaluated(node):
                    self._at_once |= _names(expression)
                if isinstance(node, ast.ClassDef):
                    self._add(node.body, named=False)
                elif named:
                    self._functions.add(node.name)
            elif isinstance(node, ast.ImportFrom | ast.Import):
                self._aliases += [(a.name.rpartition(".")[2], a.asname) for a in node.names if a.asname]
            elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                self._other(node)

    def _other(self, node: ast.stmt) -> None:
        inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.ExceptHandler)]
        if not inner:
            self._at_once |= self._words(node.lineno, node.end_lineno)
            return
        self._at_once |= self._words(node.lineno, inner[0].lineno)
        for child in inner:
            self._add(child.body if isinstance(child, ast.ExceptHandler) else [child])

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
        if one is not None and calls_something(one):
            yield one


def _names(expression: ast.expr) -> set[str]:
    words = (getattr(node, "id", None) or getattr(node, "attr", None) for node in ast.walk(expression))
    return {word for word in words if isinstance(word, str)}


def _leads(nodes: set[int], value: Value, depth: int) -> bool:
    """Whether calling a value, or using the object that it is, may run one of these functions."""
    if isinstance(value, Function):
        return id(value.node) in nodes
    return depth < _DEEP and any(_leads(nodes, one, depth + 1) for one in _behind(value))


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
