"""A sketch of a module says at least what its tree says, and says nothing where its text leaves a doubt."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pratique.facts.python.distribution.mentions import mentions_of
from pratique.facts.python.distribution.sketch import sketch
from pratique.facts.python.source.parse import parse

_PIECES = (
    *("def f(x):\n", "def g(x=hot()):\n", "def h(a: str = ')', b={1: 2,\n 'c':\n hot()}):\n", "async def k(): hot()\n"),
    *("class C:\n", "class D(Base, key=hot()):\n", "    def __init__(self):\n", "        f()\n", "    f = g\n", "@f\n"),
    *(
        "import a\n",
        "import b as f\n",
        "from c import hot as g\n",
        "from d import (\n    x,\n    hot as f,\n)\n",
        "f()\n",
    ),
    *("from e import x as \\\n    f\n", "if x:\n", "    import f\n", "try:\n", "except E:\n", "    hot()\n", "hot()\n"),
    *('"""', "'''", "# ", "'", '"', "\\\n", "\n", "    ", "\t", "x = ", "(", ")", "é", ":\n", '    """docs hot"""\n'),
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=24).map("".join))
@example("def f(x):\n    x = {\n'c':\n    1}\n    def g(): hot()\n    g()\nf(1)\n")
@example("class C:\n    def __init__(self):\n        x = (\n1)\n        f()\n        hot()\nC()\n")
def test_whatever_runs_at_once_by_the_tree_does_so_by_the_sketch(text: str) -> None:
    """Else a module would be passed over that sets off what its neighbour holds."""
    told, parsed = sketch(text.encode()), parse(text.encode())
    if told is None or parsed.recovered:
        return
    for name in ("hot", "f", "g"):
        _, at_once = mentions_of(parsed).spread(frozenset({name}))
        assert told.spread(frozenset({name}))[1] or not at_once


def test_an_honest_module_is_told_without_a_parser() -> None:
    """Imports, definitions and strings do not run; a call and a base class do."""
    text = '''"""About hot()."""
from __future__ import annotations
from a import (
    one,  # which is hot
    two as three,
)

class Client(one):
    """Calls hot()."""
    limit = size()

    def get(self):
        return hot()

def fetch(a, b="(1)"):
    text = """
hot()
"""
    return Client().get()

if start:
    fetch(1)
'''
    told = sketch(text.encode())
    assert told is not None
    assert {"size", "start", "fetch"} <= told.at_once
    assert told.at_once.isdisjoint({"hot", "one"})
    assert told.bases == {"one"}
    assert told.aliases == [("two", "three")]
    assert [(one.name, one.function) for one in told.later] == [("Client", False), ("fetch", True)]
    assert told.spread(frozenset({"hot"})) == (frozenset({"fetch"}), True)
    assert told.spread(frozenset({"two"})) == (frozenset(), False)
    assert told.spread(frozenset({"one"}), bases=False) == (frozenset(), True)


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    x = (\n1)\n    def g(): pass\n",
        "x = 'a\\\ndef f():\\\n'\n",
        "def f():\n\tpass\nclass C:\n    pass\n",
        "from a import b as \\\n    c\n",
        "é = 1\n",
    ],
)
def test_what_is_in_doubt_is_left_to_the_parser(text: str) -> None:
    """Lines that go on at any indentation, tabs among blanks, and names that are not plain letters."""
    assert sketch(text.encode()) is None
