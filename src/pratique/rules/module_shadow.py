"""Shadowed modules: a distribution puts its files where another project's are imported from."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.artifact import Role
from pratique.facts.model import PackageFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.identity import Popular, default_popular
from pratique.names import Kind, ProjectName
from pratique.rules.rule import Example, Rule

_ID = "module-shadow"
_KNOWN = 2_000
"""So many of the most popular projects; further down, names coincide."""
# fmt: off
_COMMON = frozenset({
    "six", "typing-extensions", "tests", "test", "docs", "examples", "example", "utils", "util", "common", "config",
    "core", "build", "tools", "scripts", "main", "setup", "src", "lib", "data", "models", "api", "cli", "google", "mock",
    "benchmarks", "client", "server", "types", "version", "plugins", "packaging", "wheel",
})
# fmt: on
"""Names that many projects give to folders of their own, or carry along."""


def _check(facts: PackageFacts) -> Iterator[Finding]:
    project, popular = facts.artifact.name.project, default_popular()
    if project in popular:
        return
    tops = {m.path.removeprefix("src/") for m in facts.members if m.role is Role.MODULE and "!/" not in m.path}
    for name in sorted({n for path in tops if (n := _top(path))}):
        plain = ProjectName(name.lower().replace("_", "-"))
        if _belongs_to_another(plain, project, popular):
            wheel = facts.artifact.name.kind is Kind.WHEEL
            yield Finding(
                rule=_ID,
                behaviour=Behaviour.IMPERSONATION,
                severity=Severity.MEDIUM,
                confidence=Confidence.HIGH if wheel else Confidence.LOW,
                phase=Phase.NONE,
                path=name,
                line=0,
                message=f"installs a module named {name}, which is what the project of that name is imported as",
            )
            return


def _top(path: str) -> str:
    """The module that a path makes importable: ``name/__init__.py`` or ``name.py``."""
    parts = path.split("/")
    if len(parts) == 2 and parts[1] == "__init__.py":
        return parts[0]
    return parts[0].removesuffix(".py") if len(parts) == 1 and path.endswith(".py") else ""


def _belongs_to_another(module: ProjectName, project: ProjectName, popular: Popular) -> bool:
    if module in _COMMON or len(module) <= 2 or popular.rank.get(module, _KNOWN) >= _KNOWN:
        return False
    ours, theirs = project.replace("-", ""), module.replace("-", "")
    return theirs not in ours and ours not in theirs


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.IMPERSONATION,
    summary="A distribution installs a module that belongs to another, popular project.",
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
    ),
    quiet=(
        Example(
            title="a build of it",
            files={"requests/__init__.py": ""},
            filename="requests_nightly-1.0-py3-none-any.whl",
        ),
        Example(
            title="vendored inside the package",
            files={"example_pkg/__init__.py": "", "example_pkg/requests/__init__.py": "", "six.py": ""},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
    ),
)
