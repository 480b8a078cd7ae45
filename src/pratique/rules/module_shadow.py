"""Shadowed modules: a distribution puts its files where another project's are imported from."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.artifact import Role
from pratique.facts.model import PackageFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.identity import Owner, Shadow, shadows
from pratique.names import Kind
from pratique.rules.rule import Example, Rule

_ID = "module-shadow"


def _check(facts: PackageFacts) -> Iterator[Finding]:
    tops = {m.path.removeprefix("src/") for m in facts.members if m.role is Role.MODULE and "!/" not in m.path}
    modules = {name for path in tops if (name := _top(path))}
    wheel = facts.artifact.name.kind is Kind.WHEEL
    seen: set[Owner] = set()
    for shadow in shadows(modules, facts.artifact.name.project, facts.popular):
        if shadow.owner not in seen:
            seen.add(shadow.owner)
            yield Finding(
                rule=_ID,
                behaviour=Behaviour.IMPERSONATION,
                severity=Severity.MEDIUM if shadow.owner is Owner.PROJECT else Severity.LOW,
                confidence=Confidence.HIGH if wheel else Confidence.LOW,
                phase=Phase.NONE,
                path=shadow.module,
                line=0,
                message=_message(shadow),
            )


def _message(shadow: Shadow) -> str:
    if shadow.owner is Owner.LIBRARY:
        return f"installs a module named {shadow.module}, which is one of Python's own"
    return f"installs a module named {shadow.module}, which is what the project {shadow.project} is imported as"


def _top(path: str) -> str:
    """The module that a path makes importable: ``name/__init__.py`` or ``name.py``."""
    parts = path.split("/")
    if len(parts) == 2 and parts[1] == "__init__.py":
        return parts[0]
    return parts[0].removesuffix(".py") if len(parts) == 1 and path.endswith(".py") else ""


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.IMPERSONATION,
    summary="A distribution installs a module that belongs to another, popular project or to Python itself.",
    gain="Everybody who imports the popular project in that environment runs this code instead.",
    honest="Forks and builds carry the other's name in their own, popular projects are known, and tests or vendored "
    "helpers have common names: alone it only adds to the score.",
    check=_check,
    loud=(
        Example(
            title="a popular client's package",
            files={"requests/__init__.py": "", "example_pkg/__init__.py": ""},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="a module whose project is called otherwise",
            files={"yaml/__init__.py": ""},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="a module of Python's own",
            files={"logging.py": "", "example_pkg/__init__.py": ""},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
    ),
    quiet=(
        Example(
            title="a build of it",
            files={"requests/__init__.py": ""},
            filename="requests_nightly-1.0-py3-none-any.whl",
        ),
        Example(
            title="a backport that says so",
            files={"dataclasses.py": ""},
            filename="dataclasses_backport-1.0-py3-none-any.whl",
        ),
        Example(
            title="vendored inside the package",
            files={"example_pkg/__init__.py": "", "example_pkg/requests/__init__.py": "", "six.py": ""},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
    ),
)
