"""Whose address it is, and what of it may be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import BadSetting
from pratique.upstream import is_self, redact
from pratique.upstream.addresses import parse_index


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1:8470/simple/", "127.0.0.1"),
        ("http://localhost:8470/simple/", "127.0.0.1"),
        ("http://user:pw@localhost:8470/simple/", "0.0.0.0"),
        ("http://127.9.9.9:8470/", "::"),
        ("http://[::1]:8470/simple/", "localhost"),
        ("http://[::ffff:127.0.0.1]:8470/simple/", "127.0.0.1"),
        ("http://0.0.0.0:8470/simple/", "127.0.0.1"),
        ("http://Index.example.invalid:8470/simple/", "index.example.invalid"),
    ],
)
def test_the_same_server_by_another_name_is_recognised(url: str, host: str) -> None:
    """All spellings of loopback are one machine."""
    assert is_self(url, host, 8470)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8471/simple/",
        "http://index.example.invalid:8470/simple/",
        "http://192.0.2.1:8470/",
        "https://127.0.0.1/simple/",
        "http://127.0.0.1:port/",
        "nonsense",
    ],
)
def test_another_server_is_not_taken_for_this_one(url: str) -> None:
    """Another port or another machine may well be the upstream."""
    assert not is_self(url, "127.0.0.1", 8470)


def test_what_is_shown_holds_no_credentials() -> None:
    """Neither user, password nor a signature in the query."""
    shown = redact("https://user:hunter2@index.example.invalid:8443/simple/?signature=abc#frag")
    assert shown == "https://****@index.example.invalid:8443/simple/?..."


@given(secret=st.text(min_size=1).filter(lambda s: s.isalnum()), junk=st.text())
def test_no_address_can_make_its_password_shown(secret: str, junk: str) -> None:
    """Whatever surrounds it, what stands before the host is hidden, and nothing raises."""
    marked = f"xq{secret}qx"
    assert marked not in redact(f"http://u:{marked}@host.example.invalid/")
    redact(junk)


@pytest.mark.parametrize(
    "url", ["", "index.example.invalid", "ftp://index.example.invalid/", "file:///srv", "http://[x"]
)
def test_an_address_that_is_not_http_is_refused(url: str) -> None:
    """The message says which setting to change."""
    with pytest.raises(BadSetting, match="--upstream URL"):
        parse_index(url)
