"""What rules and notes say of themselves, for every place where people read it."""

from __future__ import annotations

from pratique.finding import Finding
from pratique.rules.catalogue import RULES
from pratique.rules.notes import NOTES
from pratique.rules.rule import Rule

MENDING = (
    "report the project, its version, and the line that was named. The honest code becomes a quiet example of the rule, "
    "which then has to tell the two apart for good."
)
"""How a false alarm is mended: by an example, which is a test from then on."""
_UNTIL_THEN = "Until then, `pratique screen --rules` with the names of the other rules judges without it."
NEVER_BLOCKS = "Never by itself: it adds to the score, and a score of 0.5 or more is held for a person."
_PYTHON = (".py", ".pyw", ".pyi", ".pth", ".pyc")


def gain(rule: str) -> str:
    """What an attacker gets from what a rule or note found; empty for an unknown name."""
    return {**{n.id: n.gain for n in NOTES}, **{r.id: r.gain for r in RULES}}.get(rule, "")


def language(finding: Finding) -> tuple[str, ...]:
    """What the innermost layer of a finding was read as: the end of the chain that people see."""
    python = finding.path.lower().endswith(_PYTHON) and finding.layers
    return ("python",) if python and not finding.layers[-1].startswith("python") else ()


def in_words(step: str, *, arrow: str = "→") -> str:
    """A station of a flow as people read it: decoders with arrows, and no number (a size) for a place."""
    source, _, detail = step.partition(": ")
    if source == "decoded" and detail:
        return f"{source} by {detail.replace('>', f' {arrow} ')}"
    return source if detail.isdecimal() else step


def sections(rule: Rule) -> tuple[tuple[str, str], ...]:
    """Headings and texts that explain a rule, in reading order."""
    return (
        ("What it sees", rule.summary),
        ("What the attacker gains", rule.gain),
        ("When it blocks", rule.blocks or NEVER_BLOCKS),
        ("What honest code does instead", rule.honest),
        ("If it is wrong", f"{MENDING[:1].upper()}{MENDING[1:]} {_UNTIL_THEN}"),
    )


def markdown(rule: Rule) -> str:
    """The sections as Markdown, without examples."""
    return "\n\n".join(f"**{heading}.** {text}" for heading, text in sections(rule))
