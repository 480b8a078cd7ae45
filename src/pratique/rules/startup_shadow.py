"""Start-up modules: ``sitecustomize`` and ``usercustomize`` inside a distribution."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.artifact import Role
from pratique.facts.model import PackageFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.rule import Example, Rule

_ID = "startup-module"
_NAMES = ("sitecustomize", "usercustomize")


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for member in facts.members:
        first = member.path.removeprefix("src/").split("/")[0].split(".")[0]
        if member.role is Role.STARTUP and first in _NAMES:
            yield Finding(
                rule=_ID,
                behaviour=Behaviour.PACKAGING,
                severity=Severity.MEDIUM,
                confidence=Confidence.HIGH,
                phase=Phase.STARTUP,
                path=member.path,
                line=1,
                message=f"installs {first}, which every start of Python imports",
            )
            return


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.PACKAGING,
    summary="The distribution installs a module that every start of Python imports.",
    gain="The code runs whether or not the package is ever imported.",
    honest="A few tracing tools do so: alone it only adds to the score.",
    check=_check,
    loud=(
        Example(
            title="sitecustomize at the top",
            files={"sitecustomize.py": "x = 1\n", "example_pkg/__init__.py": ""},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
    ),
    quiet=(
        Example(
            title="a module of that name inside a package",
            files={"example_pkg/sitecustomize.py": "x = 1\n", "example_pkg/__init__.py": ""},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
    ),
)
