from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec

import pytest

from pratique.errors import BadArchive
from pratique.unpack import Limits
from tests.unpack.archives import SDIST, TOP, WHEEL, contents, notes, opened, paths, tarred, zipped

FILES = {"example_pkg/__init__.py": b"VALUE = 1\n", "example_pkg/data.bin": bytes(range(256)) * 5000}


@pytest.mark.parametrize("packing", ["", "gz", "bz2", "xz"])
def test_every_tar_is_read_whatever_its_name(packing: str) -> None:
    """The content says how an archive is read: a tar in any compression under a wheel's name."""
    assert contents(opened(tarred(FILES, packing=packing), WHEEL)) == FILES


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_zip_is_read_under_an_sdists_name(method: int) -> None:
    """A zip named .tar.gz is read as the zip it is, and without complaint."""
    unpacked = opened(zipped({TOP + path: data for path, data in FILES.items()}, method), SDIST)
    assert contents(unpacked) == FILES
    assert unpacked.notes == ()


def test_members_are_sorted_hashed_and_measured() -> None:
    """Each member carries the SHA-256 and the size of its content, and they come by path."""
    unpacked = opened(zipped(dict(reversed(FILES.items()))))
    assert paths(unpacked) == sorted(FILES)
    for member in unpacked.members:
        assert member.sha256 == hashlib.sha256(FILES[member.path]).hexdigest()
        assert (member.size, member.whole) == (len(FILES[member.path]), True)


def test_the_mode_bit_marks_a_program() -> None:
    """A member that the archive marks as executable is so marked."""
    info = zipfile.ZipInfo("example_pkg/tool")
    info.external_attr = 0o100755 << 16
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, b"#!/bin/sh\n")
    assert [m.executable for m in opened(out.getvalue()).members] == [True]


@pytest.mark.parametrize("data", [b"", b"not an archive", b"\x1f\x8bnonsense", b"PK\3\4 and no directory", bytes(2048)])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    """No archive at all raises the error that says so; it is never an empty, clean artifact."""
    with pytest.raises(BadArchive, match="example_pkg"):
        opened(data)


@pytest.mark.parametrize("packing", ["", "gz", "bz2", "xz"])
def test_a_truncated_tar_gives_what_was_read_and_is_incomplete(packing: str) -> None:
    """The members before the cut are there; that something is missing is a finding."""
    import random

    noise = random.Random(1).randbytes(2_000_000)
    whole = tarred({TOP + "setup.py": b"pass\n", TOP + "noise": noise}, packing=packing)
    unpacked = opened(whole[: len(whole) * 3 // 4], SDIST)
    assert contents(unpacked)["setup.py"] == b"pass\n"
    assert any(finding.incomplete for finding in unpacked.notes)


def test_a_damaged_zip_member_is_incomplete_and_the_others_are_read() -> None:
    """One member that cannot be decompressed does not hide the rest."""
    data = bytearray(zipped({"a.py": b"A = 1\n" * 50, "b.py": b"B = 2\n"}))
    data[34:40] = b"\xff" * 6
    unpacked = opened(bytes(data))
    assert contents(unpacked)["b.py"] == b"B = 2\n"
    assert [f.path for f in unpacked.notes if f.incomplete] == ["a.py"]


def test_an_encrypted_member_is_incomplete() -> None:
    """What cannot be read without a password is reported, never passed."""
    data = bytearray(zipped({"a.py": b"A = 1\n"}))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    assert [f.message for f in opened(bytes(data)).notes if f.incomplete] == ["It is encrypted."]


@pytest.mark.skipif(find_spec("compression") is not None, reason="this Python reads Zstandard")
def test_zstandard_that_this_python_cannot_read_is_refused() -> None:
    """A compression that cannot be read is an error with its name, not an empty artifact."""
    with pytest.raises(BadArchive, match="Zstandard"):
        opened(b"\x28\xb5\x2f\xfd" + bytes(600))


def test_nested_archives_are_opened_behind_their_own_path() -> None:
    """An archive in an archive gives its members as well as itself."""
    inner = tarred({"deep.py": b"D = 1\n"})
    unpacked = opened(zipped({"example_pkg/inner.dat": zipped({"more.tar.gz": inner})}))
    assert contents(unpacked)["example_pkg/inner.dat!/more.tar.gz!/deep.py"] == b"D = 1\n"
    assert unpacked.notes == ()


def test_a_zip_behind_a_line_for_its_interpreter_is_opened() -> None:
    """A zip application (PEP 441) inside a distribution is the archive that it is."""
    application = b"#!/usr/bin/env some-long-named-interpreter\n" + zipped({"__main__.py": b"x = 1\n"})
    unpacked = opened(zipped({"example_pkg/tool.pyz": application}))
    assert paths(unpacked) == ["example_pkg/tool.pyz", "example_pkg/tool.pyz!/__main__.py"]
    assert unpacked.notes == ()


def test_a_nested_archive_larger_than_what_is_held_is_still_opened() -> None:
    """Holding only the beginning of a member does not keep its inside from being read."""
    inner = zipped({"deep.py": b"D = 1\n", "pad": bytes(50_000)}, zipfile.ZIP_STORED)
    unpacked = opened(zipped({"inner.zip": inner}), limits=Limits(member_bytes_in_memory=10_000))
    assert contents(unpacked)["inner.zip!/deep.py"] == b"D = 1\n"
    assert [m.whole for m in unpacked.members if m.path == "inner.zip"] == [False]


def test_a_damaged_nested_archive_stays_data_without_alarm() -> None:
    """Test suites ship broken archives: such a member is kept as it is, with at most a low note."""
    broken = zipped({"x": b"x"})[:-30]
    unpacked = opened(zipped({"tests/broken.zip": broken}))
    assert contents(unpacked) == {"tests/broken.zip": broken}
    assert not any(f.incomplete or f.severity > 1 for f in unpacked.notes)
    assert notes(unpacked, "archive-damaged")


@pytest.mark.parametrize("make", [zipped, tarred])
def test_large_data_in_a_nested_archive_is_read_only_as_far_as_it_is_held(
    make: Callable[[Mapping[str, bytes]], bytes],
) -> None:
    """Gigabytes of arrays in test data cost nothing; it is noted, and what follows is still read."""
    inner = make({"array.npy": bytes(5_000_000), "code.py": b"C = 1\n"})
    unpacked = opened(zipped({"data.npz": inner}), limits=Limits(member_bytes_in_memory=500_000))
    read = {m.path: (m.size, m.whole) for m in unpacked.members}
    assert read["data.npz!/code.py"] == (6, True)
    assert read["data.npz!/array.npy"][0] < 3_000_000
    assert not read["data.npz!/array.npy"][1]
    assert [(f.rule, f.incomplete) for f in unpacked.notes] == [("archive-nested-data", False)]
