"""The state of one abstract run over a file: what was seen, how deep we are, what is left to spend."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from pratique.artifact import Role
from pratique.facts.decode.budget import Budget
from pratique.facts.python.model import Argument, Call, Does, Source, Taint
from pratique.facts.python.origin import Origin
from pratique.facts.python.values import Class, Function, Instance, Scope, Value, join
from pratique.finding import Phase, Step

DEPTH_LIMIT = 24
"""Nested calls of the file's own functions that are followed at once; what lies deeper is run by itself afterwards."""
PHASE_OF_ROLE = {
    Role.SETUP: Phase.INSTALL,
    Role.BACKEND: Phase.INSTALL,
    Role.BUILD: Phase.INSTALL,
    Role.STARTUP: Phase.STARTUP,
    Role.MODULE: Phase.IMPORT,
    Role.SCRIPT: Phase.CALL,
    Role.DATA: Phase.CALL,
}


_REACHES_OUT = frozenset({Does.RUN_CODE, Does.RUN_PROCESS, Does.FETCH, Does.SEND, Does.NATIVE, Does.LISTEN})


_BROUGHT = frozenset(Source) - {Source.CALLER}


def _is_whole(does: frozenset[Does], arguments: dict[str, Argument]) -> bool:
    """Whether a call does what it does without anything from its caller."""
    if not does.isdisjoint({Does.NATIVE, Does.LISTEN}):
        return True
    first = arguments.get("0")
    if Does.RUN_PROCESS in does and first is not None and first.text and "<" not in first.text:
        return True
    return any(taint.source in _BROUGHT for argument in arguments.values() for taint in argument.taints)


class Siblings(Protocol):
    """The other modules of the distribution, looked into when a name leads there."""

    def absolute(self, name: str, importer: str) -> str:
        """The dotted name of something that the distribution itself holds, else nothing."""

    def value(self, name: str) -> Value | None:
        """What a dotted name stands for, after its module was walked; nothing for modules and unknown names."""

    def acts(self, name: str) -> bool:
        """Whether the module that a name leads into mentions anything that matters when it is called."""


class Invoke(Protocol):
    """Calls a value: the file's own function is followed, an outside name is recorded."""

    def __call__(  # noqa: D102
        self, machine: Machine, callee: Value, args: list[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value: ...


class ReadCode(Protocol):
    """Walks text that was found inside the code, behind the named layers, at a line."""

    def __call__(  # noqa: D102
        self, machine: Machine, text: str, layers: tuple[str, ...], scope: Scope | None, line: int
    ) -> Value: ...


@dataclass(slots=True)
class Written:
    """What a file that this code wrote contains."""

    content: Value
    taints: frozenset[Taint]
    line: int


@dataclass(frozen=True, slots=True)
class Later:
    """A call that was too deep to be followed where it stands."""

    function: Function
    args: list[Value]
    keywords: dict[str, Value]
    phase: Phase


@dataclass(slots=True)
class Machine:
    """One run. The three callables tie the rooms expressions, calls and statements together."""

    role: Role
    evaluate: Callable[[Machine, ast.expr, Scope], Value]
    execute: Callable[[Machine, list[ast.stmt], Scope], None]
    invoke: Invoke
    read_code: ReadCode
    library: Siblings | None
    budget: Budget
    phase: Phase = Phase.CALL
    origin: Origin = field(default_factory=Origin)
    """The text that is being walked."""
    calls: list[Call] = field(default_factory=list)
    files: dict[str, Written] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    made: dict[int, tuple[Instance, Phase]] = field(default_factory=dict)
    """An object of each class of which the file made one by itself, and when."""
    patched: dict[str, Value] = field(default_factory=dict)
    """What was assigned to attributes of outside modules, classes and functions, by their full name."""
    waiting: list[Value] = field(default_factory=list)
    """Handlers of what another machine says, until somebody listens."""
    raised: list[Value] = field(default_factory=list)
    """Exceptions of the ``try`` that is being walked, with what they carry."""
    handled: list[Value] = field(default_factory=list)
    """Exceptions of the handler that is being walked."""
    hooks: dict[str, list[Value]] = field(default_factory=dict)
    """What was handed to outside code, by the first name of its module: it may be called whenever that is."""
    stored: dict[str, frozenset[Taint]] = field(default_factory=dict)
    """Labels of what came from elsewhere and was put into a store, by the first name of its library."""
    sent: list[Value] = field(default_factory=list)
    """What was sent to the generator that is being walked."""
    handed: set[tuple[int, str]] = field(default_factory=set)
    """Texts that functions which act were handed, by the function's node, once these were run often."""
    followed: dict[int, int] = field(default_factory=dict)
    """How often each function's node was run."""
    quiet: set[int] = field(default_factory=set)
    """Nodes of functions whose last run called nothing of interest and returned nothing known."""
    telling: set[int] = field(default_factory=set)
    """Nodes of functions that returned a text that is known: decoders, for all we know."""
    acting: set[int] = field(default_factory=set)
    """Nodes of functions that start, fetch or send something when they are called."""
    loaded: set[int] = field(default_factory=set)
    """Those of them that bring what they start or send themselves, whoever calls them."""
    entered: dict[str, int] = field(default_factory=dict)
    """How often functions of other modules were entered, by name."""
    stack: list[str] = field(default_factory=list)
    running: list[int] = field(default_factory=list)
    """Nodes of the functions that are being walked, as ``stack`` has their names."""
    returns: list[list[Value]] = field(default_factory=list)
    steps: int = 0
    step_limit: int = 200_000
    unsure: int = 0
    """How many conditions that are not known we are inside of: behind them, names may hold what they held before."""
    branches: list[dict[tuple[int, str], tuple[Scope, Value]]] = field(default_factory=list)
    """Of each of them: the names that were assigned anew within it, with what they held before."""
    dead: int = 0
    """How many conditions that are known to fail we are inside of: lists and dicts keep what they hold."""
    seen_code: set[str] = field(default_factory=set)
    expressions: dict[str, ast.expr] = field(default_factory=dict)
    """Short texts that were computed as expressions: each time they are reached they may give something else."""
    tired: bool = False
    missed: dict[str, str] = field(default_factory=dict)
    """What was not read, by the finding that says so."""
    short: dict[str, str] = field(default_factory=dict)
    """What was read but not computed to its end, by the finding that says so."""
    layer_limit: int = 20
    eager: bool = False
    """Whether names of other modules are looked up wherever they are met: what is executed hangs on them."""
    later: dict[int, Later] = field(default_factory=dict)
    """By the functions' nodes."""

    def step(self) -> None:
        """Count one evaluation; past the limit nothing is expanded any more, only walked once."""
        self.steps += 1
        if self.steps > self.step_limit:
            self.tired = True

    def built(self, size: int) -> None:
        """Count a text that was put together: ten thousand characters are as dear as one evaluation."""
        if size > 10_000:
            self.steps += size // 10_000

    @contextmanager
    def during(self, phase: Phase) -> Iterator[None]:
        """Run in another phase."""
        before, self.phase = self.phase, phase
        try:
            yield
        finally:
            self.phase = before

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """Run what may not happen: within it assignments replace, behind it they have only added."""
        self.unsure += 1
        self.branches.append({})
        try:
            yield
        finally:
            self.unsure -= 1
            self._rejoin(self.branches.pop())

    @contextmanager
    def never(self) -> Iterator[None]:
        """Run what does not happen, for what it would do: nothing that it gathers counts."""
        self.dead += 1
        try:
            with self.perhaps():
                yield
        finally:
            self.dead -= 1

    def assign(self, scope: Scope, name: str, value: Value) -> None:
        """Bind a name; on a branch, what it held before is kept for those who come by another way."""
        if self.unsure > scope.since and (old := scope.names.get(name)) is not None:
            self.branches[-1].setdefault((id(scope), name), (scope, old))
        scope.names[name] = value

    def _rejoin(self, branch: dict[tuple[int, str], tuple[Scope, Value]]) -> None:
        for key, (scope, old) in branch.items():
            scope.names[key[1]] = join([scope.names.get(key[1], old), old])
            if self.unsure > scope.since:
                self.branches[-1].setdefault(key, (scope, old))

    @contextmanager
    def within(self, origin: Origin | None) -> Iterator[None]:
        """Walk another text: code that was found within this one, or a function of another module."""
        before, self.origin = self.origin, origin or self.origin
        try:
            yield
        finally:
            self.origin = before

    @property
    def layers(self) -> tuple[str, ...]:
        """The decoders around the text that is being walked, outermost first."""
        return self.origin.layers

    def record(
        self,
        name: str,
        does: frozenset[Does],
        node: ast.AST,
        arguments: dict[str, Argument],
        *,
        disguise: tuple[str, ...] = (),
        flow: tuple[Step, ...] = (),
    ) -> None:
        """Add a call to the facts."""
        if not does.isdisjoint(_REACHES_OUT):
            self.acting.update(self.running)
            if _is_whole(does, arguments):
                self.loaded.update(self.running)
        line = getattr(node, "lineno", 0)
        self.calls.append(
            Call(
                name=name,
                does=does,
                phase=self.phase,
                line=line,
                code=self.origin.code(line),
                arguments=arguments,
                layers=self.origin.layers,
                path=self.origin.path,
                outer=self.origin.outer,
                disguise=disguise,
                flow=flow,
                function=self.stack[-1] if self.stack else "",
            )
        )
