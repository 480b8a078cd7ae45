"""Modules that belong to somebody else."""

from __future__ import annotations

import pytest

from pratique.identity import Owner, Popular, default_popular, shadows
from pratique.identity.imported import IMPORTED_AS
from pratique.names import project_name

_POPULAR = Popular.of(["requests", "pyyaml", "six", "beautifulsoup4"])


def _owners(project: str, *modules: str) -> list[tuple[str, str]]:
    found = shadows(modules, project_name(project), _POPULAR)
    return [(one.module, one.project or "") for one in found]


def test_a_popular_projects_module_is_its_own() -> None:
    """Whoever ships a top-level `requests` and is not requests stands in its way."""
    assert _owners("example-pkg", "requests", "example_pkg") == [("requests", "requests")]


@pytest.mark.parametrize(("module", "project"), [("yaml", "pyyaml"), ("bs4", "beautifulsoup4"), ("YAML", "pyyaml")])
def test_modules_are_known_by_what_they_are_imported_as(module: str, project: str) -> None:
    """The name to import is often another one than the name to install; some file systems know no case."""
    assert _owners("example-pkg", module) == [(module, project)]


@pytest.mark.parametrize(
    ("project", "module"),
    [
        ("requests", "requests"),
        ("requests-nightly", "requests"),
        ("types-requests", "requests"),
        ("pyyaml-ft", "yaml"),
        ("example-pkg", "six"),
        ("example-pkg", "tests"),
        ("dataclasses-backport", "dataclasses"),
        ("enum34", "enum"),
    ],
)
def test_relatives_and_common_names_are_honest(project: str, module: str) -> None:
    """Builds, forks, stubs and backports say of whom they are; some names everybody uses."""
    assert not _owners(project, module)


def test_the_standard_library_is_nobodys() -> None:
    """A module of Python's own, after those of other projects."""
    found = shadows(["json", "requests"], project_name("example-pkg"), _POPULAR)
    assert [(one.module, one.owner) for one in found] == [("requests", Owner.PROJECT), ("json", Owner.LIBRARY)]


def test_every_project_of_the_table_is_popular() -> None:
    """The table speaks only of projects that the shipped list knows."""
    assert set(IMPORTED_AS.values()) <= set(default_popular().names)
