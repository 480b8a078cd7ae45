"""The progress line."""

from __future__ import annotations

import io
import sys

import pytest

from pratique.cli.progress import Progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _ran(progress: Progress) -> bool:
    """Whether its clock was started, while two artifacts were done."""
    with progress:
        started = progress._timer.ident is not None
        for _ in range(2):
            with progress.step():
                pass
    return started


def test_nothing_is_shown_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe or a log no progress appears, however long it takes; on a terminal it may."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    assert not _ran(Progress(2))
    assert stream.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", _Terminal())
    assert _ran(Progress(2))


def test_the_line_makes_room_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is printed while the line is shown stands on lines of its own, and nothing of it stays."""
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = _Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress(2) as progress:
        progress._show()
        with progress.step():
            stream.write("[a report]\n")
    shown = stream.getvalue()
    assert "0/2" in shown
    assert shown.index("[a report]") > shown.index("0/2")
    before = shown[: shown.index("[a report]")]
    assert before.endswith("\x1b[2K"), "the line is erased before anything else is printed"
    assert shown.endswith("\x1b[2K")
