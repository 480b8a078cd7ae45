"""Loops that make a text character by character: computed at once where every part of a turn is known."""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

from pratique.facts.python.expressions import constants, outsiders
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Taint
from pratique.facts.python.source.parse import parse_text
from pratique.facts.python.statements import binding
from pratique.facts.python.values import (
    NO_TAINT,
    Api,
    Items,
    Known,
    Result,
    Scope,
    Value,
    constant_of,
    deep_taints,
    is_constant,
)

_SHORTEST, _LONGEST = 24, 300_000
"""Turns: fewer are walked like any other loop, and more are no hidden text."""
_TURNS_A_STEP = 8
_LONG = 256
"""Turns of a comprehension: shorter ones are walked like any other."""
_PREPARED = 6
"""Assignments in front of what a turn adds."""
_LETTERS = 1_000_000
_TABLE = 4_096
"""Rows of a table of substitutions."""
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

Turn = Callable[[Mapping[str, object]], object]
"""Computes an expression from the names of the loop; raises `Unfit` and what Python raises."""


def gathered(m: Machine, node: ast.For | ast.AsyncFor, values: Value, scope: Scope) -> bool:
    """Run a whole loop ``for i in known: text += f(i)``; False where it has another shape, and nothing was done."""
    *before, last = node.body
    if len(before) > _PREPARED or node.orelse or m.tired:
        return False
    shape = _shape(last)
    items = _items(values) if shape is not None else ()
    if shape is None or not _SHORTEST <= len(items) <= _LONGEST:
        return False
    name, what = shape
    free = _names(node.target)
    held = m.evaluate(m, ast.Name(id=name, ctx=ast.Load()), scope)
    if not (isinstance(held, Known) and isinstance(held.value, str | bytes) and free):
        return False
    maker = _Maker(m, scope, frozenset(free))
    turn = maker.block(before, what)
    if turn is None:
        return False
    try:
        made = _turned(turn, free, items)
        joined = held.value + type(held.value)().join(made)  # type: ignore[operator, arg-type]
    except (constants.Unfit, TypeError, ValueError, ArithmeticError, LookupError):
        return False
    binding.bind(m, node.target, binding.lift(items[0], values.taints), scope)
    m.execute(m, node.body, scope)  # one turn leaves what the rules look for, and its labels
    first = m.evaluate(m, ast.Name(id=name, ctx=ast.Load()), scope)
    m.steps += len(made) // _TURNS_A_STEP
    taints = outsiders.layered(held.taints | first.taints | values.taints | maker.taints, maker.layer, node)
    binding.bind(m, ast.Name(id=name, ctx=ast.Store()), Known(value=joined, taints=taints), scope)
    return True


def _turned(turn: Turn, free: tuple[str, ...], items: Iterable[object]) -> list[object]:
    """What each turn gives; raises `Unfit` where it all becomes larger than any constant may."""
    made: list[object] = []
    left = constants.SIZE_LIMIT
    for item in items:
        one = turn(dict(zip(free, _parts(item, len(free)), strict=True)))
        left -= len(one) if isinstance(one, str | bytes) else 8
        if left < 0:
            raise constants.Unfit
        made.append(one)
    return made


def computed(m: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value | None:
    """``[f(c) for c in known]`` that is long, at once; nothing where it has another shape."""
    only = node.generators[0]
    free = _names(only.target)
    if only.ifs or not free or m.tired or not _spells(node.elt):
        return None
    items, taints = _sequence(m, only.iter, scope)
    if not _LONG <= len(items) <= _LONGEST:
        return None
    maker = _Maker(m, scope, frozenset(free))
    turn = maker.make(node.elt)
    if turn is None:
        return None
    try:
        made = _turned(turn, free, items)
    except (constants.Unfit, TypeError, ValueError, ArithmeticError, LookupError):
        return None
    m.steps += len(made) // _TURNS_A_STEP
    label = outsiders.layered(taints | maker.taints, maker.layer if maker.layer == "xor" else "chr", node)
    return Items(items=[Known(value=value, taints=label) for value in made], taints=label)


def _spells(node: ast.expr) -> bool:
    """Whether an expression makes characters or bytes of numbers, without calling anything that must be seen."""
    calls = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    plain = all(isinstance(c, ast.Name) for c in calls)
    return plain and (bool(calls) or any(isinstance(n, ast.BitXor) for n in ast.walk(node)))


def _sequence(m: Machine, node: ast.expr, scope: Scope) -> tuple[Sequence[object], frozenset[Taint]]:
    """What a comprehension goes through, and its labels; nothing where evaluating it could call something."""
    if isinstance(node, ast.Name):
        value = m.evaluate(m, node, scope)
        return _items(value), deep_taints(value)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        return (), NO_TAINT
    callee = m.evaluate(m, node.func, scope)
    name = callee.name if isinstance(callee, Api) else ""
    if name not in {"zip", "enumerate", "range"}:
        return (), NO_TAINT
    given = [m.evaluate(m, arg, scope) for arg in node.args]
    if name == "range":
        return _items(Result(name="range()", parts=tuple(given))), NO_TAINT
    return _paired(name, given), frozenset().union(*(deep_taints(value) for value in given))


def _paired(name: str, given: list[Value]) -> Sequence[object]:
    sides: list[Iterable[object]] = []
    for value in given:
        endless = isinstance(value, Result) and value.name == "itertools.cycle()" and len(value.parts) == 1
        side = _items(value.parts[0] if endless and isinstance(value, Result) else value)
        if not side:
            return ()
        sides.append(itertools.cycle(side) if endless else side)
    if not any(isinstance(side, str | bytes | tuple | range) for side in sides):
        return ()
    return tuple(enumerate(sides[0])) if name == "enumerate" else tuple(zip(*sides, strict=False))


def substituted(m: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value | None:
    """``[f(pair) for c in text for pair in table if c == g(pair)]``: a table of substitutions, looked up."""
    outer, inner = node.generators
    if outer.ifs or len(inner.ifs) != 1 or not isinstance(outer.target, ast.Name) or m.tired:
        return None
    letter, keyed, free = outer.target.id, _compared(inner.ifs[0], outer.target.id), _names(inner.target)
    if keyed is None or not free or _mentions(node.elt, letter) or _mentions(inner.iter, letter):
        return None
    text, table = (m.evaluate(m, _unwrapped(one.iter), scope) for one in (outer, inner))
    letters, pairs = constant_of(text), constant_of(table)
    if not isinstance(letters, str | bytes) or not isinstance(pairs, tuple):
        return None
    if len(pairs) > _TABLE or len(letters) > _LETTERS:
        return None
    maker = _Maker(m, scope, frozenset(free))
    key, value = maker.make(keyed), maker.make(node.elt)
    if key is None or value is None:
        return None
    label = outsiders.layered(deep_taints(text), "table", node)
    try:
        rows = [dict(zip(free, _parts(pair, len(free)), strict=True)) for pair in pairs]
        shared = {key(row): Known(value=value(row), taints=label) for row in rows}
    except (constants.Unfit, TypeError, ValueError, ArithmeticError, LookupError):
        return None
    m.steps += len(letters) // _TURNS_A_STEP
    return Items(items=[shared[c] for c in letters if c in shared], taints=label)


def _compared(test: ast.expr, name: str) -> ast.expr | None:
    """What a name is compared with."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return None
    sides = (test.left, test.comparators[0])
    others = [s for s in sides if not (isinstance(s, ast.Name) and s.id == name)]
    return others[0] if len(others) == 1 and not _mentions(others[0], name) else None


def _mentions(node: ast.expr, name: str) -> bool:
    """Whether a name is looked up; one that a comprehension binds for itself is another."""
    bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return name not in bound and any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))


def _unwrapped(node: ast.expr) -> ast.expr:
    """``[x for x in text]`` goes through the same letters as the text."""
    while isinstance(node, ast.ListComp | ast.GeneratorExp) and len(node.generators) == 1:
        only = node.generators[0]
        same = isinstance(node.elt, ast.Name) and isinstance(only.target, ast.Name) and node.elt.id == only.target.id
        if not same or only.ifs:
            break
        node = only.iter
    return node


def _items(values: Value) -> Sequence[object]:
    """What the loop goes through; a range of any length is no list yet."""
    if isinstance(values, Result):
        ends = [constant_of(part) for part in values.parts]
        numbers = [end for end in ends if isinstance(end, int)]
        known = values.name == "range()" and 0 < len(numbers) == len(ends) and numbers[2:] != [0]
        return range(*numbers) if known and all(abs(n) < 1 << 60 for n in numbers) else ()
    items = constant_of(values) if isinstance(values, Items | Known) else ()
    return items if isinstance(items, str | bytes | tuple) else ()


def _shape(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """The name and what is added to it: ``name += what`` or ``name = name + what``."""
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
        return (statement.target.id, statement.value) if isinstance(statement.target, ast.Name) else None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.value, ast.BinOp):
        target, value = statement.targets[0], statement.value
        if isinstance(target, ast.Name) and isinstance(value.op, ast.Add) and isinstance(value.left, ast.Name):
            return (target.id, value.right) if value.left.id == target.id else None
    return None


def _names(target: ast.expr) -> tuple[str, ...]:
    if isinstance(target, ast.Name):
        return (target.id,)
    if isinstance(target, ast.Tuple | ast.List) and all(isinstance(e, ast.Name) for e in target.elts):
        return tuple(e.id for e in target.elts if isinstance(e, ast.Name))
    return ()


def _parts(item: object, count: int) -> tuple[object, ...]:
    if count == 1:
        return (item,)
    if isinstance(item, tuple):
        return item
    raise constants.Unfit


class _Maker:
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
