"""Rules as reporting descriptors, with what code scanning sorts by."""

from __future__ import annotations

from collections.abc import Iterable

from pratique.cli.render.sarif.model import Configuration, Descriptor, MultiformatMessage, RuleProperties
from pratique.cli.render.sarif.words import message
from pratique.finding import Behaviour, Finding
from pratique.rules.catalogue import RULES
from pratique.rules.explained import markdown
from pratique.rules.rule import Rule

SECURITY_SEVERITY: dict[Behaviour, str] = {
    Behaviour.SECOND_STAGE: "9.5",
    Behaviour.THEFT: "9.5",
    Behaviour.PERSISTENCE: "9.0",
    Behaviour.EXECUTION: "9.0",
    Behaviour.OBFUSCATION: "8.0",
    Behaviour.NATIVE: "7.0",
    Behaviour.IMPERSONATION: "6.0",
    Behaviour.PACKAGING: "6.0",
    Behaviour.LIMIT: "5.0",
    Behaviour.METADATA: "4.0",
    Behaviour.HISTORY: "4.0",
}
"""0 to 10, as strings; code scanning calls 9 and more critical, 7 high, 4 medium (CVSS's words)."""
_ERROR_FROM = 7.0


def descriptors(findings: Iterable[Finding]) -> tuple[Descriptor, ...]:
    """Every rule, and one for each kind of note that the findings hold."""
    known = {rule.id for rule in RULES}
    notes = {f.rule: f.behaviour for f in findings if f.rule not in known}
    return (*map(_rule, RULES), *(_note(name, notes[name]) for name in sorted(notes)))


def described(name: str, behaviour: Behaviour, said: str) -> Descriptor:
    """Something that is no rule of the engine's, in one sentence."""
    return _descriptor(name, behaviour, short=said, full=said, plain=said, marked=said, precision="high")


def _rule(rule: Rule) -> Descriptor:
    blocks = f"Blocks: {rule.blocks}" if rule.blocks else "Never blocks by itself."
    return _descriptor(
        rule.id,
        rule.behaviour,
        short=rule.summary,
        full=f"{rule.summary} {rule.gain}",
        plain=f"{rule.summary}\n\nWhat the attacker gains: {rule.gain}\n\n{blocks}\n\nHonest code: {rule.honest}",
        marked=markdown(rule),
        precision="high" if rule.blocks else "medium",
    )


def _note(name: str, behaviour: Behaviour) -> Descriptor:
    short = "The reading itself came upon a limit or an ambiguity."
    full = f"{short} What two readers could understand differently, or what was not read, is never taken for harmless."
    return _descriptor(name, behaviour, short=short, full=full, plain=full, marked=full, precision="medium")


def _descriptor(
    name: str, behaviour: Behaviour, *, short: str, full: str, plain: str, marked: str, precision: str
) -> Descriptor:
    severity = SECURITY_SEVERITY[behaviour]
    level = "error" if float(severity) >= _ERROR_FROM else "warning"
    return Descriptor(
        id=name,
        short_description=message(short),
        full_description=message(full),
        help=MultiformatMessage(text=plain, markdown=marked),
        default_configuration=Configuration(level=level),
        properties=RuleProperties(
            tags=("security", "malware", behaviour.value),
            precision=precision,
            behaviour=behaviour.value,
            problem_severity=level,
            security_severity=severity,
        ),
    )
