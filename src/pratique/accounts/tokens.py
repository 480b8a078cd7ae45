"""Tokens: ``prat_``, 32 random letters and digits, and a checksum of 6 by which a scanner tells a real one."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib

PREFIX = "prat_"
PATTERN = r"\bprat_[0-9A-Za-z]{38}\b"
"""For secret scanners; `is_token` then tells a real one from a look-alike."""
_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM, _CHECK = 32, 6
_WHOLE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}", re.ASCII)


def new_token() -> str:
    """A token of 190 random bits."""
    body = PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    return body + _checksum(body)


def is_token(text: str) -> bool:
    """Whether it has the shape and the checksum (CRC-32 in base 62) of a token; no secret is needed to tell."""
    return bool(_WHOLE.fullmatch(text)) and text[-_CHECK:] == _checksum(text[:-_CHECK])


def digest(secret: str) -> str:
    """SHA-256, under which random secrets of ours are kept; hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_secret() -> str:
    """The secret of a session or a link: 256 random bits, fit for a cookie or a URL."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """A name for something in lists: 48 random bits, hexadecimal."""
    return secrets.token_hex(6)


def _checksum(body: str) -> str:
    number, letters = zlib.crc32(body.encode()), ""
    for _ in range(_CHECK):
        number, rest = divmod(number, len(_LETTERS))
        letters = _LETTERS[rest] + letters
    return letters
