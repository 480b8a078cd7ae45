"""What a literal looks like when nothing says how it is decoded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pratique.facts.decode import compressed, textual
from pratique.facts.decode.budget import Budget, BudgetExceeded, Undecodable

_Decoder = Callable[[tuple[object, ...], Mapping[str, object], Budget], object]
_SHORTEST = 24
_HEX = re.compile(rb"\A(?:[0-9a-fA-F]{2}\s*)+\Z")
_ESCAPED = re.compile(rb"\A(?:\\x[0-9a-fA-F]{2})+\Z")
_BASE32 = re.compile(rb"\A[A-Z2-7\s]++=*\s*\Z")
_BASE64 = re.compile(rb"\A[A-Za-z0-9+/\s]++={0,2}\s*\Z")
_URLSAFE = re.compile(rb"\A[A-Za-z0-9_\-\s]++={0,2}\s*\Z")
_REVERSED = re.compile(rb"\A={0,2}[A-Za-z0-9+/_\-]+\Z")
_BASE85 = re.compile(rb"\A[0-9A-Za-z!#$%&()*+\-;<=>?@^_`{|}~]+\Z")
_ZLIB = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
_MAGIC = (*_ZLIB, b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0", b"PK\x03\x04", b"MZ", b"\x7fELF")
_PRINTABLE = bytes(range(32, 127)) + b"\t\n\r"
_ENOUGH = 0.97


def guess(data: bytes | str, budget: Budget) -> list[tuple[str, bytes]]:
    """Every (layer, bytes) that a literal may stand for: printable text or a known format comes out of it.

    Raises BudgetExceeded only; a literal that looks like nothing gives an empty list.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) < _SHORTEST:
        return []
    found = [(name, made) for name, made in _attempts(raw, budget) if made and is_readable(made)]
    return list(dict.fromkeys(found))


def is_readable(data: bytes) -> bool:
    """Whether bytes are mostly printable text or begin like a known binary format."""
    if data.startswith(_MAGIC):
        return True
    sample = data[:4096]
    if len(sample.translate(None, _PRINTABLE)) <= len(sample) * (1 - _ENOUGH):
        return True
    try:
        text = data[:8192].decode("utf-8", "strict")
    except UnicodeDecodeError:
        return False
    return sum(character.isprintable() or character in "\n\r\t" for character in text) >= len(text) * _ENOUGH


def _attempts(raw: bytes, budget: Budget) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for name, decoder, fits in _candidates(raw):
        source = raw[::-1] if name == "reverse" else raw.replace(b"\\x", b"") if _ESCAPED.match(raw) else raw
        if not fits:
            continue
        try:
            made = decoder((source,), {}, budget)
        except (Undecodable, BudgetExceeded) as error:
            if isinstance(error, BudgetExceeded):
                raise
            continue
        if isinstance(made, bytes):
            found.append(("reverse>base64" if name == "reverse" else name, made))
    return found


def _candidates(raw: bytes) -> list[tuple[str, _Decoder, bool]]:
    if raw.startswith(_MAGIC):
        return [
            ("zlib", compressed.zlib_decompress, raw.startswith(_ZLIB)),
            ("gzip", compressed.GZIP, raw.startswith(b"\x1f\x8b")),
            ("bz2", compressed.BZ2, raw.startswith(b"BZh")),
            ("lzma", compressed.LZMA, raw.startswith(b"\xfd7zXZ")),
        ]
    if _ESCAPED.match(raw) or (_HEX.match(raw) and len(raw.split()[0]) % 2 == 0):
        return [("hex", textual.HEX, True)]
    return [
        ("base64", textual.BASE64, _BASE64.match(raw) is not None),
        ("base64", textual.URLSAFE, _URLSAFE.match(raw) is not None and (b"-" in raw or b"_" in raw)),
        ("reverse", textual.URLSAFE, _REVERSED.match(raw) is not None),
        ("base32", textual.base32, _BASE32.match(raw) is not None),
        ("base85", textual.BASE85, _BASE85.match(raw) is not None and b" " not in raw),
    ]
