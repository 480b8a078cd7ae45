"""A killed server loses nothing that it answered, and never serves half a file."""

from __future__ import annotations

from pathlib import Path

from tests.crash.rounds import rounds

_ROUNDS = 5


def test_what_was_answered_is_on_record_after_every_kill(tmp_path: Path) -> None:
    """SIGKILL within bodies: each answered request is on record, each whole body and each blob is the file."""
    seen = list(rounds(tmp_path, _ROUNDS, seed=20260101))
    assert [(one.lost, one.wrong) for one in seen] == [(frozenset(), ())] * _ROUNDS
    assert seen[-1].answered > _ROUNDS
    assert seen[-1].cut > 0
