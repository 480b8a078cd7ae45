"""A pin beside an index: other bytes, files that are gone, and which files may be installed."""

from __future__ import annotations

from pratique.locks import Pin, differences, permitted
from pratique.names import ProjectName

_A, _B = "a" * 64, "b" * 64


def _pin(*files: tuple[str, str], hashes: frozenset[str] = frozenset()) -> Pin:
    every = hashes | {digest for _, digest in files if digest}
    return Pin(project=ProjectName("demo"), version="1.0", path="x", files=files, hashes=every)


def test_the_same_bytes_are_no_difference() -> None:
    """More files at the index than are locked are none either."""
    assert differences(_pin(("a.whl", _A)), {"a.whl": _A, "b.whl": _B}) == ()
    assert differences(_pin(hashes=frozenset({_A})), {"a.whl": _A, "b.whl": _B}) == ()
    assert differences(_pin(), {"a.whl": _A}) == ()


def test_other_bytes_under_a_locked_name() -> None:
    """Are an exchange; a file that is not there is gone."""
    other, gone = differences(_pin(("a.whl", _A), ("c.whl", _A)), {"a.whl": _B})
    assert (other.exchanged, other.reason) == (True, f"a.whl: sha256 {_A[:12]}… is locked, the index has {_B[:12]}…")
    assert (gone.exchanged, gone.reason) == (False, "c.whl is locked, and the index has it no more")


def test_hashes_of_no_named_file() -> None:
    """One of them has to be there."""
    (found,) = differences(_pin(hashes=frozenset({_A})), {"a.whl": _B})
    assert found.exchanged


def test_only_what_is_locked_may_be_installed() -> None:
    """By name where there are names, else by hash, else everything."""
    listed = {"a.whl": _A, "b.whl": _B, "c.whl": None}
    assert permitted(_pin(("a.whl", "")), listed, listed) == ("a.whl",)
    assert permitted(_pin(hashes=frozenset({_B})), listed, listed) == ("b.whl", "c.whl")
    assert permitted(_pin(), listed, listed) == ("a.whl", "b.whl", "c.whl")
