"""Conditions in the Common Expression Language, over variables that are documented in ``docs/policy.md``."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from pratique.finding import Finding
from pratique.policy.model import When
from pratique.policy.signals import SignalKind
from pratique.versions import read_version

if TYPE_CHECKING:
    from cel import Program

    from pratique.policy.case import Case

_OF_BYTES: dict[str, object] = {
    "verdict": "clean",
    "score": 0.02,
    "behaviours": ["native"],
    "rules": ["native-payload"],
    "proven": False,
}
"""What is known only once a file was inspected; before, a condition that asks for it is not looked at."""

_OF_PUBLISHER: dict[str, object] = {"publishers": ["github:acme/widgets"], "verified": True}
"""What is known only once a file's provenance was looked up; before, such a condition is not looked at either."""

_OF_RELEASE: dict[str, object] = {
    "project": "flask",
    "version": "3.1.0",
    "filename": "flask-3.1.0-py3-none-any.whl",
    "kind": "wheel",
    "prerelease": False,
    "size": 1024,
    "sha256": "0" * 64,
    "age_days": 12.5,
    "age_known": True,
    "yanked": False,
    "attested": True,
    "project_days": 400.0,
    "releases": 12,
    "signals": ["vulnerable"],
    "advisories": ["PYSEC-2026-1"],
    "fixes": ["PYSEC-2026-1"],
    "index": "strict",
}

_ADVISED = frozenset({SignalKind.MALWARE, SignalKind.VULNERABLE})
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_][A-Za-z0-9_]*)\s*,", re.ASCII)

VARIABLES: dict[str, object] = {**_OF_RELEASE, **_OF_PUBLISHER, **_OF_BYTES}
"""Each variable's name, with an example of its type."""


def fault(condition: str) -> str:
    """Why a condition cannot be used; empty where it can. It is tried on the examples, so that types are checked."""
    try:
        program = _program(condition)
        strange = sorted(_free(program) - VARIABLES.keys())
        if strange:
            return f"there is no variable {strange[0]}"
        value = program.execute(VARIABLES)
    except Exception as error:  # noqa: BLE001  (the library raises whatever fits: each is a condition that fails)
        return _first_line(error)
    return "" if isinstance(value, bool) else "it has to be true or false"


def met(when: When, case: Case) -> str | None:
    """Whether a condition holds: empty where it does, nothing where it does not, else why that cannot be told."""
    try:
        program = _program(when.condition)
        wanted = _free(program)
        if not _is_ready(case, wanted):
            return None
        value = program.execute(_values(case, wanted))
    except Exception as error:  # noqa: BLE001
        return _first_line(error)
    return "" if value is True else None if value is False else "it is neither true nor false"


def _is_ready(case: Case, wanted: frozenset[str]) -> bool:
    """Whether all is known that a condition asks for."""
    inspected = case.report is not None or not wanted & _OF_BYTES.keys()
    return inspected and (case.vouched is not None or not wanted & _OF_PUBLISHER.keys())


def asks_for(condition: str, variable: str) -> bool:
    """Whether a condition needs this variable."""
    return variable in _free(_program(condition))


@lru_cache(maxsize=1_000)
def _program(condition: str) -> Program:
    import cel

    return cel.compile(condition)


@lru_cache(maxsize=1_000)
def _names(source: str) -> frozenset[str]:
    """Without those that a macro binds, such as ``a`` in ``advisories.exists(a, a != "")``."""
    return frozenset(_program(source).variables()) - frozenset(_BOUND.findall(source))


def _free(program: Program) -> frozenset[str]:
    return _names(program.source)


def _values(case: Case, wanted: frozenset[str]) -> dict[str, object]:
    """Only what a condition asks for: it may be asked of thousands of files."""
    return {name: _READ[name](case) for name in wanted if name in _READ}


def _age(case: Case) -> float:
    return (case.now - case.uploaded).total_seconds() / 86_400 if case.uploaded else -1.0


def _project_days(case: Case) -> float:
    return (case.now - case.began).total_seconds() / 86_400 if case.began else -1.0


def _publishers(case: Case) -> list[str]:
    """Raises `ValueError` where there are some that cannot be told: such a condition refuses."""
    if case.vouched is None or not case.vouched.known:
        raise ValueError("who published it cannot be told")
    return [one.name for one in case.vouched.publishers]


def _of_findings(case: Case, what: Callable[[Finding], str]) -> list[str]:
    return sorted({what(finding) for finding in case.report.findings}) if case.report else []


_READ: dict[str, Callable[[Case], object]] = {
    "project": lambda case: case.project,
    "version": lambda case: case.version,
    "filename": lambda case: case.filename,
    "kind": lambda case: case.kind.value,
    "prerelease": lambda case: _is_prerelease(case.version),
    "size": lambda case: case.size,
    "sha256": lambda case: case.sha256,
    "age_days": _age,
    "age_known": lambda case: case.uploaded is not None,
    "yanked": lambda case: case.yanked,
    "attested": lambda case: case.attested,
    "project_days": _project_days,
    "releases": lambda case: case.releases,
    "publishers": _publishers,
    "verified": lambda case: bool(case.vouched and case.vouched.verified),
    "signals": lambda case: sorted({signal.kind.value for signal in case.signals}),
    "advisories": lambda case: [signal.id for signal in case.signals if signal.kind in _ADVISED],
    "fixes": lambda case: list(case.fixes),
    "index": lambda case: case.index,
    "verdict": lambda case: case.report.verdict.value if case.report else "",
    "score": lambda case: case.report.score if case.report else 0.0,
    "behaviours": lambda case: _of_findings(case, lambda finding: finding.behaviour.value),
    "rules": lambda case: _of_findings(case, lambda finding: finding.rule),
    "proven": lambda case: any(finding.proven for finding in case.report.findings) if case.report else False,
}


def _is_prerelease(version: str) -> bool:
    parsed = read_version(version)
    return parsed is not None and parsed.is_prerelease


def _first_line(error: Exception) -> str:
    """The library's own words, without the list of all that could have stood there instead."""
    line = str(error).splitlines()[0] if str(error) else type(error).__name__
    return re.sub(r"^Failed to parse expression .*?: ERROR: <input>:", "at ", line).partition(" expecting {")[0][:200]
