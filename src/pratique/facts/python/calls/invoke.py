"""Calls: follow the file's own functions, record outside names, hand labels on."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import lru_cache

from pratique.facts.decode import DECODERS, BudgetExceeded, Undecodable, layer_name
from pratique.facts.python.calls import boxes, implicit, scopes
from pratique.facts.python.calls.following import construct, follow
from pratique.facts.python.calls.methods import method
from pratique.facts.python.calls.specials import SPECIALS
from pratique.facts.python.catalogue.apis import look_up
from pratique.facts.python.catalogue.ways import Passes, way
from pratique.facts.python.distribution import siblings
from pratique.facts.python.expressions import generators, outsiders
from pratique.facts.python.expressions.generators import Stream
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Does, Source, Taint
from pratique.facts.python.outside import arriving, callbacks, carrying, effects, files, hooked, listening
from pratique.facts.python.statements import binding
from pratique.facts.python.understood import Special, special_of
from pratique.facts.python.values import (
    NO_TAINT,
    Api,
    Choice,
    Class,
    Echo,
    Function,
    Instance,
    Own,
    Partial,
    Result,
    Value,
    all_deep_taints,
    all_taints,
    constant_of,
    deep_taints,
    is_constant,
    join,
    text_of,
)

_HANDING_OVER = frozenset(
    [
        "str",
        "repr",
        "bytes",
        "len",
        "bool",
        "int",
        "float",
        "hash",
        "format",
        "iter",
        "next",
        "reversed",
        "abs",
        "round",
    ]
)
_COOKIES = ("browser_cookie3.", "pycookiecheat.", "rookiepy.")
_UNKNOWN_DECODERS = frozenset(
    ["decrypt", "decompress", "deobfuscate", "decipher", "b64decode", "decode_base64", "unpad"]
)


def invoke(machine: Machine, callee: Value, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """The value of calling ``callee``, with everything that the call does recorded."""
    if type(callee) is Api:
        return _outside(machine, callee, args, keywords, node)
    if isinstance(callee, Choice):
        return join([invoke(machine, o, args, dict(keywords), node) for o in callee.options])
    if isinstance(callee, Function):
        return follow(machine, callee, args, keywords)
    if isinstance(callee, Class):
        implicit.dunder(machine, callee, "__call__", *args)
        return construct(machine, callee, args, keywords, node)
    if isinstance(callee, Instance) and isinstance(called := callee.cls.find("__call__"), Function):
        return invoke(machine, called.bound_to(callee), args, keywords, node)
    if isinstance(callee, Own):
        return siblings.call(machine, callee, args, keywords, node)
    if isinstance(callee, Partial):
        return invoke(machine, callee.parts[0], [*callee.parts[1:], *args], callee.keywords | keywords, node)
    if isinstance(callee, Result) and callee.parts and not callee.name.endswith("()"):
        return _bound(machine, callee.parts[0], callee.name, args, keywords, node)
    return callee if isinstance(callee, Echo) else _object(machine, callee, args, keywords, node)


def _object(machine: Machine, callee: Value, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """What calling an object of the outside gives: as a function of its own, or with what it was handed before."""
    if type(callee) is Result and callee.name.endswith("()") and look_up(callee.name).does:
        return _outside(machine, Api(callee.taints, callee.name), args, keywords, node)
    if machine.hooks and isinstance(callee, Result):
        hooked.passed_on(machine, callee.name, args, keywords, node)
    return _unknown(callee, args, keywords)


def _bound(
    machine: Machine, owner: Value, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """A method of something that is known, or of a generator."""
    stepped = generators.step(machine, owner, name, args, node) if type(owner) is Stream else None
    return method(machine, owner, name, args, keywords, node) if stepped is None else stepped


def _unknown(callee: Value, args: list[Value], keywords: dict[str, Value]) -> Value:
    keywords.pop("", None)
    taints = callee.taints | all_taints(args) | all_taints(list(keywords.values()))
    return Result(name="?()", taints=taints)


def _outside(machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    name = callee.name
    if machine.patched and name in machine.patched:
        return _replaced(machine, callee, args, keywords, node)
    scope = scopes.boxed_scope(keywords) if "" in keywords else None
    kind = _kind(name)
    if not kind.plain:
        value = _in_its_way(machine, callee, kind, args, keywords, node)
        if value is not None:
            return value
    returned = _called_back(machine, callee, kind, args, keywords, node) if args or keywords else NO_TAINT
    value = effects.record(machine, callee, args, keywords, node, scope) if kind.does else None
    if value is not None:
        return value
    if kind.starts and "env" in keywords:
        keywords = {k: v for k, v in keywords.items() if k != "env"}  # what a program prints is not its environment
    taints = all_deep_taints((Value(callee.taints), *args, *keywords.values()))
    taints |= files.from_file(machine, name, args)
    if callee.of is not None:
        _tell_object(machine, callee.of, args, taints, kind)
    if returned:
        taints |= returned
    taints |= _brought(machine, callee, kind, args, keywords, node)
    taints = _carried(machine, callee, kind, args, keywords, taints, node)
    parts = (keywords["fileobj"], *args[:2]) if "fileobj" in keywords else tuple(args[:3])
    return Result(taints, kind.result, files.path_of(name, args), parts)


def _carried(
    machine: Machine,
    callee: Api,
    kind: _Kind,
    args: list[Value],
    keywords: dict[str, Value],
    taints: frozenset[Taint],
    node: ast.AST,
) -> frozenset[Taint]:
    """The labels of a call, after stores, buffers and files have got theirs, and with what a store gave back."""
    if kind.store is not None and (taints or machine.stored):
        taints |= boxes.through(machine, kind.store, taints)
    if taints:
        carrying.carried(machine, callee, args, keywords, taints, node, does=kind.does)
    if args and kind.fills:
        arriving.fill(args, taints)
    return taints


def _called_back(
    machine: Machine, callee: Api, kind: _Kind, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> frozenset[Taint]:
    """What the callables return that outside code has been handed, now or before."""
    if machine.hooks:
        hooked.passed_on(machine, callee.name, args, keywords, node)
    if not callbacks.among(machine, kind, args, keywords):
        return NO_TAINT
    return callbacks.handed(machine, callee.name, kind.gives, args, keywords, node, callee.taints)


def _brought(
    machine: Machine, callee: Api, kind: _Kind, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> frozenset[Taint]:
    """The label of what a call gives, and of the file that it puts it into; handlers run if it listens."""
    name, line = callee.name, getattr(node, "lineno", 0)
    if machine.waiting and kind.listens and machine.phase.automatic:
        listening.start(machine, name, line)
    if len(args) > 1:
        arriving.saved(machine, name, args, line)
    if kind.gives is not None:
        detail = _of_sites(name, [*args, *keywords.values()]) or _source_detail(name, kind.gives, args)
        return frozenset({Taint(kind.gives, detail, line)})
    if not args:
        return NO_TAINT
    address = arriving.address_of(name, args)
    found = frozenset({Taint(Source.NETWORK, address, line)}) if address else NO_TAINT
    binding.absorb(callee.of, found)  # what was sent to an address stands for what lies there
    return found or arriving.data_of(name, args, line)


def _replaced(machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """An outside name that the file put something else in the place of; that one may call the original."""
    value = machine.patched.pop(callee.name)
    try:
        return invoke(machine, value, args, keywords, node)
    finally:
        machine.patched[callee.name] = value


def _in_its_way(
    machine: Machine, callee: Api, kind: _Kind, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value | None:
    """What is understood without a look at what it does; nothing where that did not help."""
    name, value = callee.name, None
    if kind.base:
        return _outside(machine, replace(callee, name=kind.base), args, keywords, node)
    if kind.hook and args and type(args[0]) is Instance:
        value = implicit.dunder(machine, args[0], kind.hook, *args[1:])
    if value is None and kind.special is not None:
        value = kind.special(machine, callee, args, keywords, node)
    if value is None and kind.box and callee.of is not None:
        value = boxes.boxed(callee, args, name)
    if value is None and kind.decoder:
        if keywords:
            _called_back(machine, callee, kind, args, keywords, node)
        return _decode(name, [*callee.owner, *args] if "()." in name else args, keywords, node, machine)
    if value is None and kind.guess and args:
        taints = callee.taints | deep_taints(args[0])
        return Result(name=kind.result, taints=outsiders.layered(taints, kind.guess, node))
    return value


def _tell_object(machine: Machine, owner: Value, args: list[Value], taints: frozenset[Taint], kind: _Kind) -> None:
    """A method of an outside object: the object takes on the labels of what it is given, and calls overrides."""
    if type(owner) is Instance:
        implicit.overridden(machine, owner, args)
    elif taints and args and kind.keeps:
        binding.absorb(owner, taints)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is known of an outside name, looked up once."""

    special: Special | None
    decoder: bool
    guess: str
    passes: Passes
    base: str
    """For the constructor of a base class: the class."""
    hook: str
    """For a builtin: the special method that it hands over to."""
    box: bool
    store: tuple[str, bool] | None
    """The library that it keeps something in, or takes it from."""
    remote: bool
    """Whether it belongs to what stands for another machine, or talks to one."""
    fills: bool
    """Whether buffers that it is given hold afterwards what it received, or read."""
    listens: bool
    keeps: bool
    """Whether an object may give back what such a method is given: it does not leave for another machine."""
    plain: bool
    does: bool
    starts: bool
    """Whether it starts a program."""
    gives: Source | None
    result: str


@lru_cache(maxsize=16_384)
def _kind(name: str) -> _Kind:
    known, last = look_up(name), name.rpartition(".")[2]
    special, decoder, box = SPECIALS.get(name) or special_of(name), name in DECODERS, name.startswith(boxes.BOXES)
    base = name.removesuffix("().__init__") if name.endswith("().__init__") else ""
    hook = f"__{name}__" if name in _HANDING_OVER else ""
    guess = last if last in _UNKNOWN_DECODERS else ""
    return _Kind(
        special=special,
        decoder=decoder,
        guess=guess,
        passes=way(name),
        base=base,
        hook=hook,
        box=box,
        store=boxes.store(name),
        remote=listening.is_client(name),
        fills=known.gives is Source.NETWORK or last.startswith("readinto"),
        listens=listening.starts(name),
        keeps=known.does.isdisjoint({Does.SEND, Does.FETCH, Does.LISTEN}),
        plain=not (special or decoder or guess or base or hook or box),
        does=bool(known.does),
        starts=Does.RUN_PROCESS in known.does,
        gives=known.gives,
        result=f"{name}()"[-200:],
    )


def _of_sites(name: str, given: list[Value]) -> str:
    """Of which sites the cookies are that a browser is asked for."""
    asked = " ".join(map(text_of, given)) if name.startswith(_COOKIES) else ""
    return f"cookies of {asked}"[:160] if asked else ""


def _source_detail(name: str, source: Source, args: list[Value]) -> str:
    if source is Source.HOST and not name.endswith("expanduser"):
        return name
    text = text_of(args[0]) if args else ""
    if name.startswith("keyring."):
        return f"keyring ({text})"[:160]
    return (text if text and not text.startswith("<") else name)[:160]


def _decode(name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST, machine: Machine) -> Value:
    keywords.pop("", None)
    taints = all_taints([*args, *keywords.values()])
    plain = [constant_of(siblings.settled(machine, a) if isinstance(a, Own) else a) for a in args]
    words = {k: constant_of(v) for k, v in keywords.items()}
    codec = plain[1] if len(plain) > 1 else words.get("encoding")
    label = outsiders.layered(taints, layer_name(name, codec), node)
    if all(is_constant(p) for p in (*plain, *words.values())):
        try:
            return binding.lift(DECODERS[name](tuple(plain), words, machine.budget), label)
        except Undecodable:
            pass
        except BudgetExceeded:
            machine.missed["layer-limit"] = "a decoder gave more than may be decoded: what it hides was not read"
    return Result(name=f"{name}()", taints=label)
