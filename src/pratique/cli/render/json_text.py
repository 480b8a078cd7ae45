"""JSON that any stream and any terminal can take."""

from __future__ import annotations

import re
from typing import TextIO

_STEERING = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")


def safe_json(encoded: bytes, stream: TextIO) -> str:
    """``encoded`` as text: what could steer a terminal is escaped, as JSON itself does below U+0020.

    Where the stream's encoding is not UTF-8, everything beyond ASCII is: JSON is the same either way (RFC 8259).
    """
    plain = (stream.encoding or "utf-8").lower().replace("-", "") != "utf8"
    return (_BEYOND_ASCII if plain else _STEERING).sub(_escape, encoded.decode("utf-8"))


def _escape(match: re.Match[str]) -> str:
    """One escape, or two for a character beyond the basic plane."""
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
