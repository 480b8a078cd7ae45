"""Tricks that make a reader see other code than Python does: invisible, reordered, look-alike, off screen."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Joiners and tags behind another non-ASCII character build emoji and scripts; behind ASCII they only hide.
_ZERO_WIDTH = re.compile("(?<![^\x00-\x7f])[\u200b-\u200d\u2060-\u2064\u180e\ufeff\u00ad\U000e0000-\U000e007f]")
_FOLDED_NAME = re.compile(r"(?<![\w'\"])[^\W\d]\w*")  # what follows a quote is text
_GAP = " " * 150
_OPENERS = (";", ":", "(", "[", "{", ",", "=", "\\")
_NOTHING = frozenset({"", "\\", ")", "]", "}", '"""', "'''"})
_SHORT = 19  # a shorter line cannot hold the gap, even in tabs
_EACH = 20


@dataclass(frozen=True, slots=True)
class ParseNote:
    """Something odd about a source file: its kind, the line (from 1) and a sentence without subject."""

    kind: str
    line: int
    message: str


def oddities(text: str) -> tuple[ParseNote, ...]:
    """All tricks on a reader found in a source text, at most twenty of each kind."""
    notes: list[ParseNote] = []
    if not text.isascii():
        notes += _matches(text, _BIDI, "bidi", "has a character that reverses the direction of text")
        notes += _matches(text, _ZERO_WIDTH, "zero-width", "has a character that cannot be seen")
        notes += _homoglyphs(text)
    if _GAP in text or "\t" * 20 in text:
        notes += _off_screen(text)
    return tuple(notes)


def _matches(text: str, pattern: re.Pattern[str], kind: str, message: str) -> list[ParseNote]:
    found: list[ParseNote] = []
    line, at = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        name = unicodedata.name(match[0], f"U+{ord(match[0]):04X}")
        if not found or found[-1].line != line:
            found.append(ParseNote(kind, line, f"{message}: {name}"))
        if len(found) >= _EACH:
            break
    return found


def _homoglyphs(text: str) -> list[ParseNote]:
    """Python compares identifiers after NFKC (PEP 3131), so a name in mathematical letters can be ``exec``."""
    found: list[ParseNote] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.isascii():
            continue
        for match in _FOLDED_NAME.finditer(line.partition("#")[0]):
            folded = unicodedata.normalize("NFKC", match[0])
            if not match[0].isascii() and folded.isascii() and folded.isidentifier() and len(folded) > 1:
                found.append(ParseNote("homoglyph", number, f"writes {folded} in look-alike letters"))
                break
        if len(found) >= _EACH:
            break
    return found


def _off_screen(text: str) -> list[ParseNote]:
    found: list[ParseNote] = []
    for number, line in enumerate(text.split("\n"), 1):
        behind = _behind_gap(line.expandtabs(8)) if len(line) > _SHORT else ""
        if behind:
            found.append(ParseNote("off-screen", number, f"hides code behind white space: {behind[:60]}"))
        if len(found) >= _EACH:
            break
    return found


def _behind_gap(line: str) -> str:
    """Return the code that starts behind a screen's width of white space; a table's columns are not code."""
    lead = len(line) - len(line.lstrip())
    gap = line.find(_GAP, lead)
    if gap >= 0:
        before, behind = line[:gap].rstrip(), line[gap:].strip()
        starts = before.endswith(_OPENERS) or behind.startswith(";")
    else:
        behind = line.strip()
        starts = lead >= 2 * len(_GAP)
    return behind if starts and behind not in _NOTHING and not behind.startswith("#") else ""
