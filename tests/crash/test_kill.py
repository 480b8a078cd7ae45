"""A killed server loses nothing that it answered, and never serves half a file."""

from __future__ import annotations

from pathlib import Path

from tests.crash.rounds import rounds

_ROUNDS = 8


def test_what_was_answered_is_on_record_after_every_kill(tmp_path: Path) -> None:
    """SIGKILL under load: each answered request is in the database, and each whole body is the file."""
    seen = list(rounds(tmp_path, _ROUNDS, seed=20260101))
    assert [(one.lost, one.wrong) for one in seen] == [(frozenset(), ())] * _ROUNDS
    assert seen[-1].answered > _ROUNDS
