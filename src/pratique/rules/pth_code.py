"""Start-up hooks: code in ``.pth`` files that reaches beyond importing something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.pth import code_lines
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.rule import Example, Rule

_ID = "pth-code"
_RUNS = re.compile(r"\b(?:exec|eval|compile|__import__|getattr|marshal|runpy)\b")
_DECODES = re.compile(
    r"\b(?:b(?:16|32|64|85)decode|a85decode|base64|unhexlify|fromhex|zlib|lzma|bz2|codecs|marshal|Fernet|bytes\(\[)"
    r"|\[::-1\]"
)
_REACHES = re.compile(
    r"\b(?:subprocess|Popen|os\.(?:system|popen|spawn\w{1,4}|exec\w{1,4}|startfile)|pty|ctypes|socket|urllib|urlopen|"
    r"requests|http\.client|httpx|aiohttp)\b"
)
_ASSEMBLED = 4
"""So many characters put together by number are a text that should not be read."""
_LONG = 2_000
"""Characters; name-space and editable hooks of honest tools take a few hundred."""


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for member in facts.members:
        if member.path.lower().endswith(".pth"):
            for number, line in code_lines(member.data[:1_000_000]):
                severity, confidence, what = _weight(line)
                yield Finding(
                    rule=_ID,
                    behaviour=Behaviour.PACKAGING,
                    severity=severity,
                    confidence=confidence,
                    phase=Phase.STARTUP,
                    path=member.path,
                    line=number,
                    message=f"a .pth line {what} at every start of Python",
                    code=line[:400],
                )


def _weight(line: str) -> tuple[Severity, Confidence, str]:
    assembled = line.count("chr(") >= _ASSEMBLED
    if (assembled or _DECODES.search(line)) and _RUNS.search(line):
        return Severity.CRITICAL, Confidence.HIGH, "executes what it decodes"
    if _REACHES.search(line):
        return Severity.CRITICAL, Confidence.HIGH, "reaches processes or the network"
    if len(line) > _LONG:
        return Severity.HIGH, Confidence.HIGH, "of unusual length runs"
    return Severity.LOW, Confidence.MEDIUM, "runs code"


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.PACKAGING,
    summary="A .pth file runs code at every start of Python.",
    gain="The code runs whether or not the package is ever imported.",
    honest="Name-space packages, editable installs and coverage tools import a module and call it: "
    "that weighs next to nothing. Decoding, processes and network in such a line do.",
    check=_check,
    loud=(
        Example(
            title="decoded and executed",
            files={
                "example_pkg.pth": "import base64;exec(base64.b64decode('cHJpbnQoMSk='))\n",
                "example_pkg/__init__.py": "",
            },
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="a process, behind an unusual line end",
            files={
                "example_pkg.pth": "x\u2028import subprocess;subprocess.Popen(['true'])\n",
                "example_pkg/__init__.py": "",
            },
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
    ),
    quiet=(
        Example(
            title="paths only",
            files={"example_pkg.pth": "vendored\n# import os\n", "example_pkg/__init__.py": ""},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
    ),
)
