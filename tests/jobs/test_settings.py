"""Limits as a setting."""

from __future__ import annotations

import pytest

from pratique.errors import BadSetting
from pratique.jobs.settings import VARIABLE, EngineLimits, limits_from


def test_without_the_variable_the_defaults_hold() -> None:
    """Nothing set is nothing changed, and the engine is not marked."""
    assert limits_from({}) == limits_from({VARIABLE: " , "}) == EngineLimits()
    assert EngineLimits().mark == ""


def test_what_is_named_is_changed_and_nothing_else() -> None:
    """Each group of limits can be set; the mark tells this engine from others, so that reports are not mixed."""
    limits = limits_from({VARIABLE: "unpack.members=200_000, read.source_bytes=9000,worker.file_seconds=2.5"})
    assert limits.screen.unpack.members == 200_000
    assert limits.screen.read.source_bytes == 9000
    assert limits.worker.file_seconds == 2.5
    assert limits.mark == "+unpack.members=200000,read.source_bytes=9000,worker.file_seconds=2.5"
    assert limits.screen.unpack.nesting == EngineLimits().screen.unpack.nesting


@pytest.mark.parametrize(
    "text",
    [
        *("members=3", "unpack.member=3", "unpack.members", "unpack.members=", "unpack.members=0", "unpack.members=-1"),
        *("unpack.members=1.5", "worker.seconds=inf", "worker.seconds=nan", "unpack.members=many", "=", "x.y=1"),
    ],
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    """A limit that is misspelt or makes no sense is an error, not a default."""
    with pytest.raises(BadSetting, match=VARIABLE):
        limits_from({VARIABLE: text})
