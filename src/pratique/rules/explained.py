"""What the rules say of themselves, for every place where people read it."""

from __future__ import annotations

from pratique.finding import Finding
from pratique.rules.catalogue import RULES

_PYTHON = (".py", ".pyw", ".pyi", ".pth", ".pyc")


def gain(rule: str) -> str:
    """What an attacker gets from it; empty for a note that no rule made (a limit, an ambiguity)."""
    return next((r.gain for r in RULES if r.id == rule), "")


def language(finding: Finding) -> tuple[str, ...]:
    """What the innermost layer of a finding was read as: the end of the chain that people see."""
    python = finding.path.lower().endswith(_PYTHON) and finding.layers
    return ("python",) if python and not finding.layers[-1].startswith("python") else ()
