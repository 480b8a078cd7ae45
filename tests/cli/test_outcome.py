"""Exit statuses, and reports narrowed to some rules."""

from __future__ import annotations

import pytest

from pratique.cli.outcome import FailOn, exit_status, narrowed
from pratique.verdict import Verdict
from tests.cli.engines import finding, report


@pytest.mark.parametrize(
    ("verdicts", "fail_on", "status"),
    [
        ([], FailOn.SUSPICIOUS, 0),
        ([Verdict.CLEAN], FailOn.SUSPICIOUS, 0),
        ([Verdict.CLEAN, Verdict.SUSPICIOUS], FailOn.SUSPICIOUS, 1),
        ([Verdict.SUSPICIOUS], FailOn.MALICIOUS, 0),
        ([Verdict.MALICIOUS], FailOn.MALICIOUS, 1),
        ([Verdict.MALICIOUS, Verdict.ERROR], FailOn.SUSPICIOUS, 2),
        ([Verdict.ERROR], FailOn.MALICIOUS, 2),
    ],
)
def test_exit_status(verdicts: list[Verdict], fail_on: FailOn, status: int) -> None:
    """2 wins over 1, and an error is never 0."""
    assert exit_status(verdicts, fail_on) == status


def test_narrowing_weighs_anew() -> None:
    """With only a weaker rule asked for, the verdict is that rule's."""
    full = report(finding(), finding(rule="other", proven=False))
    assert narrowed(full, frozenset({"made-up"})).verdict is Verdict.MALICIOUS
    weak = narrowed(full, frozenset({"other"}))
    assert ([f.rule for f in weak.findings], weak.verdict) == (["other"], Verdict.SUSPICIOUS)


def test_narrowing_does_not_hide_what_could_not_be_read() -> None:
    """An artifact that hit a limit stays an error, whichever rules were asked for."""
    full = report(finding(rule="limit", proven=False, incomplete=True))
    assert narrowed(full, frozenset({"made-up"})).verdict is Verdict.ERROR
    assert narrowed(report(error="broken"), frozenset({"made-up"})).verdict is Verdict.ERROR
