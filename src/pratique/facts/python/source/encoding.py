"""From the bytes of a source file to its text, as Python would read it, and never giving up.

A declared codec is honoured even when it is a strange one (``utf-7``, ``rot13``, ``unicode_escape``):
Python honours it as well, which is why such a declaration hides code from tools that do not.
"""

from __future__ import annotations

import codecs
import re
import warnings
from dataclasses import dataclass

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Shows the codecs that read plain ASCII as something else: escapes, shifted alphabets, other letters.
_PROBE = bytes(range(32, 127)) + b"\\x41\\u0041 +AEE- =41 ~{"
_PROBE_TEXT = _PROBE.decode("ascii")
_TEXT_TO_TEXT = frozenset({"rot13"})
_QUADRATIC = frozenset({"punycode", "idna"})
_QUADRATIC_BYTES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text of a source file; ``remarks`` say in words what was odd about its encoding."""

    text: str
    codec: str
    remarks: tuple[str, ...] = ()


def decode_source(data: bytes) -> Decoded:
    r"""Decode a source file by its byte order mark or PEP 263 cookie; falls back to UTF-8, then Latin-1.

    Lines end in ``\n`` in the result, whatever they ended in before.
    """
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _with_bom(data[len(bom) :], codec)
    declared = _declared(data)
    if declared is None:
        return _fallback(data, ())
    info = _lookup(declared)
    if info is None:
        return _fallback(data, (f"declares the unknown codec {declared}",))
    name = info.name.replace("_", "-").lower()
    text = _decode(data, info)
    if text is None:
        return _fallback(data, (f"declares the codec {declared} and is not text in it",))
    odd = (f"declares the codec {declared}, which hides code from a reader",) if _is_odd(info) else ()
    return Decoded(text=_newlines(text), codec=name, remarks=odd)


def _with_bom(data: bytes, codec: str) -> Decoded:
    remarks = () if codec == "utf-8" else (f"is written in {codec}, which Python does not accept for source",)
    try:
        return Decoded(text=_newlines(data.decode(codec)), codec=codec, remarks=remarks)
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
        return Decoded(text=_newlines(text), codec=codec, remarks=(*remarks, f"is not text in {codec}"))


def _declared(data: bytes) -> str | None:
    head = data[:4096].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", 2)[:2]
    for line in head:
        if found := _COOKIE.match(line):
            return found[1].decode("ascii", "replace")
        if not _BLANK.match(line):
            return None
    return None


def _lookup(name: str) -> codecs.CodecInfo | None:
    try:
        return codecs.lookup(name)
    except (LookupError, ValueError):
        return None


def _decode(data: bytes, info: codecs.CodecInfo) -> str | None:
    name = info.name.replace("_", "-").lower()
    if name.replace("-", "") in _TEXT_TO_TEXT:
        return codecs.decode(data.decode("latin-1"), "rot13")
    if not getattr(info, "_is_text_encoding", True):
        return None
    if name in _QUADRATIC and len(data) > _QUADRATIC_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are the author's matter
            text, _ = info.decode(data)
    except (ValueError, OverflowError, TypeError):  # UnicodeError is a ValueError
        return None
    return text if isinstance(text, str) else None


def _is_odd(info: codecs.CodecInfo) -> bool:
    return _decode(_PROBE, info) != _PROBE_TEXT


def _fallback(data: bytes, remarks: tuple[str, ...]) -> Decoded:
    try:
        return Decoded(text=_newlines(data.decode("utf-8")), codec="utf-8", remarks=remarks)
    except UnicodeDecodeError as error:
        wrong = f"is not UTF-8 at byte {error.start} and declares nothing else"
        text = data.decode("latin-1")
        return Decoded(text=_newlines(text), codec="latin-1", remarks=remarks or (wrong,))


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
