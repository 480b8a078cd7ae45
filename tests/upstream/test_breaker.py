"""Hosts that fail again and again are left alone for a while."""

from __future__ import annotations

import pytest

from pratique.errors import UpstreamError
from pratique.upstream.breaker import Breaker


def _broken(breaker: Breaker, host: str = "a") -> bool:
    try:
        breaker.check(host)
    except UpstreamError:
        return True
    return False


def test_it_opens_after_failures_in_a_row_and_tries_again_later() -> None:
    """A success in between counts from the beginning; after its time one failure is enough to open it again."""
    now = 0.0
    breaker = Breaker(failures=3, seconds=5, clock=lambda: now)
    for _ in range(2):
        breaker.failed("a")
    breaker.worked("a")
    for _ in range(2):
        breaker.failed("a")
        assert not _broken(breaker)
    breaker.failed("a")
    assert (_broken(breaker), _broken(breaker, "b")) == (True, False)
    now = 5.0
    assert not _broken(breaker)
    breaker.failed("a")
    assert _broken(breaker)
    now = 10.0
    breaker.worked("a")
    assert not _broken(breaker)


def test_it_says_when_to_try_again() -> None:
    """The person who waits learns which host it is, and for how long."""
    breaker = Breaker(failures=1, seconds=4.2, clock=lambda: 0.0)
    breaker.failed("files.example.invalid")
    with pytest.raises(UpstreamError, match=r"files\.example\.invalid failed 1 times") as caught:
        breaker.check("files.example.invalid")
    assert "in 5 seconds" in caught.value.remedy


def test_what_it_remembers_is_bounded() -> None:
    """Hosts without number, as an upstream's pages could name them, take no memory without end."""
    breaker = Breaker(failures=1, clock=lambda: 0.0)
    for number in range(1_500):
        breaker.failed(str(number))
    assert (_broken(breaker, "0"), _broken(breaker, "1499")) == (False, True)
