from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pratique.advisories.changes import BadChanges, changes

SINCE = datetime(2026, 1, 2, tzinfo=UTC)


def test_newer_records_are_named() -> None:
    """A list of one ecosystem, or of all: what is at the moment or later, and ours."""
    lines = [
        "2026-01-03T00:00:00.123456789Z,PYSEC-2026-1\n",
        "2026-01-02T00:00:00Z,PyPI/MAL-2026-1\n",
        "2026-01-03T00:00:00Z,npm/MAL-2026-2\n",
        "\n",
        "2026-01-01T23:59:59Z,PYSEC-2026-3\n",
    ]
    assert [(change.id, change.path) for change in changes(lines, since=SINCE)] == [
        ("PYSEC-2026-1", "PYSEC-2026-1"),
        ("MAL-2026-1", "PyPI/MAL-2026-1"),
    ]


@pytest.mark.parametrize(
    "line", ["<html>", "2026-01-03T00:00:00,A-1", "soon,A-1", "2026-01-03T00:00:00Z,../../x", "2026-01-03T00:00:00Z,"]
)
def test_what_is_no_list_is_refused(line: str) -> None:
    """An error page, or a path that leads elsewhere, is no list of changes."""
    with pytest.raises(BadChanges, match="Line 1"):
        list(changes([line], since=SINCE))
