"""Text encodings of bytes: base16 to base85, uu, quoted-printable, percent and HTML escapes."""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import urllib.parse
from collections.abc import Callable, Mapping

from pratique.facts.decode.budget import Budget, Undecodable

_UU_LINE = 61


def argument(args: tuple[object, ...], kwargs: Mapping[str, object], position: int, *names: str) -> object:
    """The argument at a position or under one of its names; None when it is not given."""
    if position < len(args):
        return args[position]
    return next((kwargs[name] for name in names if name in kwargs), None)


def as_bytes(value: object) -> bytes:
    """Take bytes, ASCII-like text or a list of byte values; raise Undecodable for anything else."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, (list, tuple)) and all(type(item) is int and 0 <= item <= 255 for item in value):
        return bytes(value)
    raise Undecodable("not bytes")


def _from(decode: Callable[[bytes], bytes]) -> Callable[[tuple[object, ...], Mapping[str, object], Budget], object]:
    def decoder(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
        data = as_bytes(argument(args, kwargs, 0, "s", "data", "string", "b", "hexstr"))
        budget.spend_bytes(len(data))
        try:
            decoded = decode(data)
        except (ValueError, TypeError, OverflowError) as error:
            raise Undecodable(str(error)) from None
        budget.spend_bytes(len(decoded))
        return decoded

    return decoder


def _base64(data: bytes) -> bytes:
    """As binascii reads it: what is not of the alphabet is ignored; missing padding is forgiven."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        return binascii.a2b_base64(data + b"==")


def _urlsafe(data: bytes) -> bytes:
    return _base64(data.translate(bytes.maketrans(b"-_", b"+/")))


def _hex(data: bytes) -> bytes:
    return bytes.fromhex(data.decode("ascii"))


def uu(data: bytes) -> bytes:
    """Decode uuencoded text with or without its begin and end lines, or one bare line."""
    lines = [line for line in data.splitlines() if line]
    if lines and lines[0].startswith(b"begin "):
        lines = lines[1:]
    found = bytearray()
    for line in lines:
        if line.strip() == b"end":
            break
        try:
            found += binascii.a2b_uu(line)
        except binascii.Error:  # the encoder's usual fault: trailing garbage behind the counted bytes
            count = ((line[0] - 32) & 63) * 4 // 3 + 3
            found += binascii.a2b_uu(line[:count])
    return bytes(found)


def base64_with_altchars(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``base64.b64decode(s, altchars=None)``."""
    alternative = argument(args, kwargs, 1, "altchars")
    data = as_bytes(argument(args, kwargs, 0, "s"))
    if alternative is not None:
        letters = as_bytes(alternative)
        if len(letters) != 2:
            raise Undecodable("altchars")
        data = data.translate(bytes.maketrans(letters, b"+/"))
    return BASE64((data,), {}, budget)


def base32(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``base64.b32decode(s, casefold=False)``; case and padding are forgiven."""
    return _from(
        lambda data: base64.b32decode(data.rstrip(b"=") + b"=" * (-len(data.rstrip(b"=")) % 8), casefold=True)
    )(args, kwargs, budget)


def ascii85(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``base64.a85decode(b, foldspaces=False, adobe=False)``."""
    adobe, fold = bool(kwargs.get("adobe")), bool(kwargs.get("foldspaces"))
    return _from(lambda data: base64.a85decode(data, adobe=adobe, foldspaces=fold))(args, kwargs, budget)


def _text(change: Callable[[str], str]) -> Callable[[tuple[object, ...], Mapping[str, object], Budget], object]:
    def decoder(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
        value = argument(args, kwargs, 0, "string", "s")
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if not isinstance(value, str):
            raise Undecodable("not text")
        budget.spend_bytes(len(value))
        return change(value)

    return decoder


BASE64 = _from(_base64)
URLSAFE = _from(_urlsafe)
HEX = _from(_hex)
BASE85 = _from(base64.b85decode)
UU = _from(uu)
QUOPRI = _from(quopri.decodestring)
UNQUOTE = _text(urllib.parse.unquote)
UNQUOTE_PLUS = _text(urllib.parse.unquote_plus)
UNQUOTE_BYTES = _from(urllib.parse.unquote_to_bytes)
UNESCAPE = _text(html.unescape)
