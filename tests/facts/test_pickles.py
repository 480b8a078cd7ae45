"""A pickle behind a header or a compressor is found, and numbers are no pickle."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.facts.pickles import pickle_of

_PICKLE = b"\x80\x02N."


@pytest.mark.parametrize(
    "data",
    [
        _PICKLE,
        zlib.compress(_PICKLE),
        gzip.compress(_PICKLE),
        bz2.compress(_PICKLE),
        lzma.compress(_PICKLE),
        b"\x93NUMPY\1\0" + struct.pack("<H", 14) + b"{'descr':'|O'}" + _PICKLE,
        b"\x93NUMPY\2\0" + struct.pack("<I", 14) + b"{'descr':'|O'}" + _PICKLE,
    ],
)
def test_the_pickle_is_found(data: bytes) -> None:
    """Compressed by whichever format, or behind either header of an array of objects."""
    assert pickle_of(data) == _PICKLE


def test_numbers_are_no_pickle() -> None:
    """An array of numbers may hold any bytes."""
    assert pickle_of(b"\x93NUMPY\1\0" + struct.pack("<H", 15) + b"{'descr':'<f8'}" + _PICKLE) == b""


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x93NUMPY", b"x\x9c", b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\0"]))
def test_any_bytes_are_survived(data: bytes, head: bytes) -> None:
    """No bytes make it raise."""
    assert isinstance(pickle_of(head + data), bytes)
