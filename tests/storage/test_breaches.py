from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.accounts.breached import Breached
from pratique.errors import BadSetting, StorageError
from pratique.storage.breaches import BreachFile


def _written(path: Path, passwords: list[str], end: str = "\n") -> BreachFile:
    digests = sorted(hashlib.sha1(one.encode()).hexdigest().upper() for one in passwords)
    path.write_text("".join(f"{digest}:{number + 1}{end}" for number, digest in enumerate(digests)), newline="")
    return BreachFile(path)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_every_password_of_the_file_is_found_and_no_other(tmp_path: Path, end: str) -> None:
    """First, last and all between, with either kind of line."""
    passwords = [f"password {number}" for number in range(700)]
    offline = _written(tmp_path / "stolen.txt", passwords, end)
    offline.check()
    breached = Breached(offline=offline)
    counts = {await breached.times(one) for one in passwords}
    assert counts == set(range(1, 701))
    assert [await breached.times(f"unknown {number}") for number in range(100)] == [0] * 100


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=4), max_size=40, unique=True), st.text(min_size=1, max_size=4))
def test_a_file_of_any_size_is_searched_right(
    tmp_path_factory: pytest.TempPathFactory, passwords: list[str], asked: str
) -> None:
    """Found if and only if it is in there, be the file empty or of one line."""
    import asyncio

    offline = _written(tmp_path_factory.mktemp("stolen") / "s.txt", passwords)
    assert bool(asyncio.run(Breached(offline=offline).times(asked))) == (asked in passwords)


@pytest.mark.parametrize("text", ["hello", "", f"{'A' * 40}", f"{'B' * 40}:1\n{'A' * 40}:1\n", f"{'G' * 40}:1\n"])
def test_what_is_no_such_file_is_told_at_the_start(tmp_path: Path, text: str) -> None:
    """Unsorted, without counts, empty or something else."""
    path = tmp_path / "stolen.txt"
    path.write_text(text)
    with pytest.raises(BadSetting):
        BreachFile(path).check()
    with pytest.raises(BadSetting):
        BreachFile(tmp_path / "missing.txt").check()


async def test_a_file_that_breaks_later_is_an_error_and_not_silence(tmp_path: Path) -> None:
    """A line that cannot be read, or a file that is gone, is never "not stolen"."""
    path = tmp_path / "stolen.txt"
    path.write_text(f"{'0' * 40}:1\nrubbish\n" + f"{'F' * 40}:1\n")
    for prefix in ("00000", "FFFFF"):
        with pytest.raises(StorageError):
            await BreachFile(path).range(prefix)
    path.unlink()
    with pytest.raises(StorageError):
        await BreachFile(path).range("00000")
