from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pratique.advisories.collection import BadCollection, items, zip_items
from tests.advisories.records import osv, raw, write_folder, write_zip

_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault


def test_folder_and_zip_give_the_same(tmp_path: Path) -> None:
    """The JSON files of a folder, also below it, and the members of a zip; nothing else in them."""
    records = [osv("A-1"), osv("B-1")]
    folder = write_folder(tmp_path / "records", records[:1])
    write_folder(folder / "below", records[1:])
    (folder / "README.md").write_text("x")
    archive = write_zip(tmp_path / "all.zip", records)
    with zipfile.ZipFile(archive, "a") as more:
        more.writestr("README.md", "x")
    assert [item.raw for item in items(folder)] == [item.raw for item in items(archive)] == [raw(r) for r in records]
    assert [item.raw for item in items(folder / "A-1.json")] == [raw(records[0])]


def test_many_members(tmp_path: Path) -> None:
    """The directory is read window by window: with long names and comments every member is found, once."""
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(3000):
            info = zipfile.ZipInfo(f"{number}-{'x' * 300}.json")
            info.comment = b"c" * 700
            archive.writestr(info, str(number))
        archive.comment = b"the end"
    assert [item.raw for item in items(path)] == [str(number).encode() for number in range(3000)]


def test_memory_does_not_grow_with_the_number_of_members(tmp_path: Path) -> None:
    """Twelve times the members take hardly more: the directory is never held as a whole."""
    peaks = []
    for count in (1_000, 12_000):
        path = tmp_path / f"{count}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(count):
                archive.writestr(f"{number:0100}.json", b"")
        tracemalloc.start()
        assert sum(1 for _ in items(path)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 4_000_000, peaks


def test_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive with sizes beyond 32 bits, or more members than 16 bits count, is read by its wide fields."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}.json", str(number) * 50)
    assert [item.raw for item in items(path)] == [str(number).encode() * 50 for number in range(5)]


def test_damaged_member_harms_only_itself(tmp_path: Path) -> None:
    """A member whose content is not what the directory says is told with its name; the others are read."""
    path = write_zip(tmp_path / "all.zip", [osv("A-1"), osv("B-1"), osv("C-1")])
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("B-1.json").header_offset
    data = bytearray(path.read_bytes())
    data[at + 60] ^= 0xFF
    path.write_bytes(data)
    found = list(items(path))
    assert [item.name for item in found if item.error] == ["B-1.json"]
    assert [item.raw for item in found if not item.error] == [raw(osv("A-1")), raw(osv("C-1"))]


def test_member_larger_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that would unpack to more than its directory says, or than a record may have, is not unpacked."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.json", b"0" * 1_000_000)
        archive.writestr("lie.json", b"0" * 1_000_000)
    data = into.getvalue().replace((1_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert [item.error for item in zip_items(io.BytesIO(data))] == ["Its content is not what the directory says."] * 2
    monkeypatch.setattr("pratique.advisories.collection.RECORD_BYTES", 1000)
    assert all("larger than 1000" in item.error for item in zip_items(io.BytesIO(into.getvalue())))


@pytest.mark.parametrize("cut", [0, 10, 100, -1, -30])
def test_cut_zip_is_refused(tmp_path: Path, cut: int) -> None:
    """An archive that broke off on its way is no archive; the message says to fetch it again."""
    path = write_zip(tmp_path / "all.zip", [osv("A-1")])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BadCollection, match="Fetch it again"):
        list(items(path))


def test_missing_and_empty_places(tmp_path: Path) -> None:
    """A place that is not there, and a folder without records, are told with their names."""
    with pytest.raises(BadCollection, match="nowhere"):
        list(items(tmp_path / "nowhere"))
    with pytest.raises(BadCollection, match=r"holds no \.json file"):
        list(items(tmp_path))


def _archive() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.json", raw(osv(f"A-{number}")))
    return into.getvalue()


_GOOD = _archive()


@_PATIENT
@given(st.lists(st.tuples(st.integers(0, len(_GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_flipped_bytes(changes: list[tuple[int, int]]) -> None:
    """Whatever bytes are changed: members, errors of members, or one clear refusal."""
    data = bytearray(_GOOD)
    for at, value in changes:
        data[at] = value
    try:
        found = list(zip_items(io.BytesIO(data)))
    except BadCollection:
        return
    assert all(item.error or item.raw in {raw(osv(f"A-{number}")) for number in range(3)} for item in found)
