from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.index.entries import address, location

_BASE = "https://here.example.invalid:8443/root/simple/demo/"
_PART = st.sampled_from(
    ["..", ".", "", "packages", "a1", "demo-1.0.tar.gz", ".hidden", "a b", "x:y", "é", "%2e", "a?b", "~u"]
)
_START = st.sampled_from(
    ["", "/", "//", "../", "../../", "../../../../", "https://there.example.invalid/", "http:", "mailto:x"]
)


@given(_START, st.lists(_PART, max_size=5))
def test_a_short_cut_leads_to_the_same_place(start: str, parts: list[str]) -> None:
    """Nearly all addresses are joined without being taken apart: to what RFC 3986 says of them."""
    raw = start + "/".join(parts)
    place = location(_BASE, raw)
    assert address(_BASE, raw) == (place.url if place else None)


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("demo-1.0.tar.gz", f"{_BASE}demo-1.0.tar.gz"),
        ("/files/demo-1.0.tar.gz", "https://here.example.invalid:8443/files/demo-1.0.tar.gz"),
        ("../../files/a1/demo-1.0.tar.gz", "https://here.example.invalid:8443/root/files/a1/demo-1.0.tar.gz"),
        ("http://there.example.invalid/demo-1.0.tar.gz", "http://there.example.invalid/demo-1.0.tar.gz"),
    ],
)
def test_addresses_are_resolved_against_their_page(raw: str, url: str) -> None:
    """PEP 503 allows relative ones."""
    assert address(_BASE, raw) == url
