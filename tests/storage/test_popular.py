"""The list of popular projects in a data folder: replaced whole, and never by half."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.errors import BadSetting, StorageError
from pratique.identity.listing import Listing
from pratique.names import project_name
from pratique.storage.popular import PopularFile

_NAMES = tuple(project_name(f"project-{number}") for number in range(1_200))
_LISTING = Listing(names=_NAMES, source="a file", taken=datetime(2026, 11, 24, tzinfo=UTC))


def test_kept_read_and_forgotten(tmp_path: Path) -> None:
    """Where there is none, nothing is read; a folder is made; no other file is left in it."""
    data = tmp_path / "data"
    file = PopularFile(data)
    assert file.read() is None
    assert not file.forget()
    file.keep(_LISTING)
    assert file.read() == _LISTING
    assert [path.name for path in data.iterdir()] == ["popular-projects.txt"]
    assert file.forget()
    assert file.read() is None


def test_a_failed_write_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full at the worst moment: the list before is in force, and no scrap lies about."""
    file = PopularFile(tmp_path)
    file.keep(_LISTING)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        file.keep(Listing(names=_NAMES[:1_000]))
    assert file.read() == _LISTING
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("document", [b"", b"\xff\xfe\x00", b"project-1\nprojec"])
def test_a_damaged_list_is_told(document: bytes, tmp_path: Path) -> None:
    """It is never taken for an empty one: names would be compared with nothing. The message says what to do."""
    (tmp_path / "popular-projects.txt").write_bytes(document)
    with pytest.raises(BadSetting, match="damaged") as caught:
        PopularFile(tmp_path).read()
    assert "pratique popular reset" in caught.value.remedy
