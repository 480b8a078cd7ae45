"""The outline of a module: never fewer names than its tree gives, and none where text leaves a doubt."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pratique.facts.python.distribution.named import names_of_tree, names_with
from pratique.facts.python.source.outline import statements_with
from pratique.facts.python.source.parse import parse

_WORDS = frozenset({"code", "process"})
_PIECES = (
    *(
        "def f(x):\n",
        "class C:\n",
        "async def g():\n",
        "    exec(x)\n",
        "    return 1\n",
        "x = 1\n",
        "import subprocess\n",
    ),
    *('"""', "'''", "# ", "'", '"', "\\", "\n", "    ", "x = ", "(", ")", "é", "exec(x)\n", "    '''docs'''\n", "f"),
    *('    """docs\ndef h():\n    exec(x)\n"""\n', "@f\n", "if x:\n", "'sys' 'tem'"),
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=24).map("".join))
@example('x = "\'" + \'"""\'\ndef f():\n    exec(x)\ny = \'"""\'\n')
@example("# '''\nx = '''\ndef a():\n    '''; exec(x)\n")
@example("def f(x):\n    y = '''\ndef g():\n    '''; exec(x); z = '''\n    pass'''\n")
@example("@f\nclass C:\n    exec(x)\n")
@example("if x:\n    pass\nelse:\n    def f(): exec(x)\n")
def test_it_names_whatever_the_tree_names(text: str) -> None:
    """A name that the outline leaves out would be a half of a chain that nobody looks for."""
    parsed = parse(text.encode())
    if not parsed.recovered:
        assert names_with(text.encode(), _WORDS) >= names_of_tree(parsed, _WORDS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def run(x):\n    exec(x)\n\ndef other():\n    pass\n", {"run"}),
        (
            '"""About exec(x).\n\ndef no(): exec(x)\n"""\nimport pty\n\nclass Runs:\n    def go(self): exec(1)\n',
            {"Runs"},
        ),
        ("def f():\n    '''docs'''\n    exec(1)\n", {"f"}),
        ("@f\n@g\ndef h():\n    exec(1)\n", {"h"}),
        ("if 1:\n    def f():\n        exec(1)\nelse:\n    f = 1\n", {"f"}),
        ("run = exec\nrun2 = (exec)\n", {"run", "run2"}),
    ],
)
def test_names_are_told_without_a_tree_of_the_module(text: str, names: set[str]) -> None:
    """What honest modules look like is certain."""
    assert statements_with(text.encode(), _WORDS) is not None
    assert names_with(text.encode(), _WORDS) == names


@pytest.mark.parametrize(
    "text",
    [
        "# '''\nx = '''\ndef a():\n    '''; exec(x)\n",
        'def f():\n    x = "it\'s" """b"""\n    exec(1)\n',
        "def f():\r    exec(1)\r",
    ],
)
def test_what_is_in_doubt_is_left_to_the_parser(text: str) -> None:
    """Quotes of which text alone cannot tell what they open."""
    assert statements_with(text.encode(), _WORDS) is None
