"""Read one Python file into facts: parse once, run abstractly, module level first, then what nobody called."""

from __future__ import annotations

from collections.abc import Callable

from pratique.artifact import Member, Role
from pratique.facts.decode import Budget
from pratique.facts.python import calls, expressions, statements
from pratique.facts.python.machine import PHASE_OF_ROLE, Machine
from pratique.facts.python.model import PythonFacts
from pratique.facts.python.parse import Parsed, parse, parse_text
from pratique.facts.python.values import Function, Instance, Scope, Value
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity

_LAYER_LIMIT = 12
_NOTES = {
    "encoding": (Behaviour.OBFUSCATION, Severity.HIGH),
    "bidi": (Behaviour.OBFUSCATION, Severity.MEDIUM),
    "zero-width": (Behaviour.OBFUSCATION, Severity.LOW),
    "off-screen": (Behaviour.OBFUSCATION, Severity.MEDIUM),
    "homoglyph": (Behaviour.OBFUSCATION, Severity.LOW),
    "nul": (Behaviour.OBFUSCATION, Severity.LOW),
}


def read_python(member: Member, *, imported: Callable[[str], Scope | None] | None = None) -> PythonFacts:
    """Facts of a source file; a pure function of its bytes and role (and of the modules it imports)."""
    parsed = parse(member.data)
    machine, _scope = run(parsed, member.role, imported)
    notes = [_note(member, n.kind, n.line, n.message) for n in parsed.notes if n.kind in _NOTES]
    if machine.tired:
        notes.append(_tired(member))
    return PythonFacts(path=member.path, calls=tuple(machine.calls), notes=tuple(notes))


def run(parsed: Parsed, role: Role, imported: Callable[[str], Scope | None] | None = None) -> tuple[Machine, Scope]:
    """Run a parsed file abstractly; the machine holds what was seen, the scope its names."""
    machine = Machine(
        role=role,
        evaluate=expressions.evaluate,
        execute=statements.execute,
        invoke=calls.invoke,
        read_code=_read_layer,
        imported=imported or (lambda _name: None),
        budget=Budget(),
        phase=PHASE_OF_ROLE[role],
        lines=parsed.text.splitlines(),
        step_limit=40_000 + len(parsed.text) // 4,
    )
    scope = Scope()
    machine.execute(machine, parsed.tree.body, scope)
    with machine.during(Phase.CALL):
        _uncalled(machine)
    return machine, scope


def _uncalled(machine: Machine) -> None:
    """Functions that only a user calls, each once, with parameters that are the caller's."""
    for cls in list(machine.classes):
        instance = Instance(cls=cls)
        methods = [f for f in cls.names.values() if isinstance(f, Function)]
        for method in sorted(methods, key=lambda f: not f.name.endswith("__init__")):
            _follow_once(machine, method, instance)
    for function in list(machine.functions):
        _follow_once(machine, function, None)


def _follow_once(machine: Machine, function: Function, bound: Value | None) -> None:
    if id(function.node) not in machine.followed:
        calls.follow(
            machine, Function(node=function.node, scope=function.scope, name=function.name, bound=bound), [], {}
        )


def _read_layer(machine: Machine, text: str, layers: tuple[str, ...], scope: Scope | None) -> Value:
    """Read code that was found inside code; a text is read once however often it is reached."""
    if len(layers) > _LAYER_LIMIT + 8 or text in machine.seen_code or not text.strip():
        return Value()
    machine.seen_code.add(text)
    parsed = parse_text(text)
    with machine.inside(layers, parsed.text):
        home = scope or Scope()
        body = parsed.tree.body
        value = Value()
        if len(body) == 1 and hasattr(body[0], "value") and type(body[0]).__name__ == "Expr":
            value = machine.evaluate(machine, body[0].value, home)
        else:
            machine.execute(machine, body, home)
    return value


def _tired(member: Member) -> Finding:
    """Everything was walked once, but what repeats was not computed to its end."""
    return Finding(
        rule="evaluation-limit",
        behaviour=Behaviour.LIMIT,
        severity=Severity.MEDIUM,
        confidence=Confidence.LOW,
        phase=PHASE_OF_ROLE[member.role],
        path=member.path,
        line=0,
        message="the limit on evaluation steps was reached: every line was read, not every value computed",
    )


def _note(member: Member, kind: str, line: int, message: str) -> Finding:
    behaviour, severity = _NOTES[kind]
    return Finding(
        rule=f"source-{kind}",
        behaviour=behaviour,
        severity=severity,
        confidence=Confidence.LOW,
        phase=PHASE_OF_ROLE[member.role],
        path=member.path,
        line=line,
        message=f"the source {message}",
    )
