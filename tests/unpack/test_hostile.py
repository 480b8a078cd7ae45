from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import BadArchive
from pratique.unpack import Limits
from tests.unpack.archives import SDIST, TOP, WHEEL, opened, tarred, zipped

_LIMITS = Limits(
    members=50, total_bytes=3_000_000, memory_bytes=300_000, member_bytes_in_memory=20_000, nested_bytes=10**5
)
_FILES = {
    TOP + "setup.py": b"from setuptools import setup\nsetup()\n" * 20,
    TOP + "pyproject.toml": b'[build-system]\nbackend-path = ["."]\n',
    TOP + "pkg/inner.zip": zipped({"a.py": b"A = 1\n", "b/c.txt": b"text" * 100}),
    TOP + "pkg-1.0.dist-info/RECORD": b"a,b,c\n",
    TOP + "l" * 150 + ".py": b"",
}
_SEEDS = [zipped(_FILES), zipped(_FILES, 0), *(tarred(_FILES, packing=packing) for packing in ("", "gz", "bz2", "xz"))]


def _holds(data: bytes) -> None:
    for name in (WHEEL, SDIST):
        try:
            unpacked = opened(data, name, _LIMITS)
        except BadArchive:
            continue
        assert len(unpacked.members) <= _LIMITS.members
        assert list(unpacked.members) == sorted(unpacked.members, key=lambda m: m.path)
        for member in unpacked.members:
            assert len(member.data) <= _LIMITS.member_bytes_in_memory
            assert not member.whole or len(member.data) == member.size
            assert not member.path.startswith("/")
            assert ".." not in member.path.split("/")
            assert "\0" not in member.path


@given(st.binary(max_size=4000))
def test_any_bytes_give_members_within_limits_or_the_one_error(data: bytes) -> None:
    """Whatever is thrown at it, nothing but `BadArchive` comes out and no limit is passed."""
    _holds(data)


@settings(max_examples=300)
@given(st.data())
def test_mutated_archives_give_members_within_limits_or_the_one_error(draw: st.DataObject) -> None:
    """Archives with bytes changed, cut out, doubled or cut off: the hard cases for a parser."""
    data = bytearray(draw.draw(st.sampled_from(_SEEDS)))
    for _ in range(draw.draw(st.integers(1, 6))):
        at = draw.draw(st.integers(0, max(len(data) - 1, 0)))
        piece = draw.draw(st.binary(min_size=0, max_size=8))
        match draw.draw(st.sampled_from(["set", "cut", "insert", "end", "double"])):
            case "set":
                data[at : at + len(piece)] = piece
            case "cut":
                del data[at : at + len(piece)]
            case "insert":
                data[at:at] = piece
            case "end":
                del data[at:]
            case _:
                data += data[at : at + 2000]
    _holds(bytes(data))


@given(st.text(max_size=80).filter(lambda text: text.isprintable() or "\0" not in text))
def test_any_name_becomes_a_harmless_path(name: str) -> None:
    """Every name that a zip can carry ends up below the root."""
    try:
        data = zipped({name: b"x"})
    except UnicodeEncodeError:
        return
    _holds(data)
