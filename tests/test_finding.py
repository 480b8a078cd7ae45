"""Where the evidence of a finding lies, and how a decision says it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity, Step, line_in_file
from pratique.policy import Policy, decide
from pratique.verdict import Report, weigh
from tests.cli.engines import report

_INNER = Finding(
    rule="second-stage",
    behaviour=Behaviour.SECOND_STAGE,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    phase=Phase.INSTALL,
    path="setup.py",
    line=5,
    message="a program is run",
    layers=("base64", "zlib", "base64"),
    proven=True,
)
_OUTER = replace(
    _INNER,
    rule="decoded-code",
    line=12,
    layers=(),
    flow=(Step(line=12, what="decoded: base64>zlib"), Step(line=12, what="exec")),
    proven=False,
)
_PLAIN = replace(_INNER, layers=())


def _judged(*findings: Finding) -> Report:
    return replace(report(*findings), verdict=weigh(findings).verdict)


@pytest.mark.parametrize(
    ("finding", "others", "line"),
    [
        (_PLAIN, (), 5),
        (_INNER, (_OUTER,), 12),
        (replace(_INNER, outer=30), (_OUTER,), 30),
        (_INNER, (), 0),
        (_INNER, (replace(_OUTER, path="other.py"),), 0),
        (_INNER, (replace(_OUTER, flow=(Step(line=12, what="decoded: hex"),)),), 0),
        (_INNER, (_OUTER, replace(_OUTER, line=30)), 0),
    ],
    ids=[
        "no layers",
        "opened by another",
        "told by the reading",
        "unknown",
        "another file",
        "another decoder",
        "ambiguous",
    ],
)
def test_the_line_is_that_of_the_file(finding: Finding, others: tuple[Finding, ...], line: int) -> None:
    """Inside decoded text a line of the file is given only where one finding says where the text was opened."""
    assert line_in_file(finding, (finding, *others)) == line


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ((_PLAIN,), "blocked: second-stage in setup.py:5: a program is run"),
        ((_INNER, _OUTER), "blocked: second-stage in setup.py:12: a program is run"),
        ((_INNER,), "blocked: second-stage in setup.py: a program is run"),
        ((replace(_PLAIN, path="", line=0),), "blocked: second-stage: a program is run"),
        (
            (replace(_PLAIN, path=f"{'a' * 90}/{'b' * 53}.py"),),
            f"blocked: second-stage in ...aaa/{'b' * 53}.py:5: a program is run",
        ),
    ],
)
def test_a_refusal_names_a_place_that_can_be_opened(findings: tuple[Finding, ...], said: str) -> None:
    """The reason gives file and line as an editor counts them, and leaves out what there is none of."""
    assert decide(_judged(*findings), Policy()).reason == said


def test_every_phase_has_its_words() -> None:
    """Only what never runs has no moment."""
    assert [phase for phase in Phase if not phase.moment] == [Phase.NONE]
