"""The quick look for words skips nothing that a pattern could have matched."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pratique.facts.shell import signs
from pratique.facts.shell.plain import BLANKS
from pratique.facts.shell.words import words_in

_PATTERNS = [
    *(pattern for table in (signs.PERSISTS, signs.DISARMS, signs.DESTROYS, signs.SECRETS) for _, pattern in table),
    *(signs.REVERSE_SHELL, signs.HIDDEN, signs.IDENTIFIES, signs.FETCHES, signs.SENDS, signs.INSTALLS),
]

_ASCII = st.characters(min_codepoint=9, max_codepoint=126)


@pytest.mark.parametrize("pattern", _PATTERNS, ids=lambda p: p.pattern[:30])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_matches_holds_a_word(pattern: re.Pattern[str], data: st.DataObject) -> None:
    """Any text that a pattern matches holds one of the words without which lines are skipped."""
    text = data.draw(st.from_regex(pattern, alphabet=_ASCII)).translate({**BLANKS, 10: " "})
    if pattern.search(text):
        assert words_in(text), text
