from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pratique.errors import BadSetting
from pratique.uploads.limits import UploadLimits
from pratique.uploads.settings import VARIABLE, limits_from


def test_what_is_not_named_keeps_its_default() -> None:
    """Nothing set is nothing changed; each name changes one limit."""
    assert limits_from({}) == UploadLimits()
    changed = limits_from(
        {VARIABLE: "file_bytes=500_000_000, idle=7.5,release_days=30,unpacking.total_bytes=9000000000,"}
    )
    default = UploadLimits()
    assert changed == replace(
        default,
        file_bytes=500_000_000,
        idle=7.5,
        release_open=timedelta(days=30),
        unpacking=replace(default.unpacking, total_bytes=9_000_000_000),
    )


@pytest.mark.parametrize(
    "text", ["file_bytes", "file_bytes=0", "file_bytes=-1", "idle=inf", "idle=nan", "size=1", "unpacking.x=1", "=1"]
)
def test_what_is_no_limit_is_said(text: str) -> None:
    """A slip of the pen stops the start; it never leaves a limit where it was without a word."""
    with pytest.raises(BadSetting, match=VARIABLE):
        limits_from({VARIABLE: text})


def test_the_remedy_names_what_there_is() -> None:
    """Whoever misspells one finds the right one."""
    with pytest.raises(BadSetting) as refused:
        limits_from({VARIABLE: "filebytes=1"})
    assert "file_bytes" in refused.value.remedy
    assert "release_days" in refused.value.remedy
