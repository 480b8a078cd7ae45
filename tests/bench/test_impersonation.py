"""The bench of names: what it counts of files and names that it is given."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from pratique.identity import Popular

_BENCH = Path(__file__).parents[2] / "bench"
_POPULAR = Popular.of(["requests", "colorama", "boto3", "pillow", "python-dateutil"])


@pytest.fixture(autouse=True)
def _beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benches lie in no package: they are run as programs."""
    monkeypatch.syspath_prepend(_BENCH)


def test_imitations_are_counted_by_project_and_technique() -> None:
    """Several files are one project; of each the most telling likeness counts, and names that are none are left out."""
    from impersonation import imitations

    files = [
        "reqeusts/reqeusts-1.0.tar.gz",
        "reqeusts/reqeusts-1.1-py3-none-any.whl",
        "c0lorama/c0lorama-9.tar.gz",
        "python-requests/python_requests-1.tar.gz",
        "something/something-1.tar.gz",
        "???",
    ]
    lines = [*(json.dumps({"file": file, "sha256": "0" * 64}) for file in files), ""]
    assert imitations(lines, _POPULAR).splitlines() == [
        "| malicious projects that imitate | strongly | as a hint |",
        "| --- | --- | --- |",
        "| homoglyph | 25.0% | 0.0% |",
        "| transposition | 25.0% | 0.0% |",
        "| affix | 0.0% | 25.0% |",
        "| all of 4 | 50.0% | 25.0% |",
    ]


def test_honest_names_with_a_strong_likeness_are_listed() -> None:
    """Popular ones are passed over, and so is what is no name."""
    from impersonation import honest

    told = honest(["requests\t1.0", "requets\t2.0\tis a thing", "flask-requests", "%%", ""], _POPULAR, 9)
    assert told.splitlines() == [
        "names that are not popular, flagged strongly: 1 of 2 (50.00%)",
        "    requets -> requests (omission)",
    ]


def test_squats_are_the_same_each_time_and_nobodys_own_name() -> None:
    """As many of each technique, none of them popular itself."""
    from squats import squats

    made = squats(_POPULAR, 90)
    assert made == squats(_POPULAR, 90)
    assert set(Counter(one.technique for one in made).values()) == {10}
    assert not {one.name for one in made} & set(_POPULAR.names)
