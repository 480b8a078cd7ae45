"""What the rules say of themselves, for every place where people read it."""

from __future__ import annotations

from pratique.finding import Finding
from pratique.rules.catalogue import RULES
from pratique.rules.rule import Rule

MENDING = (
    "Report the project, its version, and the line that was named. The honest code becomes a quiet example of the rule, "
    "which then has to tell the two apart for good. Until then judge without the rule by naming the others with --rules."
)
"""How a false alarm is mended: by an example, which is a test from then on."""
_PYTHON = (".py", ".pyw", ".pyi", ".pth", ".pyc")


def gain(rule: str) -> str:
    """What an attacker gets from it; empty for a note that no rule made (a limit, an ambiguity)."""
    return next((r.gain for r in RULES if r.id == rule), "")


def language(finding: Finding) -> tuple[str, ...]:
    """What the innermost layer of a finding was read as: the end of the chain that people see."""
    python = finding.path.lower().endswith(_PYTHON) and finding.layers
    return ("python",) if python and not finding.layers[-1].startswith("python") else ()


def markdown(rule: Rule) -> str:
    """A rule's own page, without its examples."""
    return "\n\n".join(f"**{heading}** {text}" if heading else text for heading, text in sections(rule))


def sections(rule: Rule) -> tuple[tuple[str, str], ...]:
    """Headings and texts that explain a rule, in reading order; the first has no heading."""
    return (
        ("", rule.summary),
        ("Why it matters", rule.gain),
        ("When it blocks", rule.blocks or "Never by itself: it adds to the score, which can quarantine."),
        ("What honest code does instead", rule.honest),
        ("If it is wrong", MENDING),
    )
