"""A call of an outside name: understood, computed or recorded, and which labels its result carries."""

from __future__ import annotations

import ast
from dataclasses import replace

from pratique.facts.python.calls import boxes, implicit, scopes, settling
from pratique.facts.python.calls.decoding import decoded
from pratique.facts.python.calls.kinds import Kind, kind_of
from pratique.facts.python.expressions import outsiders
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.outside import arriving, callbacks, candidates, carrying, effects, files, hooked, listening
from pratique.facts.python.statements import binding
from pratique.facts.python.values import NO_TAINT, Api, Instance, Result, Value, all_deep_taints, deep_taints, text_of

_COOKIES = ("browser_cookie3.", "pycookiecheat.", "rookiepy.")


def call(machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """The value of a call of an outside name, with everything that it does recorded."""
    name = callee.name
    if machine.patched and name in machine.patched:
        return _replaced(machine, callee, args, keywords, node)
    scope = scopes.boxed_scope(keywords) if "" in keywords else None
    kind = kind_of(name)
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
    kind: Kind,
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
    machine: Machine, callee: Api, kind: Kind, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> frozenset[Taint]:
    """What the callables return that outside code has been handed, now or before."""
    if machine.hooks:
        hooked.passed_on(machine, callee.name, args, keywords, node)
    if not candidates.among(machine, kind, args, keywords):
        return NO_TAINT
    return callbacks.handed(machine, callee.name, kind.gives, args, keywords, node, callee.taints)


def _brought(
    machine: Machine, callee: Api, kind: Kind, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> frozenset[Taint]:
    """The label of what a call gives, and of the file that it puts it into; handlers run if it listens."""
    name, line = callee.name, getattr(node, "lineno", 0)
    if machine.waiting and kind.listens and machine.phase.automatic:
        listening.start(machine, name, line)
    if kind.brings:
        arriving.saved(machine, name, args, keywords, line)
    if kind.gives is not None:
        detail = _of_sites(name, [*args, *keywords.values()]) or _source_detail(name, kind.gives, args)
        return frozenset({Taint(kind.gives, detail, line)})
    if not args and not keywords:
        return NO_TAINT
    address = arriving.address_of(name, args, keywords)
    found = frozenset({Taint(Source.NETWORK, address, line)}) if address else NO_TAINT
    binding.absorb(callee.of, found)  # what was sent to an address stands for what lies there
    return found or arriving.data_of(name, args, line)


def _replaced(machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """An outside name that the file put something else in the place of; that one may call the original."""
    value = machine.patched.pop(callee.name)
    try:
        return machine.invoke(machine, value, args, keywords, node)
    finally:
        machine.patched[callee.name] = value


def _in_its_way(
    machine: Machine, callee: Api, kind: Kind, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value | None:
    """What is understood without a look at what it does; nothing where that did not help."""
    name, value = callee.name, None
    if kind.base:
        return call(machine, replace(callee, name=kind.base), args, keywords, node)
    if kind.hook and args and type(args[0]) is Instance:
        value = implicit.dunder(machine, args[0], kind.hook, *args[1:])
    if value is None and kind.special is not None:
        value = kind.special(machine, callee, args, keywords, node)
    if value is None and kind.box and callee.of is not None:
        value = boxes.boxed(callee, args, name)
    if value is None and kind.decoder:
        if keywords:
            _called_back(machine, callee, kind, args, keywords, node)
        return decoded(name, [*callee.owner, *args] if "()." in name else args, keywords, node, machine)
    if value is None and kind.guess and args:
        taints = callee.taints | deep_taints(args[0])
        return Result(name=kind.result, taints=outsiders.layered(taints, kind.guess, node))
    return value


def _tell_object(machine: Machine, owner: Value, args: list[Value], taints: frozenset[Taint], kind: Kind) -> None:
    """A method of an outside object: the object takes on the labels of what it is given, and calls overrides."""
    if type(owner) is Instance:
        settling.overridden(machine, owner, args)
    elif taints and args and kind.keeps:
        binding.absorb(owner, taints)


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
