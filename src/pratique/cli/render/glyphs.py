"""Signs that the reader's terminal can show: pretty where its encoding has them, plain ASCII elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """The signs of one encoding."""

    arrow: str = "→"
    bar: str = "│"
    dot: str = "·"
    encoding: str = "utf-8"

    def fit(self, text: str) -> str:
        """``text`` with the characters that the encoding lacks spelled out as escapes."""
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)


def glyphs(stream: TextIO) -> Glyphs:
    """Those that ``stream`` can take."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        "→│·".encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return Glyphs(arrow="->", bar="|", dot="-", encoding="ascii")
    return Glyphs(encoding=encoding)
