"""The words of a module by when their line runs: at once, or when a function or class is called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pratique.facts.python.source.parse import Parsed
from pratique.facts.python.statements.definitions import calls_something

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A function or class that a module binds at its top, and the words of its whole text."""

    name: str
    words: frozenset[str]
    function: bool


@dataclass(slots=True)
class Mentions:
    """What a module mentions."""

    at_once: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)
    """What classes inherit from: as they are made, it runs only if it has a say in that."""
    later: list[Definition] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    """Names that are imported under another one."""

    def spread(self, names: frozenset[str], *, bases: bool = True) -> tuple[frozenset[str], bool]:
        """Functions of the module that lead straight to one of ``names``; whether its import uses any, by any way.

        ``bases`` says whether inheriting from a class counts as a use.
        """
        hot = set(names)
        hot |= {alias for name, alias in self.aliases if name in hot}
        straight = {one.name for one in self.later if one.function and not one.words.isdisjoint(hot)}
        while new := {one.name for one in self.later if one.name not in hot and not one.words.isdisjoint(hot)}:
            hot |= new
        used = not self.at_once.isdisjoint(hot) or (bases and not self.bases.isdisjoint(hot))
        return frozenset(straight - names), used


def words_of(text: str) -> frozenset[str]:
    """Everything in a text that could be a name."""
    return frozenset(_WORD.findall(text))


def mentions_of(parsed: Parsed) -> Mentions:
    """What a parsed module mentions."""
    found = Mentions()
    _Reading(tuple(parsed.text.splitlines()), found).add(parsed.tree.body)
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    lines: tuple[str, ...]
    found: Mentions

    def add(self, body: Iterable[ast.stmt], *, named: bool = True) -> None:
        """Take in statements; what is defined in a class is not ``named`` by itself, the class is."""
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._definition(node, named=named)
            elif isinstance(node, ast.ImportFrom | ast.Import):
                self.found.aliases += [(a.name.rpartition(".")[2], a.asname) for a in node.names if a.asname]
            elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                self._other(node)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, *, named: bool) -> None:
        if named:
            words, is_class = self._words(node.lineno, node.end_lineno), isinstance(node, ast.ClassDef)
            self.found.later.append(Definition(name=node.name, words=words, function=not is_class))
        for expression in _evaluated(node):
            self.found.at_once |= _names(expression)
        if isinstance(node, ast.ClassDef):
            self.found.bases |= {name for base in node.bases if not calls_something(base) for name in _names(base)}
            self.add(node.body, named=False)

    def _other(self, node: ast.stmt) -> None:
        inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.ExceptHandler)]
        if not inner:
            self.found.at_once |= self._words(node.lineno, node.end_lineno)
            return
        self.found.at_once |= self._words(node.lineno, max(node.lineno, inner[0].lineno - 1))
        for child in inner:
            self.add(child.body if isinstance(child, ast.ExceptHandler) else [child])

    def _words(self, first: int, last: int | None) -> frozenset[str]:
        return words_of("\n".join(self.lines[first - 1 : last]))


def _evaluated(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[ast.expr]:
    """What a definition calls, or hands its result to, as it is made: annotations hardly ever call anything."""
    yield from node.decorator_list
    if isinstance(node, ast.ClassDef):
        yield from (base for base in node.bases if calls_something(base))
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
