"""The page about the gateway says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.gateway import expecting, metadata, pages
from pratique.gateway.gateway import Rules
from pratique.index import parse
from pratique.upstream import client

_PAGE = (Path(__file__).parents[2] / "docs" / "gateway.md").read_text(encoding="utf-8").replace("\n", " ")


@pytest.mark.parametrize(
    "said",
    [
        f"at most {metadata._LIMIT // 1_000_000} MB",
        f"pages of at most {client._PAGE_BYTES >> 20} MB, {parse._MOST_PARTS:,} parts or {parse._MOST_TAGS:,} tags",
        f"after {Rules().patience.total:.0f} seconds 403",
        f"within {Rules().fresh.seconds} seconds",
        f"at most {expecting.MOST} for one release and {expecting.WAITING} in all",
        f"at most three of a project and {Rules().caps.waiting} in all, none above {Rules().caps.size // 1_000_000} MB",
        f"out of a directory of at most {metadata._DIRECTORY >> 20} MB",
        {10: "left alone for ten seconds"}.get(pages._RECOVERY.seconds, "another number"),
    ],
)
def test_numbers_are_those_of_the_code(said: str) -> None:
    """A limit that changes changes there, too."""
    assert said in _PAGE
