"""Functions and classes of the file that are called: run with their arguments, and what that gives."""

from __future__ import annotations

import ast

from pratique.facts.python.calls import settling
from pratique.facts.python.expressions import generators
from pratique.facts.python.machine import DEPTH_LIMIT, Later, Machine
from pratique.facts.python.model import Call, Does, Source, Taint
from pratique.facts.python.outside import listening
from pratique.facts.python.understood.shape import FIELD
from pratique.facts.python.values import (
    Api,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Result,
    Scope,
    Table,
    Value,
    all_taints,
)

_REPEAT_LIMIT = 48
_ACTING_LIMIT = 12
"""The same for functions that give nothing known: no decoder is among them."""
_ACTS = frozenset(Does) - {Does.READ, Does.DELETE}
_FOLD_LIMIT = 1_000
_FOLD_DEPTH = 160
_SAME_LIMIT = 2
"""How deep a function may call itself with arguments that are not all known."""
_ROW = 4
_QUIET_RUNS = 3
"""How often a function is walked that called nothing of interest and returned nothing known."""
_THREADS = frozenset(["Thread", "Timer", "Process", "Greenlet", "QThread", "QRunnable"])
"""Outside base classes that call ``run`` themselves, by their last name."""


def follow(machine: Machine, function: Function, args: list[Value], keywords: dict[str, Value]) -> Value:
    """Run a function of the file with these arguments; its joined return values."""
    keywords.pop("", None)
    node = function.node
    given = [*([function.bound] if function.bound is not None else []), *args]
    taints = all_taints([*args, *keywords.values()])
    _leads_to(machine, id(node))
    runs = machine.followed.get(id(node), 0)
    folding = runs >= _QUIET_RUNS and not machine.tired and _folds(machine, function, given)
    folding = folding or (runs >= _ACTING_LIMIT and not machine.tired and _brings_text(machine, id(node), given))
    limit = 1 if machine.tired else _FOLD_LIMIT if folding else _REPEAT_LIMIT
    if node is None or runs >= limit:
        return Value(taints=taints)
    if len(machine.stack) >= (_FOLD_DEPTH if folding else DEPTH_LIMIT):
        machine.later.setdefault(id(node), Later(function, args, keywords, machine.phase))
        return Value(taints=taints)
    if machine.stack.count(function.name) > _SAME_LIMIT and not _all_known(given):
        return Value(taints=taints)
    if runs >= _QUIET_RUNS and not machine.phase.automatic and not _hides_anything([*given, *keywords.values()]):
        return Value(taints=taints)
    if runs >= _QUIET_RUNS and not folding and _has_told_all(machine, id(node), runs, taints):
        return Value(taints=taints)
    machine.followed[id(node)] = runs + 1
    before = len(machine.calls)
    with machine.within(function.origin):
        value = _run(machine, function, node, given, keywords)
    _remember_run(machine, id(node), value, machine.calls[before:])
    return value


def _has_told_all(machine: Machine, node: int, runs: int, taints: frozenset[Taint]) -> bool:
    """Whether to walk a function once more would tell nothing new, as far as its earlier runs say."""
    return (node in machine.quiet and not taints) or (runs >= _ACTING_LIMIT and node not in machine.telling)


def _remember_run(machine: Machine, node: int, value: Value, calls: list[Call]) -> None:
    """Note whether a run called or returned anything of interest, and whether it returned a text."""
    if not value.taints and not _tells(value) and not _acted(calls):
        machine.quiet.add(node)
    else:
        machine.quiet.discard(node)
    if isinstance(value, Known) and isinstance(value.value, str | bytes):
        machine.telling.add(node)


def _leads_to(machine: Machine, node: int) -> None:
    """Whoever calls what acts acts, too."""
    if node in machine.acting:
        machine.acting.update(machine.running)
        if node in machine.loaded:
            machine.loaded.update(machine.running)


def resume(machine: Machine) -> None:
    """Run what was called too deep to be followed there: once, in its own phase; what it gives back stays unknown."""
    while machine.later:
        node, call = machine.later.popitem()
        if node in machine.followed:
            continue
        machine.short["evaluation-limit"] = f"calls are nested more than {DEPTH_LIMIT} deep"
        with machine.during(call.phase):
            follow(machine, call.function, call.args, call.keywords)


def _brings_text(machine: Machine, node: int, given: list[Value]) -> bool:
    """Whether a function that acts is handed a text, of more than a word, that it was not handed before."""
    if node not in machine.acting or not machine.phase.automatic:
        return False
    texts = [v.value for v in given if type(v) is Known and isinstance(v.value, str) and " " in v.value]
    new = [text for text in texts if (node, text) not in machine.handed]
    machine.handed.update((node, text) for text in new)
    return bool(new)


def _folds(machine: Machine, function: Function, given: list[Value]) -> bool:
    """Whether a function puts a text together piece by piece: of constants, by calling itself or in a fold."""
    calls_itself = bool(machine.stack) and machine.stack[-1] == function.name
    return (calls_itself or isinstance(function.node, ast.Lambda)) and _all_known(given)


def _all_known(given: list[Value]) -> bool:
    return bool(given) and all(type(v) is Known or (type(v) is Items and _is_row(v)) for v in given)


def _is_row(value: Items) -> bool:
    """Whether it is a few constants: a pair of a place and a letter."""
    return 0 < len(value.items) <= _ROW and all(type(v) is Known for v in value.items)


def _acted(calls: list[Call]) -> bool:
    """Whether a run executed, sent, fetched or wrote anything, which may be something else the next time."""
    return any(not call.does.isdisjoint(_ACTS) for call in calls)


def _hides_anything(given: list[Value]) -> bool:
    """Whether an argument is a text that is known, or carries more than what the caller gave."""
    return any(
        (isinstance(value, Known) and isinstance(value.value, str | bytes))
        or any(taint.source is not Source.CALLER for taint in value.taints)
        for value in given
    )


def _tells(value: Value) -> bool:
    """Whether a result could be the text that a later call executes, or a way to it."""
    return not (
        type(value) in {Value, Result} or (isinstance(value, Known) and not isinstance(value.value, str | bytes))
    )


def _run(
    machine: Machine,
    function: Function,
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
    given: list[Value],
    keywords: dict[str, Value],
) -> Value:
    scope = Scope(parent=function.scope, since=machine.unsure)
    _bind_parameters(machine, node.args, given, keywords, scope)
    machine.stack.append(function.name)
    machine.running.append(id(node))
    machine.returns.append([])
    try:
        if isinstance(node, ast.Lambda):
            return machine.evaluate(machine, node.body, scope)
        machine.execute(machine, node.body, scope)
        returned = machine.returns[-1]
        return generators.joined(returned, function, given, keywords) if returned else Known(value=None)
    finally:
        machine.returns.pop()
        machine.running.pop()
        machine.stack.pop()


def _bind_parameters(
    machine: Machine, spec: ast.arguments, args: list[Value], keywords: dict[str, Value], scope: Scope
) -> None:
    names = [a.arg for a in (*spec.posonlyargs, *spec.args)]
    defaults = dict(zip(reversed(names), reversed(spec.defaults), strict=False))
    defaults |= {a.arg: d for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None}
    for index, name in enumerate([*names, *(a.arg for a in spec.kwonlyargs)]):
        if index < len(names) and index < len(args):
            scope.names[name] = args[index]
        elif name in keywords:
            scope.names[name] = keywords[name]
        elif name in defaults:
            scope.names[name] = machine.evaluate(machine, defaults[name], scope.parent or scope)
        else:
            scope.names[name] = Value(taints=frozenset({Taint(Source.CALLER, name)}))
    if spec.vararg:
        scope.names[spec.vararg.arg] = Items(items=args[len(names) :])
    if spec.kwarg:
        rest: dict[object, Value] = {k: v for k, v in keywords.items() if k not in scope.names}
        scope.names[spec.kwarg.arg] = Table(entries=rest)


def construct(machine: Machine, cls: Class, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Instance:
    """A new object of a class of the file, after its constructors ran."""
    keywords.pop("", None)
    instance = Instance(cls=cls)
    _make_fields(machine, instance, keywords, node)
    for name in ("__new__", "__init__", "__post_init__", "__enter__"):
        method = cls.find(name)
        if isinstance(method, Function):
            if name == "__post_init__":
                _fill(instance, cls, args, keywords)
            follow(machine, method.bound_to(instance), args, dict(keywords))
    outside = _outside_base(cls, 0)
    if (args or keywords) and cls.find("__init__") is None:
        _fill(instance, cls, args, keywords)
        if outside is not None:
            instance.taints |= machine.invoke(machine, outside, args, keywords, node).taints
    if outside is not None and outside.name.rpartition(".")[2] in _THREADS:
        run = cls.find("run")
        if isinstance(run, Function):
            follow(machine, run.bound_to(instance), [], {})
    missing = cls.find("_missing_") if args else None
    if isinstance(missing, Function):
        follow(machine, missing.bound_to(cls), args, {})
    settling.remember(machine, instance)
    if outside is not None and listening.waits(instance):
        listening.wait(machine, instance)
    return instance


def _make_fields(machine: Machine, instance: Instance, keywords: dict[str, Value], node: ast.AST) -> None:
    """Fields whose value a function of the class makes for each object."""
    for name, value in list(instance.cls.names.items()):
        if type(value) is Result and value.name == FIELD and name not in keywords:
            instance.names[name] = machine.invoke(machine, value.parts[0], [], {}, node)


def _outside_base(cls: Class, depth: int) -> Api | None:
    for base in cls.bases:
        if isinstance(base, Api):
            return base
        if isinstance(base, Class) and depth < 8 and (found := _outside_base(base, depth + 1)) is not None:
            return found
    return None


def _fill(instance: Instance, cls: Class, args: list[Value], keywords: dict[str, Value]) -> None:
    """Fields of a class that nobody wrote a constructor for (PEP 557 and its like; exceptions)."""
    instance.names.update(zip(_fields(cls, 0), args, strict=False))
    instance.names.update(keywords)
    if args:
        instance.names["args"] = Items(items=list(args))


def _fields(cls: Class, depth: int) -> list[str]:
    inherited = [f for b in cls.bases if isinstance(b, Class) and depth < 8 for f in _fields(b, depth + 1)]
    own = cls.names.get("__annotations__")
    named = [str(v.value) for v in own.items if isinstance(v, Known)] if isinstance(own, Items) else []
    return list(dict.fromkeys([*inherited, *named]))
