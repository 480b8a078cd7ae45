from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest

from pratique.finding import Severity
from tests.unpack.archives import SDIST, TOP, contents, notes, opened, paths, special, tarred, zipped

MANY = {"pkg/__init__.py": b"A = 1\n", "pkg/other.py": b"B = 2\n"}


def test_a_local_header_with_another_name_is_critical() -> None:
    """A streaming installer would install the file under the other name."""
    data = zipped(MANY).replace(b"pkg/other.py", b"pkg/0ther.py", 1)
    (finding,) = notes(opened(data), "archive-readers-disagree")
    assert (finding.severity, finding.path) == (Severity.CRITICAL, "pkg/other.py")


@pytest.mark.parametrize("offset", [18, 22])
def test_local_sizes_that_differ_are_found(offset: int) -> None:
    """Compressed and uncompressed size must agree in both headers."""
    data = bytearray(zipped(MANY))
    data[offset] ^= 1
    assert notes(opened(bytes(data)), "archive-readers-disagree")


def test_a_local_method_that_differs_is_found() -> None:
    """The compression must agree in both headers; the directory's is what is read."""
    data = bytearray(zipped(MANY))
    data[8] = 0
    unpacked = opened(bytes(data))
    assert notes(unpacked, "archive-readers-disagree")
    assert contents(unpacked) == MANY


def test_a_wrong_size_in_both_headers_is_found() -> None:
    """A directory that understates a member does not hide the rest of it."""
    data = bytearray(zipped({"a.py": b"#" * 4000}))
    at = data.index(b"PK\1\2")
    for place in (22, at + 24):
        data[place : place + 4] = (10).to_bytes(4, "little")
    unpacked = opened(bytes(data))
    assert unpacked.members[0].size == 4000
    assert notes(unpacked, "archive-readers-disagree")


def test_a_member_that_only_a_streaming_reader_sees_is_critical() -> None:
    """A local header without an entry in the directory."""
    hidden = zipped({"setup.py": b"pass\n"})
    hidden = hidden[: hidden.index(b"PK\1\2")]
    (finding,) = notes(opened(hidden + zipped(MANY)), "archive-hidden-member")
    assert finding.severity is Severity.CRITICAL


def test_data_before_the_first_member_is_found() -> None:
    """A program with a zip behind it is not a wheel that anybody builds; it is still read."""
    unpacked = opened(b"#!/bin/sh\necho hello to whoever runs me\n" + zipped(MANY))
    assert notes(unpacked, "archive-hidden-data")
    assert contents(unpacked) == MANY


def test_data_after_the_end_of_a_zip_is_found() -> None:
    """Trailing data is noted."""
    assert notes(opened(zipped(MANY) + b"trailing"), "archive-trailing-data")


def test_two_end_records_are_critical() -> None:
    """A comment that holds a second directory's end: readers take one or the other."""
    first, second = zipped({"a.py": b""}), zipped({"b.py": b""})
    joined = bytearray(first + second)
    joined[len(first) - 2 : len(first)] = len(second).to_bytes(2, "little")
    found = notes(opened(bytes(joined)), "archive-readers-disagree")
    assert Severity.CRITICAL in {finding.severity for finding in found}


def test_a_stored_zip_inside_is_not_a_second_end_record() -> None:
    """An honest wheel with a small zip in it raises no alarm."""
    assert opened(zipped({"pkg/data.zip": zipped(MANY)}, zipfile.ZIP_STORED)).notes == ()


def test_a_comment_is_no_trailing_data() -> None:
    """An archive comment that the end record announces is part of the format."""
    out = io.BytesIO(zipped(MANY))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"an honest comment"
    assert opened(out.getvalue()).notes == ()


def test_members_after_the_end_of_a_tar_are_critical() -> None:
    """Two tars joined: some readers stop at the first end, others go on."""
    data = tarred({TOP + "a.py": b""}, packing="") + tarred({TOP + "b.py": b""}, packing="")
    (finding,) = notes(opened(gzip.compress(data), SDIST), "archive-trailing-data")
    assert finding.severity is Severity.CRITICAL


def test_bytes_after_the_compressed_stream_are_an_oddity_not_damage() -> None:
    """Installers stop at the tar's end; honest files carry such bytes, and they hide nothing that is installed."""
    unpacked = opened(gzip.compress(tarred({TOP + "a.py": b"A = 1\n"}, packing="")) + b"O3l\xb7 signature", SDIST)
    assert [f.incomplete for f in notes(unpacked, "archive-trailing-data")] == [False]
    assert not notes(unpacked, "archive-damaged")


def test_padding_after_a_gzip_is_honest() -> None:
    """Zeros that fill up a block are no finding; a second gzip stream is part of the same data."""
    data = tarred({TOP + "a.py": b"A = 1\n"}, packing="")
    joined = gzip.compress(data[:700]) + gzip.compress(data[700:]) + bytes(900)
    unpacked = opened(joined, SDIST)
    assert contents(unpacked) == {"a.py": b"A = 1\n"}
    assert unpacked.notes == ()


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("../../etc/evil.py", "etc/evil.py"),
        ("pkg/../../evil.py", "pkg/evil.py"),
        ("/etc/evil.py", "etc/evil.py"),
        ("C:\\Windows\\evil.py", "Windows/evil.py"),
        ("..\\evil.py", "evil.py"),
    ],
)
def test_names_that_escape_are_high_and_still_read(raw: str, safe: str) -> None:
    """The name is made harmless, the content is read, and the attempt is a finding."""
    unpacked = opened(tarred({raw: b"E = 1\n"}))
    assert contents(unpacked) == {safe: b"E = 1\n"}
    assert Severity.HIGH in {finding.severity for finding in notes(unpacked, "archive-member-name")}


def test_a_nul_ends_a_name_and_is_high() -> None:
    """`zipfile` would write setup.py: so do we read it, and say so."""
    data = zipped({"setup.pyX.txt": b"S = 1\n"}).replace(b"setup.pyX.txt", b"setup.py\0.txt")
    unpacked = opened(data)
    assert paths(unpacked) == ["setup.py"]
    assert notes(unpacked, "archive-member-name")[0].severity is Severity.HIGH


@pytest.mark.parametrize("raw", ["pkg/\x1b[2Ka.py", "pkg/\u202eyp.a.py"])
def test_control_characters_in_names_are_found_and_replaced(raw: str) -> None:
    """A name must not steer the terminal of whoever reads the report."""
    unpacked = opened(zipped({raw: b""}))
    assert notes(unpacked, "archive-member-name")
    assert paths(unpacked)[0].isprintable()


def test_the_same_name_twice_with_other_code_is_high() -> None:
    """Readers take the first or the last: both are kept and the difference is a finding."""
    with pytest.warns(UserWarning, match="Duplicate"):
        data = _twice("pkg/a.py", b"A = 1\n", b"A = 2\n")
    unpacked = opened(data)
    assert {m.data for m in unpacked.members} == {b"A = 1\n", b"A = 2\n"}
    assert [f.severity for f in notes(unpacked, "archive-duplicate-name")] == [Severity.HIGH]


def test_the_same_name_twice_with_the_same_content_is_low() -> None:
    """Old build tools did that; it changes nothing."""
    with pytest.warns(UserWarning, match="Duplicate"):
        data = _twice("pkg/a.py", b"A = 1\n", b"A = 1\n")
    assert [f.severity for f in notes(opened(data), "archive-duplicate-name")] == [Severity.LOW]


def _twice(path: str, first: bytes, second: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(path, first)
        archive.writestr(path, second)
    return out.getvalue()


def test_names_that_differ_in_case_only_are_low() -> None:
    """On some systems one replaces the other."""
    found = notes(opened(zipped({"pkg/A.py": b"1\n", "pkg/a.py": b"2\n"})), "archive-duplicate-name")
    assert [finding.severity for finding in found] == [Severity.LOW]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside", "a/../../../outside"])
def test_links_that_leave_are_high(kind: bytes, target: str) -> None:
    """A link out of the tree lets the next member write anywhere."""
    unpacked = opened(tarred({TOP + "a.py": b""}, special(TOP + "link", kind, target)), SDIST)
    assert [f.severity for f in notes(unpacked, "archive-link")] == [Severity.HIGH]


def test_a_link_inside_is_read_as_what_it_leads_to() -> None:
    """A setup.py that is a link to an innocent name is read as setup.py; chains and folders too."""
    links = [
        special(TOP + "setup.py", tarfile.SYMTYPE, "docs/readme.txt"),
        special(TOP + "again.py", tarfile.SYMTYPE, "setup.py"),
        special(TOP + "hard.py", tarfile.LNKTYPE, TOP + "docs/readme.txt"),
        special(TOP + "pkg", tarfile.SYMTYPE, "docs"),
    ]
    unpacked = opened(tarred({TOP + "docs/readme.txt": b"R = 1\n"}, *links), SDIST)
    assert paths(unpacked) == ["again.py", "docs/readme.txt", "hard.py", "pkg/readme.txt", "setup.py"]
    assert set(contents(unpacked).values()) == {b"R = 1\n"}
    assert [m.role.value for m in unpacked.members if m.path == "setup.py"] == ["setup"]
    assert unpacked.notes == ()


def test_links_that_go_round_end() -> None:
    """Links to themselves, to each other, to a folder above: nothing is found and nothing hangs."""
    links = [
        special(TOP + "a", tarfile.SYMTYPE, "b"),
        special(TOP + "b", tarfile.SYMTYPE, "a"),
        special(TOP + "c", tarfile.SYMTYPE, "c"),
        special(TOP + "d/up", tarfile.SYMTYPE, ".."),
    ]
    assert paths(opened(tarred({TOP + "x.py": b""}, *links), SDIST)) == ["x.py"]


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_are_high(kind: bytes) -> None:
    """No distribution has a device node."""
    unpacked = opened(tarred({TOP + "a.py": b""}, special(TOP + "dev", kind)), SDIST)
    assert [f.severity for f in notes(unpacked, "archive-device")] == [Severity.HIGH]
