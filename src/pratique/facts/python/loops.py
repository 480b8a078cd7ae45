"""Loops: turned as often as they compute something, once or a few times where they do not."""

from __future__ import annotations

import ast

from pratique.facts.python import keystream, lookup
from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Items, Known, Scope, Value

_WHILE_LIMIT = 2_000
_IDLE_LIMIT = 4
"""Turns of a loop whose body gathers nothing: what it does with one item it does with all."""
_GATHERING = frozenset({"append", "add", "extend", "insert", "update", "write", "writelines", "put", "send", "sendall"})
_GATHERING |= {"push", "appendleft", "setdefault", "pop", "popleft"}


def for_(m: Machine, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    """Run the body for each item that is known, else once."""
    given = m.evaluate(m, node.iter, scope)
    if keystream.gathered(m, node, given, scope):
        return
    for turns, value in enumerate(lookup.iterate(m, given), 1):
        lookup.bind(m, node.target, value, scope)
        m.execute(m, node.body, scope)
        if m.tired or (turns == _IDLE_LIMIT and not _gathers(node.body)):
            break
    m.execute(m, node.orelse, scope)


def while_(m: Machine, node: ast.While, scope: Scope) -> None:
    """Run the body while its condition is known to hold and could change."""
    names = [n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)]
    for _ in range(_WHILE_LIMIT):
        test = m.evaluate(m, node.test, scope)
        if isinstance(test, Known) and not test.value:
            break
        before = [_held(scope, name) for name in names]
        size = _left(test)
        m.execute(m, node.body, scope)
        if size and _left(test) < size and not m.tired:
            if not _left(test):
                break
            continue
        if (
            not isinstance(test, Known)
            or m.tired
            or all(_held(scope, n) is b for n, b in zip(names, before, strict=True))
        ):
            break
    m.execute(m, node.orelse, scope)


def _left(test: Value) -> int:
    """How many constants a list still holds that is emptied turn by turn."""
    if type(test) is Items and test.items and type(test.items[0]) is Known and type(test.items[-1]) is Known:
        return len(test.items)
    return 0


def _held(scope: Scope | None, name: str) -> Value | None:
    while scope is not None:
        if name in scope.names:
            return scope.names[name]
        scope = scope.parent
    return None


def _gathers(body: list[ast.stmt]) -> bool:
    """Whether turns of a loop could add up to something: text, a list, a table, a file."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.AugAssign | ast.Yield | ast.Subscript | ast.Return | ast.Break):
                return True
            if isinstance(node, ast.Attribute) and node.attr in _GATHERING:
                return True
            if isinstance(node, ast.Assign) and _refers_to_itself(node):
                return True
    return False


def _refers_to_itself(node: ast.Assign) -> bool:
    """``x = x + y`` in its many forms."""
    targets = {t.id for t in node.targets if isinstance(t, ast.Name)}
    return any(isinstance(n, ast.Name) and n.id in targets for n in ast.walk(node.value))
