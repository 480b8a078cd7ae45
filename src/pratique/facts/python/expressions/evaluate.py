"""Expressions: what is known of the value of each kind of node."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from pratique.facts.python.calls import implicit, scopes
from pratique.facts.python.distribution import siblings
from pratique.facts.python.expressions import (
    attributes,
    constants,
    families,
    generators,
    operators,
    outsiders,
    subscripts,
)
from pratique.facts.python.expressions.keystream.comprehensions import computed
from pratique.facts.python.expressions.keystream.tables import substituted
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.values import (
    NO_TAINT,
    Api,
    Function,
    Instance,
    Items,
    Known,
    Own,
    Scope,
    Table,
    Text,
    Value,
    all_deep_taints,
    all_taints,
    constant_of,
    deep_taints,
    is_constant,
    join,
    text_of,
)

_BUILTINS = (frozenset(dir(builtins)) - {"__doc__", "__name__"}) | {
    "execfile",
    "unicode",
    "unichr",
    "raw_input",
    "xrange",
    "reload",
    "long",
    "reduce",
}
_EXPECTED = frozenset({"os", "sys", "subprocess", "requests", "urllib", "socket", "base64", "shutil", "platform"})
_EXPECTED |= {"__pyarmor__"}
"""What a name can only mean that is bound nowhere: code in pieces, a forgotten import, what a packer adds."""
_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})


def evaluate(machine: Machine, node: ast.expr, scope: Scope) -> Value:
    """The value of an expression, as far as it is known."""
    machine.steps += 1
    if machine.steps > machine.step_limit:
        machine.tired = True
    handler = _HANDLERS.get(type(node))
    return handler(machine, node, scope) if handler else Value()


def _constant(_m: Machine, node: ast.Constant, _s: Scope) -> Value:
    value = node.value
    return Known(NO_TAINT, value) if type(value) in _PLAIN else Value()


def name_value(machine: Machine, scope: Scope, name: str) -> Value:
    """Look a name up as Python does: enclosing scopes, stars, builtins."""
    at: Scope | None = scope
    while at is not None:
        if name in at.names:
            return at.names[name]
        at = at.parent
    stars = scope.module.stars
    starred = outsiders.from_stars(machine, stars, name) if stars else None
    if starred is not None:
        return starred
    if name in _BUILTINS:
        return Api(name=name)
    if machine.patched and name in machine.patched:
        return machine.patched[name]
    if name in {"__file__", "__name__", "__doc__"}:
        return Text(text=f"<{name}>")
    if name in _EXPECTED:
        return Api(name=name)
    return Api(name="builtins", disguise=(name,)) if name == "__builtins__" else Value()


def _name(m: Machine, node: ast.Name, scope: Scope) -> Value:
    return _looked_up(m, name_value(m, scope, node.id))


def _attribute(m: Machine, node: ast.Attribute, scope: Scope) -> Value:
    return _looked_up(m, attributes.attribute(m, evaluate(m, node.value, scope), node.attr))


def _looked_up(m: Machine, value: Value) -> Value:
    return siblings.settled(m, value) if m.eager and isinstance(value, Own) else value


def _subscript(m: Machine, node: ast.Subscript, scope: Scope) -> Value:
    value = evaluate(m, node.value, scope)
    if isinstance(node.slice, ast.Slice):
        return _slice(m, value, node.slice, scope)
    return subscripts.item(m, value, evaluate(m, node.slice, scope), scope)


def _slice(m: Machine, value: Value, node: ast.Slice, scope: Scope) -> Value:
    ends = [evaluate(m, e, scope) if e is not None else Known(value=None) for e in (node.lower, node.upper, node.step)]
    numbers = [e.value for e in ends if isinstance(e, Known) and (e.value is None or isinstance(e.value, int))]
    if len(numbers) == 3 and numbers[2] != 0:
        cut = slice(*numbers)
        if isinstance(value, Known) and isinstance(value.value, str | bytes | bytearray):
            taints = outsiders.layered(value.taints, "reverse", node) if numbers[2] == -1 else value.taints
            return Known(value=value.value[cut], taints=taints)
        if isinstance(value, Items):
            return Items(items=value.items[cut], taints=value.taints)
    if isinstance(value, Known | Items):
        return Value(taints=deep_taints(value))
    return Text(text=text_of(value), taints=value.taints)


def _binary(m: Machine, node: ast.BinOp, scope: Scope) -> Value:
    spine = [node]
    while isinstance(spine[-1].left, ast.BinOp):  # a long sum nests to the left: walk it, don't recurse
        spine.append(spine[-1].left)
    value = evaluate(m, spine[-1].left, scope)
    for one in reversed(spine):
        right = evaluate(m, one.right, scope)
        if type(value) is Instance or type(right) is Instance:
            made = implicit.operate(m, one.op, value, right)
            if made is not None:
                value = made
                continue
        value = operators.binary(m, one.op, value, right)
    return value


def _unary(m: Machine, node: ast.UnaryOp, scope: Scope) -> Value:
    value = evaluate(m, node.operand, scope)
    if type(value) is Instance:
        return implicit.unary(m, node.op, value) or Value()
    if isinstance(node.op, ast.Not) and isinstance(value, Known):
        return Known(value=not value.value, taints=value.taints)
    if isinstance(value, Known) and isinstance(value.value, int | float):
        plain = value.value
        if isinstance(node.op, ast.Invert) and isinstance(plain, int):
            return Known(value=~plain, taints=value.taints)
        if isinstance(node.op, ast.USub | ast.UAdd):
            return Known(value=-plain if isinstance(node.op, ast.USub) else plain, taints=value.taints)
    return Value(taints=value.taints)


def _bool(m: Machine, node: ast.BoolOp, scope: Scope) -> Value:
    return join([evaluate(m, v, scope) for v in node.values])


def _compare(m: Machine, node: ast.Compare, scope: Scope) -> Value:
    left = evaluate(m, node.left, scope)
    rights = [evaluate(m, c, scope) for c in node.comparators]
    if type(left) is Instance or any(type(r) is Instance for r in rights):
        return implicit.compare(m, node.ops[0], left, rights[0]) or Value()
    plain = [constant_of(value) for value in (left, *rights)] if isinstance(left, Known) else []
    if plain and all(map(is_constant, plain)):
        try:
            return Known(value=all(map(constants.compare, node.ops, plain, plain[1:])))
        except constants.Unfit:
            pass
    return Value()


def _choice(m: Machine, node: ast.IfExp, scope: Scope) -> Value:
    test = evaluate(m, node.test, scope)
    if isinstance(test, Known) and m.stack and m.stack.count(m.stack[-1]) > 1:  # a recursion ends here or never
        return evaluate(m, node.body if test.value else node.orelse, scope)
    with m.perhaps():
        yes, no = evaluate(m, node.body, scope), evaluate(m, node.orelse, scope)
    if isinstance(test, Known):
        return yes if test.value else no
    return join([yes, no])


def _sequence(m: Machine, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    items: list[Value] = []
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = evaluate(m, element.value, scope)
            items += inner.items if isinstance(inner, Items) else [inner]
        else:
            items.append(evaluate(m, element, scope))
    return Items(items=items)


def _dict(m: Machine, node: ast.Dict, scope: Scope) -> Value:
    table = Table()
    for key, value in zip(node.keys, node.values, strict=True):
        inner = evaluate(m, value, scope)
        plain = evaluate(m, key, scope) if key is not None else Value()
        if isinstance(plain, Known):
            binding.put(table, plain, inner)
        elif key is None and isinstance(inner, Table):
            table.entries.update(inner.entries)
        else:
            table.rest = join([table.rest, inner]) if table.rest else inner
            table.taints |= plain.taints
    return table


def _joined(m: Machine, node: ast.JoinedStr, scope: Scope) -> Value:
    parts = [
        _formatted(m, v, scope) if isinstance(v, ast.FormattedValue) else evaluate(m, v, scope) for v in node.values
    ]
    taints = all_deep_taints(parts)
    text = "".join(text_of(p) for p in parts)[: constants.SIZE_LIMIT]
    if all(isinstance(p, Known) for p in parts):
        return Known(value=text, taints=taints)
    return Text(text=text, taints=taints)


def _formatted(m: Machine, node: ast.FormattedValue, scope: Scope) -> Value:
    value = evaluate(m, node.value, scope)
    if type(value) is Instance:
        spec = evaluate(m, node.format_spec, scope) if node.format_spec is not None else Known(value="")
        value = implicit.dunder(m, value, "__format__", spec) or implicit.builtin(m, "str", value) or value
    if node.conversion in {97, 114} and isinstance(value, Known):  # !a and !r
        value = m.invoke(m, Api(name="repr"), [value], {}, node)
    if node.format_spec is None or not isinstance(value, Known):
        return value
    spec = evaluate(m, node.format_spec, scope)
    made = m.invoke(m, Api(name="format"), [value, spec], {}, node)
    return made if isinstance(made, Known) else Text(text=text_of(value), taints=value.taints)


def _comprehension(m: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value:
    known = {1: computed, 2: substituted}.get(len(node.generators))
    if known is not None and (found := known(m, node, scope)) is not None:
        return found
    items: list[Value] = []
    inner = Scope(parent=scope, since=m.unsure)
    _generate(m, node.generators, inner, lambda: items.append(evaluate(m, node.elt, inner)))
    return Items(items=items, taints=all_taints(items[:64]))


def _dict_comprehension(m: Machine, node: ast.DictComp, scope: Scope) -> Value:
    table = Table()
    inner = Scope(parent=scope, since=m.unsure)

    def add() -> None:
        key, value = evaluate(m, node.key, inner), evaluate(m, node.value, inner)
        binding.put(table, key, value)
        table.taints |= NO_TAINT if isinstance(key, Known) else key.taints

    _generate(m, node.generators, inner, add)
    return table


def _generate(m: Machine, generators: list[ast.comprehension], scope: Scope, emit: Callable[[], None]) -> None:
    if not generators:
        emit()
        return
    first, rest = generators[0], generators[1:]
    for value in subscripts.iterate(m, evaluate(m, first.iter, scope)):
        binding.bind(m, first.target, families.narrowed(m, first, value), scope)
        tests = [evaluate(m, t, scope) for t in first.ifs]
        if not any(isinstance(t, Known) and not t.value for t in tests):
            _generate(m, rest, scope, emit)
        if m.tired:
            break


def _lambda(m: Machine, node: ast.Lambda, scope: Scope) -> Value:
    for default in node.args.defaults:
        if type(default) is ast.Call:
            evaluate(m, default, scope)
    function = Function(node=node, scope=scope, name="<lambda>", origin=m.origin)
    m.functions.append(function)
    return function


def _named(m: Machine, node: ast.NamedExpr, scope: Scope) -> Value:
    value = evaluate(m, node.value, scope)
    binding.bind(m, node.target, value, scope)
    return value


def _call(m: Machine, node: ast.Call, scope: Scope) -> Value:
    callee = evaluate(m, node.func, scope)
    args: list[Value] = []
    for arg in node.args:
        value = evaluate(m, arg.value if isinstance(arg, ast.Starred) else arg, scope)
        args += value.items if isinstance(arg, ast.Starred) and isinstance(value, Items) else [value]
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluate(m, keyword.value, scope)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, Table):
            keywords |= {k: v for k, v in value.entries.items() if isinstance(k, str)}
    if isinstance(callee, Api) and callee.name in {"globals", "locals", "vars", "dir", "super", "exec", "eval"}:
        return scopes.scope_call(m, callee, args, keywords, node, scope)
    return m.invoke(m, callee, args, keywords, node)


def _inner(m: Machine, node: ast.Await | ast.YieldFrom | ast.Starred | ast.Yield, scope: Scope) -> Value:
    value = evaluate(m, node.value, scope) if node.value is not None else Known(value=None)
    if isinstance(node, ast.Yield):
        return generators.yields(m, node, value, [value])
    if isinstance(node, ast.YieldFrom):
        return generators.yields(m, node, value, subscripts.iterate(m, value))
    return value


_HANDLERS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _bool,
    ast.Compare: _compare,
    ast.IfExp: _choice,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
    ast.Call: _call,
    ast.Await: _inner,
    ast.YieldFrom: _inner,
    ast.Yield: _inner,
    ast.Starred: _inner,
}
