"""Whoever reads an error of ours reads what to do about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

_SOURCE = Path(__file__).parents[1] / "src" / "pratique"
_BY_ITSELF = {
    "BadProvenance": "it is a note on a file's provenance, which the report explains",
    "BadRecord": "it is told as the reason why an import skipped a record",
    "Withheld": "its message is the policy's or the index's own reason",
}
"""Errors that nobody reads alone, and why."""


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(_SOURCE.rglob("*.py")):
        yield str(path.relative_to(_SOURCE)), ast.parse(path.read_text(encoding="utf-8"))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _family(classes: list[ast.ClassDef]) -> dict[str, ast.ClassDef]:
    """The classes of errors of our own, whichever module they are in."""
    found = {one.name: one for one in classes if one.name == "PratiqueError"}
    while more := {
        one.name: one for one in classes if one.name not in found and any(_name(base) in found for base in one.bases)
    }:
        found |= more
    return found


def _tells(call: ast.Call) -> bool:
    """Whether a call gives a next step, which is not empty."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "remedy"]
    return bool(given) and not (isinstance(given[0], ast.Constant) and not given[0].value)


def _says_by_itself(error: ast.ClassDef) -> bool:
    """Whether every error of the class has the same next step: it takes none, and hands one on."""
    made = [one for one in error.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
    takes = any(argument.arg == "remedy" for one in made for argument in one.args.kwonlyargs)
    return not takes and any(isinstance(node, ast.Call) and _tells(node) for one in made for node in ast.walk(one))


def test_every_error_says_what_to_do() -> None:
    """Each place that makes an error of the family gives a ``remedy``: add one that whoever reads it can do."""
    trees = list(_trees())
    family = _family([node for _, tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)])
    asked = {name for name, error in family.items() if not _says_by_itself(error)} - set(_BY_ITSELF) | {"refuse_all"}
    calls = [(path, node) for path, tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [(path, call) for path, call in calls if _name(call.func) in asked]
    assert len(made) > 300, "the family is no longer found"
    assert [f"{path}:{call.lineno}" for path, call in made if not _tells(call)] == []
    assert set(_BY_ITSELF) <= set(family)
