"""Read Python files into facts: parse once, walk the module level, then what nobody called."""

from __future__ import annotations

import ast
import gc
from collections import defaultdict
from dataclasses import dataclass

from pratique.artifact import Member, Role
from pratique.facts.decode import Budget
from pratique.facts.guard import ReadLimits, unread
from pratique.facts.python import latent
from pratique.facts.python.calls import following, settling
from pratique.facts.python.calls.invoke import invoke
from pratique.facts.python.distribution.exports import Exports, exports
from pratique.facts.python.distribution.mentions import Mentions, mentions_of
from pratique.facts.python.distribution.modules import ModuleNames
from pratique.facts.python.distribution.siblings import Library
from pratique.facts.python.distribution.sketch import sketch
from pratique.facts.python.expressions.evaluate import evaluate
from pratique.facts.python.machine import PHASE_OF_ROLE, Machine
from pratique.facts.python.model import Call, Does, PythonFacts
from pratique.facts.python.origin import Origin
from pratique.facts.python.remarks import curtailed, remark
from pratique.facts.python.source.parse import Parsed, parse, parse_text
from pratique.facts.python.statements.execute import execute
from pratique.facts.python.values import Function, Instance, Known, Own, Scope, Value
from pratique.facts.sieve import Words
from pratique.finding import Finding, Phase

_KEPT = 4_000_000
"""Characters of modules whose trees are kept for those who import them."""
_SHORT = 400
"""Characters of an expression that is computed each time it is reached."""
_BYTES_A_STEP = 4
"""A file may take a step for so many of its characters, besides those that all may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What the start of a module gave: the names that lead on from it, and its facts if it set one off."""

    names: frozenset[str]
    facts: tuple[PythonFacts, ...] = ()


class PythonReader:
    """Reads the Python files of one distribution, each within reach of the others."""

    def __init__(
        self,
        names: ModuleNames | None = None,
        words: dict[str, Words] | None = None,
        limits: ReadLimits | None = None,
    ) -> None:
        self._limits = limits or ReadLimits()
        self._walks: dict[tuple[str, Role], tuple[Machine, Scope, Parsed]] = {}
        """The last ones; a tree takes some fifty times as much memory as its text."""
        self._sketches: dict[str, Mentions | None] = {}
        self._mentions: dict[str, Mentions] = {}
        """Of modules that are not walked unless they set something off; sketches first, which cost less."""
        self._started: set[str] = set()
        self._freed = 0
        self._library = Library(names or ModuleNames(), words or {}, self._load)

    def read(self, member: Member) -> tuple[PythonFacts, ...]:
        """Facts of a source file; what it makes another file do has that one's path."""
        notes: list[Finding] = []
        machine, scope, parsed = self._walk(member, notes)
        try:
            with machine.during(Phase.CALL):
                _uncalled(machine)
            following.resume(machine)
            if latent.opaque(machine) is not None:
                machine = self._eagerly(member, parsed, machine, scope)
                latent.bring_out(machine, parsed)
        except RecursionError:
            notes.append(_too_deep(member))
        notes += remark(member, parsed.notes)
        _count_limits(machine, parsed)
        notes += [curtailed(rule, member, why) for rule, why in sorted(machine.short.items())]
        notes += [unread(rule, member.path, why) for rule, why in sorted(machine.missed.items())]
        return _by_file(member.path, machine.calls, tuple(notes))

    def close(self) -> None:
        """Let go of all trees and scopes. They hold each other: finding them again is a fifth of all the work."""
        for machine, scope, parsed in self._walks.values():
            _let_go(machine, scope, parsed)
        self._walks.clear()
        self._mentions.clear()
        self._sketches.clear()

    def exports(self, member: Member) -> Exports:
        """Names of a module, read or to be read, whose call starts, fetches or sends something."""
        machine, scope, _parsed = self._walk(member, [])
        return exports(machine, scope)

    def read_start(self, member: Member, names: frozenset[str], *, bases: bool = True) -> Started:
        """Facts of what a source file does by itself with one of these names, or with what leads to one.

        ``bases`` says whether making a class may run what it inherits from.
        """
        notes: list[Finding] = []
        hot, at_once = self._sketched(member, names, bases=bases)
        parsed: Parsed | None = None
        if at_once:
            parsed = None if member.path in self._mentions else parse(member.data)
            if parsed is not None:
                self._mentions[member.path] = mentions_of(parsed)
            hot, at_once = self._mentions[member.path].spread(names, bases=bases)
        self._library.leading |= hot
        if not at_once or member.path in self._started:
            return Started(names=hot)
        self._started.add(member.path)
        machine, _scope, _parsed = self._walk(member, notes, parsed)
        return Started(names=hot, facts=_by_file(member.path, machine.calls, tuple(notes)))

    def _sketched(self, member: Member, names: frozenset[str], *, bases: bool) -> tuple[frozenset[str], bool]:
        """As far as the text tells: whether any name is used at once is in doubt unless it says no."""
        if member.path not in self._sketches:
            self._sketches[member.path] = sketch(member.data)
        found = self._sketches[member.path]
        return found.spread(names, bases=bases) if found is not None else (frozenset(), True)

    def _walk(
        self, member: Member, notes: list[Finding], parsed: Parsed | None = None
    ) -> tuple[Machine, Scope, Parsed]:
        key = (member.path, member.role)
        if key not in self._walks:
            parsed = parsed or parse(member.data)
            machine, scope = _machine(parsed, member, self._library, self._limits), _named_scope(parsed)
            self._keep(key, (machine, scope, parsed))
            try:
                machine.execute(machine, parsed.tree.body, scope)
                settling.settle(machine)
                following.resume(machine)
            except RecursionError:
                notes.append(_too_deep(member))
            return machine, scope, parsed
        walk = self._walks[key] = self._walks.pop(key)  # the last that was asked for is the last to go
        return walk

    def _eagerly(self, member: Member, parsed: Parsed, machine: Machine, scope: Scope) -> Machine:
        """The same file once more, with all that it takes from its neighbours looked up, if that tells what it runs."""
        unknown = latent.opaque(machine)
        if unknown is None or Does.RUN_CODE not in unknown.does:
            return machine
        if not any(isinstance(value, Own) for value in scope.names.values()):
            return machine
        again = _machine(parsed, member, self._library, self._limits)
        again.eager = True
        again.execute(again, parsed.tree.body, _named_scope(parsed))
        settling.settle(again)
        with again.during(Phase.CALL):
            _uncalled(again)
        following.resume(again)
        return machine if latent.opaque(again) is not None else again

    def _keep(self, key: tuple[str, Role], walk: tuple[Machine, Scope, Parsed]) -> None:
        self._walks[key] = walk
        size = sum(len(parsed.text) for _, _, parsed in self._walks.values())
        while size > _KEPT and len(self._walks) > 1:
            freed = len(self._walks.pop(next(iter(self._walks)))[2].text)
            size, self._freed = size - freed, self._freed + freed
        if self._freed > _KEPT:
            self._freed = 0
            gc.collect()  # scopes and functions hold each other, and the trees

    def _load(self, member: Member) -> Scope | None:
        return self._walk(member, [])[1]


def read_python(member: Member) -> PythonFacts:
    """Facts of a source file that stands alone; a pure function of its bytes and role."""
    return PythonReader().read(member)[0]


def _machine(parsed: Parsed, member: Member, library: Library, limits: ReadLimits) -> Machine:
    return Machine(
        role=member.role,
        evaluate=evaluate,
        execute=execute,
        invoke=invoke,
        read_code=_read_layer,
        library=library,
        budget=Budget(layer_bytes=limits.layer_bytes, total_bytes=limits.decoded_bytes),
        phase=PHASE_OF_ROLE[member.role],
        origin=Origin(lines=tuple(parsed.text.splitlines()), path=member.path),
        step_limit=limits.steps + len(parsed.text) // _BYTES_A_STEP,
        layer_limit=limits.layers,
    )


def _named_scope(parsed: Parsed) -> Scope:
    """The names that a module has before its first line runs."""
    documentation = ast.get_docstring(parsed.tree, clean=False)
    return Scope(names={"__doc__": Known(value=documentation)} if documentation else {})


def _let_go(machine: Machine, scope: Scope, parsed: Parsed) -> None:
    """Break the circles that a walk leaves, so that all of it goes at once; nothing of it may be used again."""
    parsed.tree.body.clear()
    scope.names.clear()
    for function in machine.functions:
        function.scope.names.clear()
        if function.node is not None:
            vars(function.node).clear()
    for cls in machine.classes:
        cls.names.clear()
    for kept in (machine.functions, machine.classes, machine.made, machine.patched, machine.files, machine.hooks):
        kept.clear()


def _count_limits(machine: Machine, parsed: Parsed) -> None:
    """What the parser and the steps left out belongs to what was missed."""
    kinds = {note.kind: note.message for note in parsed.notes}
    if "cut" in kinds:
        machine.missed.setdefault("source-too-large", f"the source {kinds['cut']}")
    if "too-deep" in kinds:
        machine.short.setdefault(
            "nesting-limit", f"the source {kinds['too-deep']}: what lies deeper was read by itself"
        )
    if machine.tired:
        machine.short.setdefault("evaluation-limit", "the limit on evaluation steps was reached")


def _uncalled(machine: Machine) -> None:
    """Functions that only a user calls, each once, with parameters that are the caller's."""
    for cls in list(machine.classes):
        instance = Instance(cls=cls)
        methods = [f for f in cls.names.values() if isinstance(f, Function)]
        for method in sorted(methods, key=lambda f: not f.name.endswith("__init__")):
            _follow_once(machine, method, instance)
    for function in machine.functions:  # it grows: functions make others
        _follow_once(machine, function, None)


def _follow_once(machine: Machine, function: Function, bound: Value | None) -> None:
    if id(function.node) not in machine.followed:
        following.follow(machine, function.bound_to(bound), [], {})


def _read_layer(machine: Machine, text: str, layers: tuple[str, ...], scope: Scope | None, line: int) -> Value:
    """Read code that was found inside code: once however often it is reached, but a short expression each time."""
    if text in machine.expressions:
        return _again(machine, text, scope)
    if text in machine.seen_code or not text.strip():
        return Value()
    if len(layers) > machine.layer_limit:
        machine.missed["layer-limit"] = (
            f"more than {machine.layer_limit} layers of decoders: the innermost was not read"
        )
        return Value()
    machine.seen_code.add(text)
    parsed = parse_text(text)
    _count_limits(machine, parsed)
    outside = machine.origin
    origin = Origin(tuple(parsed.text.splitlines()), layers, outside.path, outside.outer or line)
    with machine.within(origin):
        home = scope or Scope()
        body = parsed.tree.body
        if len(body) == 1 and isinstance(body[0], ast.Expr):
            value = machine.evaluate(machine, body[0].value, home)
            if len(text) <= _SHORT:
                machine.expressions[text] = body[0].value
            return value
        machine.execute(machine, body, home)
    return Value()


def _again(machine: Machine, text: str, scope: Scope | None) -> Value:
    """The value of an expression that was read before; nothing where it is being computed already."""
    node = machine.expressions.pop(text)
    try:
        return machine.evaluate(machine, node, scope or Scope())
    finally:
        machine.expressions[text] = node


def _by_file(path: str, found: list[Call], notes: tuple[Finding, ...]) -> tuple[PythonFacts, ...]:
    """The facts of the file that was read first, then those of files that it reached into."""
    files: dict[str, list[Call]] = defaultdict(list)
    for call in found:
        files[call.path or path].append(call)
    own = PythonFacts(path=path, calls=tuple(files.pop(path, ())), notes=notes)
    return (own, *(PythonFacts(path=p, calls=tuple(c)) for p, c in files.items()))


def _too_deep(member: Member) -> Finding:
    return unread("depth-limit", member.path, "it is nested deeper than can be followed: it was not read to its end")
