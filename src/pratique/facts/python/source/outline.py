"""Where the statements at the top of a module begin, told from its text: a seventh of what parsing costs.

Only what is certain is told. Where a quote, a comment or a line that goes on leaves any doubt about what is
code and what is text, there is no outline, and a parser has to tell.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

from pratique.facts.sieve import Words, plain, where

_TOP = re.compile(rb"^[^\s#)\]}]", re.MULTILINE)
_TRIPLE = re.compile(rb"'''|\"\"\"")
_GOES_ON = re.compile(rb"(?:else|elif|except|finally)\b")
"""What only goes on with the statement before it."""


def statements_with(data: bytes, words: Words) -> list[bytes] | None:
    """The statements at the top of a module whose text has one of the sieve's words.

    Nothing where the outline is in doubt.
    """
    strings = _strings(data) if plain(data) and data.count(b"\r") == data.count(b"\r\n") else None
    if strings is None:
        return None
    starts = _starts(data, strings)
    touched = {at for first, last in where(data, words) for at in _touched(starts, first, last)}
    ends = dict(pairwise([*starts, len(data)]))
    return [data[at : ends[at]] for at in sorted(touched)]


def _starts(data: bytes, strings: list[tuple[int, int]]) -> list[int]:
    """Where statements begin: a definition with its first decorator."""
    starts: list[int] = []
    decorated = False
    for match in _TOP.finditer(data):
        at = match.start()
        if _inside(strings, at) or _GOES_ON.match(data, at):
            continue
        if not decorated:
            starts.append(at)
        decorated = data.startswith(b"@", at)
    return starts


def flattened(data: bytes) -> bytes | None:
    """The text with quotes in place of all that stands in triple quotes, so that each line of it is one of code.

    Nothing where a quote leaves a doubt, or where words do not stand in the bytes as Python reads them.
    """
    strings = _strings(data) if plain(data) else None
    if strings is None:
        return None
    parts: list[bytes] = []
    done = 0
    for start, end in strings:
        parts += [data[done : start + 1], b'"' * (end - start - 1)]
        done = end
    return b"".join([*parts, data[done:]])


def _touched(starts: list[int], first: int, last: int) -> list[int]:
    """The statements that a stretch of text reaches into."""
    return starts[max(bisect_right(starts, first) - 1, 0) : bisect_right(starts, last)]


def _inside(strings: list[tuple[int, int]], at: int) -> bool:
    index = bisect_right(strings, (at, 0)) - 1
    return index >= 0 and at < strings[index][1]


def _strings(data: bytes) -> list[tuple[int, int]] | None:
    """Strings in triple quotes, which alone hold lines that look like code; nothing where one is in doubt."""
    found: list[tuple[int, int]] = []
    end = 0
    while opened := _TRIPLE.search(data, end):
        if not _opens(data, opened.start(), end):
            return None
        end = _closed(data, opened)
        if end < 0:
            return None
        found.append((opened.start() - 1, end))
    return found


def _opens(data: bytes, at: int, after: int) -> bool:
    """Whether quotes begin a string for certain: no comment and no other string can be open before them."""
    line = data.rfind(b"\n", 0, at) + 1
    before = data[max(line, after) : at]
    if b"#" in before or b"\\" in before or data[max(line - 2, 0) : line].rstrip().endswith(b"\\"):
        return False
    single, double = before.count(b"'"), before.count(b'"')
    return not (single and double) and single % 2 == 0 and double % 2 == 0


def _closed(data: bytes, opened: re.Match[bytes]) -> int:
    """Where a string ends; below nought where it does not, or a backslash may keep it from ending."""
    at = data.find(opened[0], opened.end())
    return -1 if at < 0 or data[at - 1 : at] == b"\\" else at + 3
