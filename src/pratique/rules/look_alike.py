"""Impersonation: a name that evokes a popular project's."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.identity import Resemblance, Strength, look_alike
from pratique.rules.rule import Example, Rule

_ID = "look-alike"
_SLIPS = frozenset({"two edits", "affix", "import name"})


def _check(facts: PackageFacts) -> Iterator[Finding]:
    name = facts.artifact.name.project
    for likeness in look_alike(name, facts.popular)[:1]:
        severity, confidence = _weight(likeness)
        yield Finding(
            rule=_ID,
            behaviour=Behaviour.IMPERSONATION,
            severity=severity,
            confidence=confidence,
            phase=Phase.NONE,
            path="",
            line=0,
            message=f"the name {name} could be taken for {likeness.target} ({likeness.technique})",
        )


def _weight(likeness: Resemblance) -> tuple[Severity, Confidence]:
    """A strong likeness alone stays below the threshold; with one more piece of evidence it does not."""
    if likeness.strength is Strength.STRONG:
        return Severity.HIGH, Confidence.HIGH
    return Severity.LOW, Confidence.LOW if likeness.technique in _SLIPS else Confidence.HIGH


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.IMPERSONATION,
    summary="The project's name is a slip away from a popular project's.",
    gain="People install it by mistake.",
    honest="Names resemble each other by chance, and plugins and forks carry another's name: "
    "a name alone never blocks nor quarantines, it only adds to what the code does.",
    check=_check,
    loud=(
        Example(title="two letters swapped", files={"setup.py": ""}, filename="reqeusts-1.0.tar.gz"),
        Example(title="a zero for an o", files={"setup.py": ""}, filename="c0lorama-1.0.tar.gz"),
        Example(title="a letter doubled", files={"setup.py": ""}, filename="urllibb3-1.0.tar.gz"),
    ),
    quiet=(
        Example(title="the popular project itself", files={"setup.py": ""}, filename="requests-1.0.tar.gz"),
        Example(title="stubs of one's own", files={"setup.py": ""}, filename="types_urllib_mocker-1.0.tar.gz"),
    ),
)
