"""Hostile text on a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pratique.printable import brief, printable


@given(st.text(st.characters(), max_size=200))
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    """Whatever goes in, what comes out is one line of visible characters and spaces."""
    out = printable(text)
    assert not {unicodedata.category(c) for c in out} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_what_was_hidden_is_spelled_out() -> None:
    """Escapes, overrides and line breaks are shown, not dropped: hiding them is evidence."""
    assert printable("a\x1b[2J\u202eb\nc\td\ud800") == r"a\x1b[2J\u202eb\x0ac d\ud800"


def test_ordinary_text_is_left_alone() -> None:
    """Letters of any script stay readable."""
    assert printable("café 東京 🚀") == "café 東京 🚀"


def test_long_text_is_cut() -> None:
    """A line is never longer than its limit, and says that it was cut."""
    assert printable("x" * 50, limit=10) == "x" * 10 + "…"


def test_what_is_brief_ends_after_a_word_and_says_that_it_was_cut() -> None:
    """Nobody takes half a sentence for a whole one, and half a word for none."""
    assert brief("two\n words ", limit=9) == "two words"
    assert brief("two words more", limit=11) == "two words..."
    assert brief("x" * 20, limit=5) == "xxxxx..."
