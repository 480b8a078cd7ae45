from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.index.negotiate import HTML, JSON, LEGACY, negotiate


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ([], LEGACY),
        ([""], LEGACY),
        (["*/*"], LEGACY),
        (["text/html"], LEGACY),
        ([JSON], JSON),
        ([HTML], HTML),
        ([f"{JSON}, {HTML};q=0.1, text/html;q=0.01"], JSON),
        ([f"{JSON};q=0.2, {HTML};q=0.1, text/html"], LEGACY),
        ([JSON, "text/html;q=0.01"], JSON),
        ([f"{JSON}, */*"], JSON),
        (["application/vnd.pypi.simple.latest+json"], JSON),
        (["application/vnd.pypi.simple.latest+html"], HTML),
        (["application/*"], JSON),
        (["text/*"], LEGACY),
        (["text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"], LEGACY),
        ([f"*/*;q=0.5, {JSON};q=0"], LEGACY),
        (["text/html;q=0, */*;q=0.1"], HTML),
        ([JSON.upper()], JSON),
        ([f"{JSON} ; q=1.0"], JSON),
        (["text/html;charset=utf-8;q=0.3"], LEGACY),
        (["image/png"], None),
        (["application/vnd.pypi.simple.v2+json"], None),
        (["*/*;q=0"], None),
        ([f"{JSON};q=nan"], None),
        ([f"{JSON};q=2"], None),
    ],
)
def test_the_best_acceptable_type_is_chosen(headers: list[str], answer: str | None) -> None:
    """PEP 691: quality values, wildcards and aliases decide; nothing acceptable is nothing."""
    assert negotiate(headers) == answer


@given(st.lists(st.text(alphabet="aplicton/x*;q=.01, jshm+"), max_size=3))
def test_any_header_gets_an_offered_type_or_nothing(headers: list[str]) -> None:
    """No header, however malformed, raises."""
    assert negotiate(headers) in {JSON, HTML, LEGACY, None}
