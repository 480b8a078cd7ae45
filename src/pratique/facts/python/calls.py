"""Calls: follow the file's own functions, record outside names, hand labels on."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from pratique.facts.decode import DECODERS, BudgetExceeded, Undecodable, layer_name
from pratique.facts.python import effects, lookup, siblings
from pratique.facts.python.apis import canonical, look_up
from pratique.facts.python.expressions import constant_of, is_constant
from pratique.facts.python.machine import DEPTH_LIMIT, Machine
from pratique.facts.python.methods import method
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.understood import SPECIAL, Special
from pratique.facts.python.values import (
    Api,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Own,
    Result,
    Scope,
    Table,
    Value,
    all_deep_taints,
    all_taints,
    deep_taints,
    join,
    text_of,
)

_RUNS_CALLBACK = frozenset(
    [
        "threading.Thread",
        "threading.Timer",
        "multiprocessing.Process",
        "atexit.register",
        "asyncio.run",
        "asyncio.ensure_future",
        "asyncio.create_task",
        "_thread.start_new_thread",
        "thread.start_new_thread",
        "concurrent.futures.ThreadPoolExecutor().submit",
        "asyncio.get_event_loop().run_until_complete",
        "asyncio.new_event_loop().run_until_complete",
        "asyncio.gather",
        "sorted",
        "filter",
        "max",
        "min",
        "any",
        "all",
        "functools.reduce",
        "reduce",
        "concurrent.futures.ThreadPoolExecutor().map",
    ]
)
_UNKNOWN_DECODERS = frozenset(
    ["decrypt", "decompress", "deobfuscate", "decipher", "b64decode", "decode_base64", "unpad"]
)
_REPEAT_LIMIT = 48
_QUIET_RUNS = 3
"""How often a function is walked that called nothing of interest and returned nothing known."""


def invoke(machine: Machine, callee: Value, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """The value of calling ``callee``, with everything that the call does recorded."""
    if type(callee) is Api:
        return _outside(machine, callee, args, keywords, node)
    if isinstance(callee, Choice):
        return join([invoke(machine, o, args, dict(keywords), node) for o in callee.options])
    if isinstance(callee, Function):
        return follow(machine, callee, args, keywords)
    if isinstance(callee, Class):
        return _construct(machine, callee, args, keywords)
    if isinstance(callee, Own):
        return siblings.call(machine, callee, args, keywords, node)
    if isinstance(callee, Result) and callee.name == "functools.partial()" and callee.parts:
        return invoke(machine, callee.parts[0], [*callee.parts[1:], *args], keywords, node)
    if isinstance(callee, Result) and callee.parts and not callee.name.endswith("()"):
        return method(machine, callee.parts[0], callee.name, args, keywords, node)
    keywords.pop("", None)
    taints = callee.taints | all_taints(args) | all_taints(list(keywords.values()))
    return Result(name="?()", taints=taints)


def follow(machine: Machine, function: Function, args: list[Value], keywords: dict[str, Value]) -> Value:
    """Run a function of the file with these arguments; its joined return values."""
    keywords.pop("", None)
    node = function.node
    given = [*([function.bound] if function.bound is not None else []), *args]
    taints = all_taints([*args, *keywords.values()])
    runs = machine.followed.get(id(node), 0)
    if node is None or len(machine.stack) >= DEPTH_LIMIT or runs >= (1 if machine.tired else _REPEAT_LIMIT):
        return Value(taints=taints)
    if machine.stack.count(function.name) > 2:
        return Value(taints=taints)
    if runs >= _QUIET_RUNS and not taints and id(node) in machine.quiet:
        return Value()
    machine.followed[id(node)] = runs + 1
    before = len(machine.calls)
    with machine.within(function.origin):
        value = _run(machine, function, node, given, keywords)
    if len(machine.calls) == before and not value.taints and not _tells(value):
        machine.quiet.add(id(node))
    else:
        machine.quiet.discard(id(node))
    return value


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
    scope = Scope(parent=function.scope)
    _bind_parameters(machine, node.args, given, keywords, scope)
    machine.stack.append(function.name)
    machine.returns.append([])
    try:
        if isinstance(node, ast.Lambda):
            return machine.evaluate(machine, node.body, scope)
        machine.execute(machine, node.body, scope)
        return join(machine.returns[-1]) if machine.returns[-1] else Known(value=None)
    finally:
        machine.returns.pop()
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


def _construct(machine: Machine, cls: Class, args: list[Value], keywords: dict[str, Value]) -> Value:
    instance = Instance(cls=cls)
    for name in ("__new__", "__init__", "__post_init__", "__enter__"):
        method = cls.find(name)
        if isinstance(method, Function):
            follow(
                machine,
                method.bound_to(instance),
                args,
                dict(keywords),
            )
    outside = next((b for b in cls.bases if isinstance(b, Api)), None)
    if outside is not None and canonical(outside.name) in _RUNS_CALLBACK:
        run = cls.find("run")
        if isinstance(run, Function):
            follow(machine, run.bound_to(instance), [], {})
    return instance


def _outside(machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    name = callee.name
    scope = lookup.boxed_scope(keywords) if "" in keywords else None
    kind = _kind(name)
    if kind.special is not None:
        value = kind.special(machine, callee, args, keywords, node)
        if value is not None:
            return value
    if kind.decoder:
        return _decode(name, [*callee.owner, *args] if "()." in name else args, keywords, node, machine)
    if kind.guess and args:
        taints = callee.taints | deep_taints(args[0])
        return Result(name=kind.result, taints=lookup.layered(taints, kind.guess, node))
    if kind.callback:
        _run_callbacks(machine, args, keywords)
    value = effects.record(machine, callee, args, keywords, node, scope) if kind.does else None
    if value is not None:
        return value
    taints = all_deep_taints((Value(callee.taints), *args, *keywords.values()))
    if kind.gives is not None:
        taints |= {Taint(kind.gives, _source_detail(name, args), getattr(node, "lineno", 0))}
    return Result(taints, kind.result, effects.path_of(name, args), tuple(args[:3]))


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is known of an outside name, looked up once."""

    special: Special | None
    decoder: bool
    guess: str
    callback: bool
    does: bool
    gives: Source | None
    result: str


@lru_cache(maxsize=16_384)
def _kind(name: str) -> _Kind:
    known, last = look_up(name), name.rpartition(".")[2]
    return _Kind(
        special=SPECIAL.get(name),
        decoder=name in DECODERS,
        guess=last if last in _UNKNOWN_DECODERS else "",
        callback=name in _RUNS_CALLBACK,
        does=bool(known.does),
        gives=known.gives,
        result=f"{name}()"[-200:],
    )


def _source_detail(name: str, args: list[Value]) -> str:
    text = text_of(args[0]) if args else ""
    return (text if text and not text.startswith("<") else name)[:160]


def _run_callbacks(machine: Machine, args: list[Value], keywords: dict[str, Value]) -> None:
    given = keywords.get("args")
    passed = given.items if isinstance(given, Items) else []
    for value in [*args, *keywords.values()]:
        if isinstance(value, Function):
            follow(machine, value, list(passed), {})


def _decode(name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST, machine: Machine) -> Value:
    keywords.pop("", None)
    taints = all_taints([*args, *keywords.values()])
    plain = [constant_of(siblings.settled(machine, a) if isinstance(a, Own) else a) for a in args]
    words = {k: constant_of(v) for k, v in keywords.items()}
    label = lookup.layered(taints, layer_name(name), node)
    if all(is_constant(p) for p in (*plain, *words.values())):
        try:
            return Known(value=DECODERS[name](tuple(plain), words, machine.budget), taints=label)
        except Undecodable:
            pass
        except BudgetExceeded:
            machine.missed["layer-limit"] = "a decoder gave more than may be decoded: what it hides was not read"
    return Result(name=f"{name}()", taints=label)
