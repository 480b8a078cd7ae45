"""Text from a package, made safe to print: whoever wrote it may want to steer the terminal."""

from __future__ import annotations

import unicodedata

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, *, limit: int = 2000) -> str:
    """``text`` on one line, with every control, format and unassigned character spelled out.

    That covers terminal escapes, bidirectional overrides, zero-width characters, lone surrogates and
    line breaks (Unicode TR 36). At most ``limit`` characters of the source are kept; a tab is a space.
    """
    kept = text if len(text) <= limit else f"{text[:limit]}…"
    return "".join(_spell(c) for c in kept)


def brief(text: str, *, limit: int) -> str:
    """``text`` on one line; what has more than ``limit`` characters ends after a word, with three dots."""
    plain = " ".join(text.split())
    return plain if len(plain) <= limit else f"{plain[:limit].rsplit(' ', 1)[0]}..."


def _spell(character: str) -> str:
    if character == "\t":
        return " "
    if unicodedata.category(character) not in _UNSAFE:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
