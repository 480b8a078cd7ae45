"""Callables that are handed to outside code: who runs them, when, and with what."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from pratique.facts.python.catalogue.clients import is_remote
from pratique.facts.python.catalogue.secrets import irreplaceable
from pratique.facts.python.catalogue.ways import FINDERS, Passes, way
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.outside import echoes, hooked, listening
from pratique.facts.python.outside.candidates import CALLABLE_KINDS, LATER, acting, is_handler, may_run
from pratique.facts.python.values import (
    NO_TAINT,
    Api,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Own,
    Result,
    Table,
    Value,
    all_deep_taints,
    join,
)

_BRINGS = frozenset({"get_data", "get_source", "get_code"})
"""Methods of a loader whose result is executed (PEP 451, `importlib.abc`)."""
_AT_ONCE = frozenset({"subscribe", "listen", "on_snapshot", "callback", "watch", "stream", "consume"})
"""Methods of clients that go on to say what they hear, with nothing else to start them."""
_ARGUMENTS = ("args", "initargs", "argument")
"""Keywords that pack what a callable is given."""
_PACKS = frozenset({*_ARGUMENTS, "kwargs", "kwds"})
_KEEPING = frozenset({Passes.UNSURE, Passes.MADE, Passes.REST})
_CALLABLE = (Function, Api, Result, Choice, Class, Own, Instance)


def listed(machine: Machine, owner: str, value: Value) -> None:
    """Handlers are put into a list or a table of what talks to another machine, or given to it to keep."""
    if machine.phase.automatic and listening.is_client(owner):
        for handler in listening.within(value):
            if isinstance(handler, Function):
                listening.wait(machine, handler)


def handed(
    machine: Machine,
    name: str,
    gives: Source | None,
    args: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
    owner: frozenset[Taint] = NO_TAINT,
) -> frozenset[Taint]:
    """Run the callables among the arguments of an outside call; the labels of what they return.

    ``owner`` are the labels of the object whose method is called: a callback is given that, or what is in it.
    """
    passes = way(name)
    if gives is not Source.NETWORK and listening.is_client(name):
        for value in (*args, *keywords.values()):
            listed(machine, name, value)
    if passes is Passes.NEVER:
        return NO_TAINT
    if gives is Source.NETWORK:
        return _heard(machine, name, args, keywords, node)
    found = NO_TAINT
    if machine.phase.automatic and passes in _KEEPING:
        hooked.keep(machine, name, (*args, *keywords.values()))
    for index, value in enumerate(args):
        if isinstance(value, _CALLABLE) and may_run(machine, value, passes, name):
            callee = _settled(machine, value, name, node)
            rest = _completed(callee, passes, _rest(passes, args, index), owner)
            found |= _run(machine, callee, passes, rest, keywords, gives, node)
    for key, value in _by_keyword(keywords):
        if key not in _PACKS and isinstance(value, _CALLABLE) and may_run(machine, value, passes, name, key):
            way_of = passes if not _PACKS.isdisjoint(keywords) else Passes.MADE
            others = [*args, *(v for k, v in keywords.items() if k != key)]
            found |= _run(machine, value, way_of, others, keywords, gives, node)
    return found


def _by_keyword(keywords: dict[str, Value]) -> Iterator[tuple[str, Value]]:
    """Values by their keyword, and what runs a text even where it stands in a table."""
    for key, value in keywords.items():
        if isinstance(value, Table):
            yield from ((key, one) for one in list(value.entries.values())[:8] if acting(one))
        else:
            yield key, value


def _heard(
    machine: Machine, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> frozenset[Taint]:
    """Handlers that are handed to what receives: run now where they are called in its course, else kept."""
    last = name.rpartition(".")[2].lower()
    at_once = last in _AT_ONCE and machine.phase.automatic
    named_so = last.startswith(LATER)
    place = Taint(Source.NETWORK, "", getattr(node, "lineno", 0))
    heard = Value(taints=frozenset({place}) | all_deep_taints([a for a in args if type(a) not in CALLABLE_KINDS]))
    found = NO_TAINT
    for value in (*args, *keywords.values()):
        for handler in listening.within(value):
            if isinstance(handler, Own) or not is_handler(handler):
                continue
            later = named_so or value is not handler or value in keywords.values()
            if later and is_remote(name) and not at_once:
                listening.wait(machine, handler)
            else:
                given = listening.hear(machine, handler, heard)
                found |= all_deep_taints([given]) if given is not None else NO_TAINT
    return found


def _settled(machine: Machine, value: Value, name: str, node: ast.AST) -> Value:
    """A class that finds modules, as the object that the interpreter makes of it for each folder."""
    return machine.invoke(machine, value, [], {}, node) if type(value) is Class and name.startswith(FINDERS) else value


def _completed(value: Value, passes: Passes, rest: list[Value], owner: frozenset[Taint]) -> list[Value]:
    """What a callback is given: what was said at once, and the object that calls it."""
    missing = _needed(value) - len(rest) if owner and passes is Passes.REST else 0
    return [*rest, *(Value(taints=owner) for _ in range(missing))]


def _rest(passes: Passes, args: Sequence[Value], index: int) -> list[Value]:
    return [*args[:index], *args[index + 1 :]] if passes is Passes.EACH else list(args[index + 1 :])


def _run(
    machine: Machine,
    value: Value,
    passes: Passes,
    rest: list[Value],
    keywords: dict[str, Value],
    gives: Source | None,
    node: ast.AST,
) -> frozenset[Taint]:
    if isinstance(value, Instance) and not isinstance(value.cls.find("__call__"), Function):
        return _run_methods(machine, value, node)
    packed = next((keywords[k] for k in _ARGUMENTS if k in keywords), None)
    words = _words(value, passes, keywords, packed)
    if packed is not None:
        given = list(packed.items) if isinstance(packed, Items) else [packed]
    else:
        given = _given(passes, rest, words)
    label = frozenset({Taint(gives, "", getattr(node, "lineno", 0))}) if gives is not None else NO_TAINT
    if passes is Passes.MADE or (passes is Passes.UNSURE and len(rest) < _needed(value)):
        made = echoes.echo(rest)
        made.taints |= label
        given = hooked.parameters(value, made) if isinstance(value, Function) else [made]
    if label and not given:
        given = [Value(taints=label | all_deep_taints(rest))]
    return all_deep_taints([machine.invoke(machine, value, given, words, node)])


def _words(value: Value, passes: Passes, keywords: dict[str, Value], packed: Value | None) -> dict[str, Value]:
    """The keywords that a callable is given: packed ones, or those of the call that it is handed to."""
    named = keywords.get("kwargs") or keywords.get("kwds")
    if passes is Passes.REST and named is None and packed is None:
        return {k: v for k, v in keywords.items() if v is not value}
    return {k: v for k, v in named.entries.items() if isinstance(k, str)} if isinstance(named, Table) else {}


def _needed(value: Value) -> int:
    """How many parameters a function has, whatever outside code hands to it."""
    return len(hooked.parameters(value, value)) if isinstance(value, Function) else 0


def _given(passes: Passes, rest: list[Value], words: dict[str, Value]) -> list[Value]:
    if passes is Passes.EACH:
        return [join(list(v.items[:8])) if isinstance(v, Items) and v.items else v for v in rest]
    lists = [v for v in rest if isinstance(v, Items)]
    if passes is Passes.PACKED or (passes is Passes.UNSURE and len(rest) == 1):
        for table in rest:
            if isinstance(table, Table):
                words |= {k: v for k, v in table.entries.items() if isinstance(k, str)}
        if lists:
            inner = lists[0].items
            return list(inner[0].items) if len(inner) == 1 and isinstance(inner[0], Items) else list(inner)
    return rest


def _run_methods(machine: Machine, value: Instance, node: ast.AST) -> frozenset[Taint]:
    found = NO_TAINT
    for name, method in list(value.cls.names.items()):
        if isinstance(method, Function):
            given = machine.invoke(machine, method.bound_to(value), [], {}, node)
            if name in _BRINGS and _foreign([given]):
                machine.invoke(machine, Api(name="exec", disguise=(name,)), [given], {}, node)
            found |= all_deep_taints([given])
    return found


def _foreign(values: list[Value]) -> bool:
    """Whether any of them came from another machine or was hidden."""
    return any(t.source in {Source.NETWORK, Source.DECODED} for t in all_deep_taints(values))


def kept(machine: Machine, owner: str, value: Value) -> None:
    """A callable that is stored into an outside module or class: whoever calls that name runs it."""
    if is_remote(owner) and isinstance(value, Function | Instance):
        listening.wait(machine, value)
        return
    if isinstance(value, Table | Items):
        listed(machine, owner, value)
    if isinstance(value, Function | Instance) and machine.phase.automatic:
        if irreplaceable(owner.rpartition(".")[2]):
            given = Taint(Source.SECRET, f"what {owner[-80:]} is given")
            listening.hear(machine, value, Value(taints=frozenset({given})))
        hooked.keep(machine, owner, [value])
        handed(machine, f"{owner}.run", None, [value], {}, ast.Pass())
