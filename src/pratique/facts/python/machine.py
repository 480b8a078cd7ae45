"""The state of one abstract run over a file: what was seen, how deep we are, what is left to spend."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from pratique.artifact import Role
from pratique.facts.decode.budget import Budget
from pratique.facts.python.model import Argument, Call, Does, Taint
from pratique.facts.python.values import Class, Function, Scope, Value
from pratique.finding import Phase, Step

DEPTH_LIMIT = 24
"""Nested calls of the file's own functions that are followed."""
CODE_LIMIT = 200

PHASE_OF_ROLE = {
    Role.SETUP: Phase.INSTALL,
    Role.BACKEND: Phase.INSTALL,
    Role.STARTUP: Phase.STARTUP,
    Role.MODULE: Phase.IMPORT,
    Role.SCRIPT: Phase.CALL,
    Role.DATA: Phase.CALL,
}


class Invoke(Protocol):
    """Calls a value: the file's own function is followed, an outside name is recorded."""

    def __call__(  # noqa: D102
        self, machine: Machine, callee: Value, args: list[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value: ...


@dataclass(slots=True)
class Written:
    """What a file that this code wrote contains."""

    content: Value
    taints: frozenset[Taint]
    line: int


@dataclass(slots=True)
class Machine:
    """One run. The three callables tie the rooms expressions, calls and statements together."""

    role: Role
    evaluate: Callable[[Machine, ast.expr, Scope], Value]
    execute: Callable[[Machine, list[ast.stmt], Scope], None]
    invoke: Invoke
    read_code: Callable[[Machine, str, tuple[str, ...], Scope | None], Value]
    imported: Callable[[str], Scope | None]
    """The scope of another module of the distribution, or nothing."""
    budget: Budget
    phase: Phase = Phase.CALL
    lines: list[str] = field(default_factory=list)
    layers: tuple[str, ...] = ()
    calls: list[Call] = field(default_factory=list)
    files: dict[str, Written] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    followed: dict[int, int] = field(default_factory=dict)
    """How often each function's node was run."""
    quiet: set[int] = field(default_factory=set)
    """Nodes of functions whose last run called nothing of interest and returned nothing known."""
    stack: list[str] = field(default_factory=list)
    returns: list[list[Value]] = field(default_factory=list)
    steps: int = 0
    step_limit: int = 200_000
    unsure: int = 0
    """How many conditions that are not known we are inside of: assignments then add, not replace."""
    seen_code: set[str] = field(default_factory=set)
    tired: bool = False

    def step(self) -> None:
        """Count one evaluation; past the limit nothing is expanded any more, only walked once."""
        self.steps += 1
        if self.steps > self.step_limit:
            self.tired = True

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
        """Run what may not happen."""
        self.unsure += 1
        try:
            yield
        finally:
            self.unsure -= 1

    @contextmanager
    def inside(self, layers: tuple[str, ...], text: str) -> Iterator[None]:
        """Read code that was found within this code."""
        before = (self.layers, self.lines)
        self.layers, self.lines = layers, text.splitlines()
        try:
            yield
        finally:
            self.layers, self.lines = before

    def code(self, line: int) -> str:
        """The source line, as the innermost layer has it."""
        return self.lines[line - 1].strip()[:CODE_LIMIT] if 0 < line <= len(self.lines) else ""

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
        line = getattr(node, "lineno", 0)
        self.calls.append(
            Call(
                name=name,
                does=does,
                phase=self.phase,
                line=line,
                code=self.code(line),
                arguments=arguments,
                layers=self.layers,
                disguise=disguise,
                flow=flow,
                function=self.stack[-1] if self.stack else "",
            )
        )
