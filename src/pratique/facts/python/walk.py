"""One walk over one file: what it does by itself, then what nobody called; and the code that is found inside of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from pratique.artifact import Member
from pratique.facts.decode import Budget
from pratique.facts.guard import ReadLimits
from pratique.facts.python.calls import following, settling
from pratique.facts.python.calls.invoke import invoke
from pratique.facts.python.distribution.siblings import Library
from pratique.facts.python.expressions.evaluate import evaluate
from pratique.facts.python.machine import PHASE_OF_ROLE, Machine
from pratique.facts.python.origin import Origin
from pratique.facts.python.source.parse import Parsed, parse_text
from pratique.facts.python.statements.execute import execute
from pratique.facts.python.values import Function, Instance, Known, Scope, Value
from pratique.finding import Phase

_SHORT = 400
"""Characters of an expression that is computed each time it is reached."""
_BYTES_A_STEP = 4
"""A file may take a step for so many of its characters, besides those that all may take."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A file, the names of its module, and the machine that walks it. Walking may raise ``RecursionError``."""

    machine: Machine
    scope: Scope
    parsed: Parsed

    def by_itself(self) -> None:
        """Run what the file does without anybody calling it."""
        self.machine.execute(self.machine, self.parsed.tree.body, self.scope)
        settling.settle(self.machine)
        following.resume(self.machine)

    def uncalled(self) -> None:
        """Run functions that only a user calls, each once, with parameters that are the caller's."""
        with self.machine.during(Phase.CALL):
            _uncalled(self.machine)
        following.resume(self.machine)

    def let_go(self) -> None:
        """Break the circles that a walk leaves, so that all of it goes at once; nothing of it may be used again."""
        machine = self.machine
        self.parsed.tree.body.clear()
        self.scope.names.clear()
        for function in machine.functions:
            function.scope.names.clear()
            if function.node is not None:
                vars(function.node).clear()
        for cls in machine.classes:
            cls.names.clear()
        for kept in (machine.functions, machine.classes, machine.made, machine.patched, machine.files, machine.hooks):
            kept.clear()


def walk_over(parsed: Parsed, member: Member, library: Library, limits: ReadLimits) -> Walk:
    """A walk that has not begun."""
    machine = Machine(
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
    return Walk(machine, _named_scope(parsed), parsed)


def _named_scope(parsed: Parsed) -> Scope:
    """The names that a module has before its first line runs."""
    documentation = ast.get_docstring(parsed.tree, clean=False)
    return Scope(names={"__doc__": Known(value=documentation)} if documentation else {})


def _uncalled(machine: Machine) -> None:
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


def count_limits(machine: Machine, parsed: Parsed) -> None:
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
    count_limits(machine, parsed)
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
