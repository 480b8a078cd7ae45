"""What one turn of such a loop gives, made once and computed for every item; and what it goes through."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence

from pratique.facts.python.expressions import constants
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Taint
from pratique.facts.python.source.parse import parse_text
from pratique.facts.python.values import NO_TAINT, Api, Items, Known, Result, Scope, Value, constant_of, is_constant

LONGEST = 300_000
"""Turns: more are no hidden text."""
TURNS_A_STEP = 8
"""Turns computed at once that are as dear as one evaluation."""
_NAMED: Mapping[str, Callable[..., object]] = {
    "chr": chr,
    "unichr": chr,
    "ord": ord,
    "len": len,
    "abs": abs,
    "str": str,
    "int": int,
}
_EXPRESSION = 400
"""Characters of an expression that a turn hands to ``eval``."""
FAILURES = (constants.Unfit, TypeError, ValueError, ArithmeticError, LookupError)
"""What computing a turn raises where it cannot be done."""
Turn = Callable[[Mapping[str, object]], object]
"""Computes an expression from the names of the loop; raises `Unfit` and what Python raises."""


def turned(turn: Turn, free: tuple[str, ...], items: Iterable[object]) -> list[object]:
    """What each turn gives; raises `Unfit` where it all becomes larger than any constant may."""
    made: list[object] = []
    left = constants.SIZE_LIMIT
    for item in items:
        one = turn(row(free, item))
        left -= len(one) if isinstance(one, str | bytes) else 8
        if left < 0:
            raise constants.Unfit
        made.append(one)
    return made


def items_of(values: Value) -> Sequence[object]:
    """What the loop goes through; a range of any length is no list yet."""
    if isinstance(values, Result):
        ends = [constant_of(part) for part in values.parts]
        numbers = [end for end in ends if isinstance(end, int)]
        known = values.name == "range()" and 0 < len(numbers) == len(ends) and numbers[2:] != [0]
        return range(*numbers) if known and all(abs(n) < 1 << 60 for n in numbers) else ()
    items = constant_of(values) if isinstance(values, Items | Known) else ()
    return items if isinstance(items, str | bytes | tuple) else ()


def names_of(target: ast.expr) -> tuple[str, ...]:
    """The names that a loop binds, if it binds nothing else."""
    if isinstance(target, ast.Name):
        return (target.id,)
    if isinstance(target, ast.Tuple | ast.List) and all(isinstance(e, ast.Name) for e in target.elts):
        return tuple(e.id for e in target.elts if isinstance(e, ast.Name))
    return ()


def row(names: tuple[str, ...], item: object) -> dict[str, object]:
    """What the loop's names stand for in one turn; raises `Unfit` and ValueError where they are not as many."""
    if len(names) == 1:
        return {names[0]: item}
    if isinstance(item, tuple):
        return dict(zip(names, item, strict=True))
    raise constants.Unfit


class Maker:
    """Makes a `Turn` of an expression, once: what does not depend on the loop's names is evaluated here."""

    def __init__(self, m: Machine, scope: Scope, free: frozenset[str]) -> None:
        self._m, self._scope, self._free = m, scope, free
        self.taints: frozenset[Taint] = NO_TAINT
        self.layer = "table"
        """What a reader would call this decoder."""

    def block(self, before: Sequence[ast.stmt], what: ast.expr) -> Turn | None:
        """What a turn adds, after assignments that prepare it."""
        steps: list[tuple[str, Turn]] = []
        for statement in before:
            if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
                return None
            target, turn = statement.targets[0], self.make(statement.value)
            if turn is None or not isinstance(target, ast.Name):
                return None
            steps.append((target.id, turn))
            self._free |= {target.id}
        last = self.make(what)
        if last is None or not steps:
            return last
        return lambda names: last(
            functools.reduce(lambda known, step: {**known, step[0]: step[1](known)}, steps, names)
        )

    def make(self, node: ast.expr) -> Turn | None:
        """The turn of an expression; nothing where a part of it is of no known kind."""
        if isinstance(node, ast.Name) and node.id in self._free:
            return lambda names, key=node.id: names[key]  # type: ignore[misc]
        if isinstance(node, ast.Call):
            return self._call(node)
        if not any(isinstance(n, ast.Name) and n.id in self._free for n in ast.walk(node)):
            return self._constant(node)
        if isinstance(node, ast.BinOp):
            self.layer = "xor" if isinstance(node.op, ast.BitXor) else self.layer
            return self._both(node.left, node.right, lambda a, b: constants.binary(node.op, a, b))
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            return self._both(node.value, node.slice, _item)
        return None

    def _constant(self, node: ast.expr) -> Turn | None:
        value = self._m.evaluate(self._m, node, self._scope)
        constant = constant_of(value)
        self.taints |= value.taints
        return (lambda _names: constant) if is_constant(constant) else None

    def _both(self, left: ast.expr, right: ast.expr, joined: Callable[[object, object], object]) -> Turn | None:
        first, second = self.make(left), self.make(right)
        if first is None or second is None:
            return None
        return lambda names: joined(first(names), second(names))

    def _call(self, node: ast.Call) -> Turn | None:
        if not isinstance(node.func, ast.Name) or node.keywords or not node.args:
            return None
        callee = self._m.evaluate(self._m, node.func, self._scope)
        name = callee.name if isinstance(callee, Api) else ""
        if name == "eval":
            return self._written(node.args[0])
        made = [self.make(arg) for arg in node.args]
        turns = [turn for turn in made if turn is not None]
        if name not in _NAMED or len(turns) < len(made):
            return None
        function = _NAMED[name]
        if len(turns) == 1:
            only = turns[0]
            return lambda names: function(only(names))
        return lambda names: function(*(turn(names) for turn in turns))

    def _written(self, node: ast.expr) -> Turn | None:
        """An expression that stands in a text."""
        text = constant_of(self._m.evaluate(self._m, node, self._scope))
        if not isinstance(text, str) or len(text) > _EXPRESSION:
            return None
        body = parse_text(text).tree.body
        return self.make(body[0].value) if len(body) == 1 and isinstance(body[0], ast.Expr) else None


def _item(owner: object, key: object) -> object:
    if isinstance(owner, str | bytes | tuple) and isinstance(key, int):
        return owner[key]
    if isinstance(owner, dict):
        return owner[key]
    raise constants.Unfit
