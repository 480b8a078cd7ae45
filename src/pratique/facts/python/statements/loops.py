"""Loops: turned as often as they compute something, once or a few times where they do not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pratique.facts.python.expressions import generators, subscripts
from pratique.facts.python.expressions.keystream.loops import gathered
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Does
from pratique.facts.python.statements import binding
from pratique.facts.python.values import Function, Items, Known, Partial, Scope, Value

_WHILE_LIMIT = 2_000
_LOOK = 16
"""Turns after which something that is known must have changed: of a ``while`` some text."""
_OTHERS = 300
"""Texts that are different, besides those of the first turns."""
_RUNS = frozenset({Does.RUN_CODE, Does.RUN_PROCESS})
_IDLE_LIMIT = 4
"""Turns of a loop whose body gathers nothing: what it does with one item it does with all."""
_TRUE = frozenset({Known, Function, Partial, Items})
"""Kinds of conditions that are known to hold where they are not known to fail."""
_GATHERING = frozenset({"append", "add", "extend", "insert", "update", "write", "writelines", "put", "send", "sendall"})
_GATHERING |= {"push", "appendleft", "setdefault", "pop", "popleft"}
_PASSING_ON = frozenset({"write", "writelines", "put", "send", "sendall", "push", "update"})
"""Methods that gather where no name of the loop's shows it."""


def for_(m: Machine, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    """Run the body for each item that is known, else once."""
    given = m.evaluate(m, node.iter, scope)
    if gathered(m, node, given, scope):
        return
    grown: _Grown | None = None
    items, before = subscripts.iterate(m, given), len(m.calls)
    for turns, value in enumerate(items, 1):
        binding.bind(m, node.target, value, scope)
        m.execute(m, node.body, scope)
        if m.tired or (turns == _IDLE_LIMIT and not _gathers(node.body)):
            break
        if turns % _LOOK == 0:
            if grown is not None and not grown.changed():
                break
            grown = grown or _Grown(node.body, scope, turned=node.target)
    if m.phase.automatic and any(not call.does.isdisjoint(_RUNS) for call in m.calls[before:]):
        _run_others(m, node, scope, items)
    m.execute(m, node.orelse, scope)


def _run_others(m: Machine, node: ast.For | ast.AsyncFor, scope: Scope, items: Iterator[Value]) -> None:
    """Turns of a loop that runs something, for the texts of more than a word that are left: other commands."""
    seen: set[str] = set()
    for value in items:
        if m.tired or len(seen) >= _OTHERS:
            return
        text = value.value if type(value) is Known else None
        if isinstance(text, str) and " " in text and text not in seen:
            seen.add(text)
            binding.bind(m, node.target, value, scope)
            m.execute(m, node.body, scope)


def while_(m: Machine, node: ast.While, scope: Scope) -> None:
    """Run the body while its condition is known to hold and could change."""
    names = [n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)]
    grown = _Grown(node.body, scope)
    for turn in range(_WHILE_LIMIT):
        if turn % _LOOK == _LOOK - 1 and not grown.changed():
            break
        test = m.evaluate(m, node.test, scope)
        if (isinstance(test, Known) and not test.value) or (type(test) is Items and not test.items):
            break
        known = type(test) in _TRUE
        before = [_held(scope, name) for name in names]
        size = _left(test)
        m.execute(m, node.body, scope)
        if size and _left(test) < size and not m.tired:
            if not _left(test):
                break
            continue
        if not names and _yields_on(m):
            continue
        if not known or m.tired or all(_held(scope, n) is b for n, b in zip(names, before, strict=True)):
            break
    m.execute(m, node.orelse, scope)


def _yields_on(m: Machine) -> bool:
    """Whether an endless loop has just yielded a constant: a key, byte by byte."""
    last = m.returns[-1][-1] if m.returns and m.returns[-1] and not m.tired else None
    return isinstance(last, generators.Yielded) and bool(last.items) and type(last.items[0]) is Known


class _Grown:
    """What a loop's body assigns, as far as it is known: texts and bytes, and of a ``for`` numbers."""

    def __init__(self, body: list[ast.stmt], scope: Scope, *, turned: ast.expr | None = None) -> None:
        nodes = [node for statement in body for node in ast.walk(statement)]
        self._numbers = turned is not None
        names, counted = {n.id for n in nodes if isinstance(n, ast.Name)}, _names_in(turned)
        self._names = names - counted
        self._scope = scope
        tries = bool(counted) and counted.isdisjoint(names) and any(isinstance(n, ast.Break) for n in nodes)
        self._elsewhere = not tries and any(_goes_elsewhere(n, passed_on=self._numbers) for n in nodes)
        self._before = self._sizes()

    def changed(self) -> bool:
        """Whether any of it is another one, or longer, than at the last look; always, where it may lie elsewhere.

        A loop that does the same until it breaks off, and counts no more than how often, leaves nothing elsewhere.
        """
        before, self._before = self._before, self._sizes()
        return self._elsewhere or before != self._before

    def _sizes(self) -> list[tuple[str, Value, int]]:
        held = [(name, _held(self._scope, name)) for name in self._names]
        return [(n, v, self._size(v)) for n, v in held if v is not None and self._size(v)]

    def _size(self, value: Value) -> int:
        if isinstance(value, Items) and value.items and {type(value.items[0]), type(value.items[-1])} & {Known}:
            return len(value.items)
        if not isinstance(value, Known):
            return 0
        return len(value.value) if isinstance(value.value, str | bytes | bytearray) else int(self._numbers)


def _names_in(target: ast.expr | None) -> set[str]:
    return set() if target is None else {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}


def _goes_elsewhere(node: ast.AST, *, passed_on: bool) -> bool:
    """Whether a part of a loop leaves what it makes where no name of the loop's shows it."""
    if isinstance(node, ast.Attribute):
        return isinstance(node.ctx, ast.Store) or (passed_on and node.attr in _PASSING_ON)
    return isinstance(node, ast.Yield) or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store))


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
