"""Making findings of calls: one place for what every rule about Python says alike."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.artifact import Role
from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Taint
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity, Step

_ASIDE = frozenset(("doc", "docs", "test", "tests", "testing", "example", "examples", "benchmark", "benchmarks"))
_LITTLE = 6_000
"""Bytes of source: some hundred and fifty lines."""


def calls(facts: PackageFacts) -> Iterator[tuple[str, Call]]:
    """Every recorded call with the path of its file."""
    for file in facts.python:
        for call in file.calls:
            yield file.path, call


def holds_little(facts: PackageFacts) -> bool:
    """Whether the Python of a distribution, but for its ``setup.py``, is so little that it can do one thing only."""
    sizes = [m.size for m in facts.members if m.path.endswith(".py") and m.role in {Role.MODULE, Role.SCRIPT}]
    return sum(sizes) <= _LITTLE


def is_aside(facts: PackageFacts, path: str) -> bool:
    """Whether a file is there for whoever works on the project: nothing that is installed or built leads to it."""
    member = facts.index.get(path)
    return member is not None and member.role in {Role.SCRIPT, Role.DATA} and path.partition("/")[0].lower() in _ASIDE


def claim(  # noqa: PLR0913 - a finding has that many parts
    rule: str,
    behaviour: Behaviour,
    path: str,
    call: Call,
    message: str,
    *,
    severity: Severity,
    confidence: Confidence = Confidence.HIGH,
    proven: bool = False,
    taints: tuple[Taint, ...] = (),
) -> Finding:
    """A finding about a call, with the way of the labels that led there."""
    steps = tuple(
        Step(line=t.line, what=f"{t.source.value}: {t.detail}" if t.detail else t.source.value) for t in taints[:6]
    )
    return Finding(
        rule=rule,
        behaviour=behaviour,
        severity=severity,
        confidence=confidence,
        phase=call.phase,
        path=path,
        line=call.line,
        message=message,
        layers=call.layers,
        outer=call.outer,
        code=call.code,
        flow=(*steps, *call.flow, Step(line=call.line, what=call.name)),
        proven=proven,
    )


def command(call: Call) -> str:
    """The command line of a process call, as far as it is known."""
    parts = [call.arguments[k].text for k in ("args", *map(str, range(10))) if k in call.arguments]
    return " ".join(parts)


def when(phase: Phase) -> str:
    """The phase in words."""
    return {
        Phase.INSTALL: "while it is installed",
        Phase.STARTUP: "at every start of Python",
        Phase.IMPORT: "when it is imported",
        Phase.CALL: "when it is called",
        Phase.NONE: "",
    }[phase]
