"""Byte code without its source: modules that run and that nobody can read."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.facts.bytecode import BytecodeFacts
from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Does
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.rule import Example, Rule

_ID = "bytecode"
_REACHES = frozenset((Does.RUN_CODE, Does.RUN_PROCESS, Does.FETCH, Does.SEND, Does.NATIVE, Does.REGISTRY))
_MOSTLY = 0.5
"""From this share of byte code on, a whole project is published that way: that is a licence, not a hiding-place."""
_PYC = (
    b"U\r\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xe3\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    b"\x00\x03\x00\x00\x00@\x00\x00\x00s\x16\x00\x00\x00d\x00d\x01l\x00Z\x00e\x00\xa0\x01d\x02\xa1\x01\x01\x00"
    b"d\x01S\x00)\x03\xe9\x00\x00\x00\x00N\xda\x04true)\x02\xda\x02os\xda\x06system"
    b"\xa9\x00r\x05\x00\x00\x00r\x05\x00\x00\x00\xda\x01x\xda\x08<module>\x01\x00\x00\x00s\x02\x00"
    b"\x00\x00\x08\x01"
)


def _check(facts: PackageFacts) -> Iterator[Finding]:
    doing = {file.path: _reaching(file.calls) for file in facts.python}
    sources = sum(member.path.endswith(".py") for member in facts.members)
    mostly = len(facts.bytecode) > _MOSTLY * (sources + len(facts.bytecode))
    weighed = [(_weight(one, doing.get(one.path, ()), mostly=mostly), one) for one in facts.bytecode]
    for (severity, confidence, what), one in sorted(weighed, key=lambda pair: -pair[0][0] * pair[0][1])[:1]:
        others = f" (and {len(weighed) - 1} more such files)" if len(weighed) > 1 else ""
        yield Finding(
            rule=_ID,
            behaviour=Behaviour.PACKAGING,
            severity=severity,
            confidence=confidence,
            phase=Phase.IMPORT,
            path=one.path,
            line=0,
            message=f"byte code {what}{others}",
            layers=("pyc",),
        )


def _reaching(calls: tuple[Call, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c.name for c in calls if c.does & _REACHES))


def _weight(one: BytecodeFacts, calls: tuple[str, ...], *, mostly: bool) -> tuple[Severity, Confidence, str]:
    what = f", and calls {', '.join(calls[:3])}" if calls else ""
    if one.foreign:
        severity, confidence = (Severity.HIGH, Confidence.MEDIUM) if calls else (Severity.MEDIUM, Confidence.MEDIUM)
        return severity, confidence, f"runs instead of a source that says something else{what}"
    if one.unchecked:
        return Severity.LOW, Confidence.LOW, f"is never compared with its source{what}"
    if one.damage:
        return Severity.MEDIUM, Confidence.MEDIUM, "without source cannot be read to its end"
    if mostly or not calls:
        return Severity.LOW, Confidence.MEDIUM, f"has no source beside it{what}"
    return Severity.MEDIUM, Confidence.HIGH, f"has no source beside it, among modules that do{what}"


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.PACKAGING,
    summary="A module is there as byte code only, or as byte code that differs from its source.",
    gain="Reviewers read the source; what runs is something else.",
    honest="Some projects publish byte code alone, and caches are packed by mistake: without calls that reach processes, "
    "code or the network it weighs next to nothing. What the byte code does is judged like source.",
    check=_check,
    loud=(
        Example(
            title="one module among many without its source",
            files={"example_pkg/__init__.py": "", "example_pkg/core.py": "", "example_pkg/_speed.pyc": _PYC},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="a cache that is never checked, of another source",
            files={
                "example_pkg/__init__.py": "",
                "example_pkg/core.py": "x = 1\n",
                "example_pkg/__pycache__/core.cpython-38.pyc": _PYC[:4] + b"\1" + _PYC[5:],
            },
        ),
    ),
    quiet=(
        Example(
            title="a cache that its source overrules",
            files={
                "example_pkg/__init__.py": "",
                "example_pkg/core.py": "import os\nos.system('true')\n",
                "example_pkg/__pycache__/core.cpython-38.pyc": _PYC,
            },
        ),
    ),
)
