"""The mutants that `bench/mutations.py` screens."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unpack.archives import TOP, tarred, zipped

if TYPE_CHECKING:
    from mutants import Mutant

    Make = Callable[[bytes, int], Mutant]

_FILES = {TOP + "setup.py": b"from setuptools import setup\nsetup()\n" * 9, TOP + "a/b.py": b"A = 1\nB = [A]\n" * 30}


@pytest.fixture
def mutant(monkeypatch: pytest.MonkeyPatch) -> Make:
    """The benches lie in no package: they are run as programs."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "bench")
    from mutants import mutant

    return mutant


@pytest.mark.parametrize("data", [zipped(_FILES), tarred(_FILES)])
def test_a_mutant_is_made_again_from_its_number(mutant: Make, data: bytes) -> None:
    """The same number gives the same content of members, another gives another."""
    assert [mutant(data, n).changed for n in range(30)] == [mutant(data, n).changed for n in range(30)]
    assert len({tuple(mutant(data, n).changed) for n in range(30)}) > 10


def test_most_mutants_are_valid_archives_with_changed_members(mutant: Make) -> None:
    """At least half of them reach the readers of facts: the archive opens, and its changed members are in it."""
    valid = 0
    for number in range(100):
        made = mutant(zipped(_FILES), number)
        if made.changed:
            with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
                assert set(made.changed) <= {archive.read(name) for name in archive.namelist()}
            valid += 1
    assert valid >= 50


def test_a_mutated_sdist_is_still_a_tar(mutant: Make) -> None:
    """What comes as a compressed tar is packed as one again."""
    made = next(m for m in (mutant(tarred(_FILES), n) for n in range(20)) if m.changed)
    with tarfile.open(fileobj=io.BytesIO(made.data)) as archive:
        assert set(archive.getnames()) == set(_FILES)
