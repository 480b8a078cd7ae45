"""Archives that are made to exhaust or to deceive whoever opens them: bounded memory, and never a pass."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

import pytest

from pratique.errors import BadArchive
from pratique.finding import Severity
from pratique.unpack import Limits, Unpacked
from tests.hostile.memory import peak
from tests.unpack.archives import SDIST, TOP, WHEEL, contents, notes, opened, paths, special, tarred, zipped

_MIB = 1 << 20
_FEW = Limits(members=2_000)


def _limits(unpacked: Unpacked) -> list[str]:
    return [f.message for f in unpacked.notes if f.rule == "archive-limit" and f.incomplete]


def _tar_of_zeros(size: int) -> bytes:
    """A tar with one member of zeros, without its end."""
    info = tarfile.TarInfo(TOP + "zeros.py")
    info.size = size
    return info.tobuf() + bytes(size)


def _zip_of_zeros(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros.py", "w") as member:
        for _ in range(size // _MIB):
            member.write(bytes(_MIB))
    return out.getvalue()


@pytest.mark.parametrize(
    "bomb",
    [
        partial(_zip_of_zeros, 90 * _MIB),
        lambda: gzip.compress(_tar_of_zeros(90 * _MIB)),
        lambda: bz2.compress(_tar_of_zeros(90 * _MIB)),
        lambda: lzma.compress(_tar_of_zeros(90 * _MIB), preset=0),
    ],
    ids=["zip", "gzip", "bzip2", "xz"],
)
def test_a_bomb_is_cut_off_in_bounded_memory(bomb: Callable[[], bytes]) -> None:
    """By default whatever grows a thousandfold stops some time after 64 MiB, and 16 MiB of it are held."""
    data = bomb()
    assert len(data) < 400_000
    unpacked, held = peak(partial(opened, data, SDIST))
    assert any("1,000 times" in message for message in _limits(unpacked))
    assert all(member.size < 90 * _MIB for member in unpacked.members)
    assert held < 64 * _MIB


def test_bombs_within_archives_share_one_budget() -> None:
    """A hundred bombs in ten archives unpack to no more than what one artifact may."""
    inner = zipped({f"{i}.bin": bytes(3 * _MIB) for i in range(10)})
    data = zipped({f"{i}.zip": inner for i in range(10)})
    limits = Limits(total_bytes=40 * _MIB, memory_bytes=8 * _MIB)
    unpacked, held = peak(partial(opened, data, limits=limits))
    assert any("unpacks to more than" in message for message in _limits(unpacked))
    assert sum(member.size for member in unpacked.members) <= 40 * _MIB
    assert held < 24 * _MIB


@pytest.mark.parametrize("pack", [lambda data: zipped({"r.zip": data}), lambda data: tarred({"r.tar.gz": data})])
def test_an_archive_that_holds_itself_ends(pack: Callable[[bytes], bytes]) -> None:
    """A quine nests without end; so does this within any limit, and reading stops at the third archive."""
    data = zipped({"core.py": b"C = 1\n"})
    for _ in range(30):
        data = pack(data)
    unpacked = opened(data)
    assert max(path.count("!/") for path in paths(unpacked)) == Limits().nesting
    assert any("nested more than 3 deep" in message for message in _limits(unpacked))


def test_one_stream_behind_many_names_is_counted_each_time() -> None:
    """Members that share their data make a small file unpack to anything: they are noted, and the budget holds."""
    unpacked = opened(_overlapping(400, 2 * _MIB), limits=Limits(total_bytes=64 * _MIB, memory_bytes=8 * _MIB))
    assert any("unpacks to more than" in message for message in _limits(unpacked))
    small = opened(_overlapping(3, 1000))
    assert any("overlap" in f.message for f in notes(small, "archive-readers-disagree"))


def _overlapping(names: int, size: int) -> bytes:
    """A zip in which every name of the directory leads to the same local header."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(bytes(size)) + body.flush()
    fields = (zlib.crc32(bytes(size)), len(packed), size, 4)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, *fields, 0) + b"0000" + packed
    directory = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, *fields, 0, 0, 0, 0, 0, 0) + f"{i:04}".encode()
        for i in range(names)
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, names, names, len(directory), len(local), 0)
    return local + directory + end


def test_a_million_members_of_a_zip_stop_at_the_limit() -> None:
    """A directory of a million names is read no further than allowed, and costs no more memory than that."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    directory = entry * 1_000_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), len(local), 0)
    data = local + directory + end
    unpacked, held = peak(partial(opened, data, limits=_FEW))
    assert len(unpacked.members) == _FEW.members
    assert any("more than 2,000 members" in message for message in _limits(unpacked))
    assert held - len(data) < 16 * _MIB


def test_a_million_members_of_a_tar_stop_at_the_limit() -> None:
    """The same for a tar, a gigabyte of headers that compresses to little."""
    header = tarfile.TarInfo(TOP + "a.py").tobuf()
    data = gzip.compress(header * 100_000) * 10
    unpacked, held = peak(partial(opened, data, SDIST, _FEW))
    assert len(unpacked.members) == _FEW.members
    assert any("more than 2,000 members" in message for message in _limits(unpacked))
    assert held < 16 * _MIB


def test_links_cannot_multiply_members() -> None:
    """Links to folders of links grow as a power of their depth: the limit on members counts what they make."""
    links = [special(f"{TOP}d{i + 1}/l{j}", tarfile.SYMTYPE, f"../d{i}") for i in range(6) for j in range(40)]
    data = tarred({f"{TOP}d0/f{i}.py": b"" for i in range(40)}, *links)
    unpacked, held = peak(partial(opened, data, SDIST, _FEW))
    assert len(unpacked.members) <= _FEW.members
    assert any("members" in message for message in _limits(unpacked))
    assert held < 16 * _MIB


@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside", "C:\\outside", "a/../../../outside"])
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_links_that_lead_out_are_noted_and_never_followed(target: str, kind: bytes) -> None:
    """What lies outside of the archive is not read, whatever the link is made of."""
    unpacked = opened(tarred({TOP + "setup.py": b""}, special(TOP + "l", kind, target)), SDIST)
    assert paths(unpacked) == ["setup.py"]
    assert [f.severity for f in notes(unpacked, "archive-link")] == [Severity.HIGH]


_FILES = {TOP + "setup.py": b"from setuptools import setup\nsetup()\n", TOP + "a/b.py": bytes(range(256)) * 8}


@pytest.mark.parametrize(
    "data",
    [zipped(_FILES), zipped(_FILES, 0), *(tarred(_FILES, packing=packing) for packing in ("", "gz", "bz2", "xz"))],
    ids=["zip", "stored", "tar", "gzip", "bzip2", "xz"],
)
def test_a_truncated_archive_is_never_a_pass(data: bytes) -> None:
    """Cut off at any byte: refused, or reported as incomplete, or nothing that was in it is missing."""
    whole = contents(opened(data, SDIST))
    for end in range(0, len(data), 1 + len(data) // 400):
        try:
            unpacked = opened(data[:end], SDIST)
        except BadArchive:
            continue
        assert any(f.incomplete for f in unpacked.notes) or contents(unpacked) == whole, end


@pytest.mark.parametrize("name", ["setup.py\0.txt", "a\0/b.py", "../\0", "\udcff\udcfe.py", "a\u202epy.txt", "é" * 600])
def test_odd_names_become_paths_without_nul_below_the_root(name: str) -> None:
    """NUL bytes, broken encodings and marks that turn text around reach no rule as they are."""
    info = tarfile.TarInfo("x")
    info.name = name
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", encoding="utf-8", errors="surrogateescape") as archive:
        archive.addfile(info)
        archive.addfile(tarfile.TarInfo("honest.py"))
    for path in paths(opened(out.getvalue(), WHEEL)):
        assert path
        assert not {"\0", "\u202e", "\udcff"} & set(path)
        assert ".." not in path.split("/")


def test_headers_that_disagree_are_noted() -> None:
    """A member whose local header has another name than the directory is not the same for every reader."""
    data = bytearray(zipped({"harmless.txt": b"x = 1\n"}))
    data[30:42] = b"sitecusto.py"
    unpacked = opened(bytes(data))
    assert [f.severity for f in notes(unpacked, "archive-readers-disagree")] == [Severity.CRITICAL]


def test_two_files_of_one_name_are_both_read() -> None:
    """Which of them an installer keeps depends on the installer: so both are members, and it is noted."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for body in (b"A = 1\n", b"A = 2\n"):
            info = tarfile.TarInfo(TOP + "setup.py")
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    unpacked = opened(out.getvalue(), SDIST)
    assert [m.data for m in unpacked.members if m.path == "setup.py"] == [b"A = 1\n", b"A = 2\n"]
    assert [f.severity for f in notes(unpacked, "archive-duplicate-name")] == [Severity.HIGH]
