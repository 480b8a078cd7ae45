"""A bracket that stays open swallows no program: what follows its own lines is read as what it is."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.facts.python.source.parse import parse_text
from pratique.facts.python.source.recovery.brackets import closed


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("x = foo(\nimport os\n", "x = foo()\nimport os\n"),
        ("x = foo(1,  # why (\nimport os\n", "x = foo(1,)  # why (\nimport os\n"),
        ("if a:\n    x = foo(1,\n        2\n    y = 3\n", "if a:\n    x = foo(1,\n        2)\n    y = 3\n"),
        ("x = [foo(1, {'a': 2\ny = 2\n", "x = [foo(1, {'a': 2})]\ny = 2\n"),
        ("d = {\n    'a': foo(1,\n}\nimport os\n", "d = {\n    'a': foo(1,\n)}\nimport os\n"),
        ("f(a[1)\nx = 2\n", "f(a[1])\nx = 2\n"),
        ("x = (\n    'a' \\\n\n\ny = 1\n", "x = (\n    'a') \\\n\n\ny = 1\n"),
        ("x = ')' + (", "x = ')' + ()"),
    ],
)
def test_what_stays_open_is_closed_where_its_lines_end(broken: str, whole: str) -> None:
    """Lines that are indented deeper belong to it; those of its own depth are statements again."""
    assert closed(broken) == whole


def test_definitions_behind_an_open_bracket_are_definitions() -> None:
    """Not parts of one long expression, which says nothing of what calls what."""
    parsed = parse_text("x = foo(1,\ndef run(code):\n    exec(code)\nrun('1')\n")
    assert parsed.recovered
    assert [type(statement) for statement in parsed.tree.body] == [ast.Assign, ast.FunctionDef, ast.Expr]


@given(st.text(alphabet="()[]{}'\"#\\\n ab:", max_size=200))
def test_lines_stay_where_they_are(text: str) -> None:
    """Nothing but closing brackets is added, and never a line."""
    made = closed(text)
    assert made.count("\n") == text.count("\n")
    rest = iter(made)
    assert all(letter in rest for letter in text)
