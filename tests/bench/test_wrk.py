"""What the load generator prints is read as it means it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from wrk import read

_SAID = """Running 3s test @ http://127.0.0.1:9911/simple/small/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.61ms    2.11ms  31.10ms   80.45%
    Req/Sec     5.21k   301.55     5.80k    70.00%
  Latency Distribution
     50%  510.00us
     75%    7.14ms
     90%    8.90ms
     99%    1.20s
  15851 requests in 3.05s, 13.86MB read
"""


def test_rate_and_latencies_are_read_with_their_units() -> None:
    """Microseconds, milliseconds and seconds, and megabytes of 2 to the 20th."""
    found = read(_SAID)
    assert (found.answers, found.seconds, found.failures) == (15851, 3.05, ())
    assert found.median == pytest.approx(0.00051)
    assert found.slow == pytest.approx(1.2)
    assert found.received == int(13.86 * (1 << 20))


def test_answers_that_were_none_are_failures() -> None:
    """Other statuses and broken connections are told."""
    told = "  Socket errors: connect 0, read 0, write 0, timeout 32\n  Non-2xx or 3xx responses: 7\n"
    assert read(_SAID + told).failures == (
        "Socket errors: connect 0, read 0, write 0, timeout 32",
        "Non-2xx or 3xx responses: 7",
    )


def test_anything_else_is_no_result() -> None:
    """A program that prints no total measured nothing."""
    with pytest.raises(ValueError, match="no result"):
        read("unable to connect")
