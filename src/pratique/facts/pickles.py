"""Where a pickle begins in files that hold one behind something else: object arrays and compressed dumps."""

from __future__ import annotations

import struct

from pratique.facts.decode import DECODERS, Budget, BudgetExceeded, Undecodable

_ARRAY = b"\x93NUMPY"
_OBJECTS = (b"'|O'", b"'O'")
_PACKED = {
    b"x\x01": "zlib.decompress",
    b"x^": "zlib.decompress",
    b"x\x9c": "zlib.decompress",
    b"x\xda": "zlib.decompress",
    b"\x1f\x8b": "gzip.decompress",
    b"BZ": "bz2.decompress",
    b"\xfd7": "lzma.decompress",
}
"""Decoders by the first two bytes of what they read."""
_READ = 4_000_000


def pickle_of(data: bytes) -> bytes:
    """The bytes in which a pickle is looked for: those of a file itself, unless it is a container of one."""
    if data.startswith(_ARRAY):
        return _in_array(data)
    decoder = _PACKED.get(data[:2])
    if decoder is None:
        return data
    try:
        made = DECODERS[decoder]((data,), {}, Budget(layer_bytes=_READ, total_bytes=4 * _READ))
    except (Undecodable, BudgetExceeded):
        return data
    return made if isinstance(made, bytes) else data


def _in_array(data: bytes) -> bytes:
    """What follows the header of an ``.npy`` file (NEP 1) whose items are objects; others hold plain numbers."""
    wide = data[6:7] > b"\1"
    try:
        (length,) = struct.unpack_from("<I" if wide else "<H", data, 8)
    except struct.error:
        return b""
    start = 12 if wide else 10
    header = data[start : start + length]
    return data[start + length :] if any(kind in header for kind in _OBJECTS) else b""
