"""The README's session is what the program prints today."""

from __future__ import annotations

import re

from tests.support.session import README, recorded, written


def _timeless(session: str) -> str:
    return re.sub(r"[\d,]+ ms", "some ms", session)


def test_the_recorded_session_is_true() -> None:
    """But for the time it took, every line of the README's report is printed so; `make docs` records it anew."""
    assert _timeless(written(README.read_text(encoding="utf-8"))) == _timeless(recorded()), "run `make docs`"
