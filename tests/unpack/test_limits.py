from __future__ import annotations

import io
import tarfile

import pytest

from pratique.unpack import Limits, Unpacked
from tests.unpack.archives import SDIST, TOP, contents, opened, paths, tarred, zipped


def _hit(unpacked: Unpacked) -> list[str]:
    return [f.message for f in unpacked.notes if f.incomplete and f.rule == "archive-limit"]


@pytest.mark.parametrize("make", [zipped, tarred])
def test_too_many_members_stop_the_reading(make: object) -> None:
    """Beyond the limit nothing more is read, and that is said."""
    assert callable(make)
    unpacked = opened(make({f"m{i}.py": b"" for i in range(20)}), limits=Limits(members=7))
    assert len(unpacked.members) == 7
    assert any("more than 7 members" in message for message in _hit(unpacked))


@pytest.mark.parametrize("make", [zipped, tarred])
def test_too_much_content_stops_the_reading(make: object) -> None:
    """The sum of what is decompressed is bounded."""
    assert callable(make)
    unpacked = opened(make({f"m{i}": bytes(2_000_000) for i in range(5)}), limits=Limits(total_bytes=5_000_000))
    assert sum(m.size for m in unpacked.members) <= 5_000_000
    assert any("more than 5,000,000 bytes" in message for message in _hit(unpacked))


def test_a_bomb_as_the_only_member_is_incomplete_not_an_empty_pass() -> None:
    """An artifact of which nothing could be read within the limits says so."""
    unpacked = opened(zipped({"bomb": bytes(9_000_000)}), limits=Limits(total_bytes=1_000_000))
    assert _hit(unpacked)


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_ratio_that_only_bombs_have_stops_the_member(make: object) -> None:
    """A member that grows a thousandfold past the threshold is cut off and reported."""
    assert callable(make)
    limits = Limits(ratio=100, ratio_from=3_000_000)
    unpacked = opened(make({"bomb": bytes(30_000_000)}), limits=limits)
    assert all(m.size < 10_000_000 for m in unpacked.members)
    assert any("100 times" in message for message in _hit(unpacked))


def test_below_the_threshold_any_ratio_passes() -> None:
    """Honest zeros are no bomb."""
    assert _hit(opened(zipped({"zeros": bytes(30_000_000)}))) == []


def test_a_large_member_is_held_as_its_beginning_and_hashed_whole() -> None:
    """Only the beginning is kept of a large data file, its size speaks of all of it, and nothing is missing."""
    unpacked = opened(zipped({"big.bin": b"ab" * 500_000}), limits=Limits(member_bytes_in_memory=1000))
    (member,) = unpacked.members
    assert (member.data, member.size, member.whole) == (b"ab" * 500, 1_000_000, False)
    assert _hit(unpacked) == []


def test_source_that_is_not_held_whole_is_incomplete() -> None:
    """Code of which only the beginning can be read is never passed."""
    unpacked = opened(zipped({"big.py": b"#" * 10_000}), limits=Limits(member_bytes_in_memory=1000))
    assert [f.path for f in unpacked.notes if f.incomplete] == ["big.py"]


def test_data_cannot_crowd_code_out_of_memory() -> None:
    """Data may fill a part of the memory only: code that comes after it is still held."""
    files = {f"{i:02}.bin": bytes([i]) * 100_000 for i in range(20)} | {"z.py": b"#" * 200_000}
    unpacked = opened(zipped(files), limits=Limits(memory_bytes=1_000_000))
    assert len(contents(unpacked)["z.py"]) == 200_000
    assert sum(len(m.data) for m in unpacked.members) <= 1_000_000 + 20 * 4096
    assert _hit(unpacked) == []


def test_nesting_has_an_end() -> None:
    """Archives nested deeper than allowed are reported, and not opened."""
    data = zipped({"core.py": b"C = 1\n"})
    for _ in range(3):
        data = zipped({"inner.zip": data})
    assert paths(opened(data))[-1].endswith("core.py")
    unpacked = opened(zipped({"inner.zip": data}))
    assert not any(path.endswith("core.py") for path in paths(unpacked))
    assert any("nested" in message for message in _hit(unpacked))


def test_a_nested_archive_too_large_to_hold_is_reported() -> None:
    """What cannot be opened for its size is incomplete."""
    unpacked = opened(
        zipped({"inner.zip": zipped({"a": bytes(2000)}, 0)}),
        limits=Limits(member_bytes_in_memory=500, nested_bytes=900),
    )
    assert any("nested archive" in message for message in _hit(unpacked))


def test_a_path_that_is_too_long_keeps_its_end() -> None:
    """The suffix survives, so that code stays code."""
    unpacked = opened(zipped({"a" * 3000 + ".py": b""}))
    assert (len(paths(unpacked)[0]), paths(unpacked)[0][-3:]) == (1024, ".py")
    assert any("name is longer" in message for message in _hit(unpacked))


def test_extended_headers_cannot_buy_memory() -> None:
    """A tar whose headers alone are larger than any honest one is cut off."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo(TOP + "first"))
        info = tarfile.TarInfo(TOP + "second")
        info.pax_headers = {"comment": "x" * 3_000_000}
        archive.addfile(info)
    unpacked = opened(out.getvalue(), SDIST)
    assert paths(unpacked) == ["first"]
    assert any("headers" in message for message in _hit(unpacked))


def test_findings_are_counted_beyond_the_first_few() -> None:
    """A thousand bad names make few findings: reports stay readable and small."""
    unpacked = opened(zipped({f"../m{i}": b"" for i in range(1000)}))
    assert len(unpacked.notes) <= 30
    assert any("more of this kind" in finding.message for finding in unpacked.notes)
