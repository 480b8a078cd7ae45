"""Patterns of ``match``: which parts of the subject the names in them stand for (PEP 634)."""

from __future__ import annotations

import ast

from pratique.facts.python.expressions import attributes, subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Class, Items, Known, Result, Scope, Table, Value, deep_taints

_DEPTH = 16


def bind(m: Machine, pattern: ast.pattern, subject: Value, scope: Scope, depth: int = 0) -> None:
    """Bind the names of a pattern; whether it fits is not asked."""
    if depth > _DEPTH:
        return
    if isinstance(pattern, ast.MatchAs):
        if pattern.pattern is not None:
            bind(m, pattern.pattern, subject, scope, depth + 1)
        _name(scope, pattern.name, subject)
    elif isinstance(pattern, ast.MatchOr):
        for one in pattern.patterns:
            bind(m, one, subject, scope, depth + 1)
    elif isinstance(pattern, ast.MatchSequence):
        _sequence(m, pattern, subject, scope, depth)
    elif isinstance(pattern, ast.MatchMapping):
        _mapping(m, pattern, subject, scope, depth)
    elif isinstance(pattern, ast.MatchClass):
        _class(m, pattern, subject, scope, depth)


def _name(scope: Scope, name: str | None, value: Value) -> None:
    if name is not None:
        scope.names[name] = value if type(value) is not Value else Result(name="case", taints=deep_taints(value))


def _sequence(m: Machine, pattern: ast.MatchSequence, subject: Value, scope: Scope, depth: int) -> None:
    star = next((i for i, p in enumerate(pattern.patterns) if isinstance(p, ast.MatchStar)), None)
    items = subject.items if isinstance(subject, Items) else None
    for index, one in enumerate(pattern.patterns):
        if isinstance(one, ast.MatchStar):
            end = len(items or ()) - (len(pattern.patterns) - index - 1)
            _name(scope, one.name, Items(items=items[index:end]) if items is not None else subject)
            continue
        at = index if star is None or index < star else index - len(pattern.patterns)
        bind(m, one, subscripts.item(m, subject, Known(value=at), scope), scope, depth + 1)


def _mapping(m: Machine, pattern: ast.MatchMapping, subject: Value, scope: Scope, depth: int) -> None:
    for key, one in zip(pattern.keys, pattern.patterns, strict=True):
        bind(m, one, subscripts.item(m, subject, m.evaluate(m, key, scope), scope), scope, depth + 1)
    _name(scope, pattern.rest, Table(entries=dict(subject.entries)) if isinstance(subject, Table) else subject)


def _class(m: Machine, pattern: ast.MatchClass, subject: Value, scope: Scope, depth: int) -> None:
    """``C(first, name=second)``: what ``__match_args__`` call the first; the subject itself of a builtin type."""
    cls = m.evaluate(m, pattern.cls, scope)
    order = cls.find("__match_args__") or cls.find("__annotations__") if isinstance(cls, Class) else None
    names = [n.value for n in order.items if isinstance(n, Known)] if isinstance(order, Items) else []
    for index, one in enumerate(pattern.patterns):
        value = attributes.attribute(m, subject, str(names[index])) if index < len(names) else subject
        bind(m, one, value, scope, depth + 1)
    for name, one in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
        bind(m, one, attributes.attribute(m, subject, name), scope, depth + 1)
