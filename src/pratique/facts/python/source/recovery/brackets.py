"""Brackets that stay open in broken source: closed where their own lines end, so that the rest is read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

_PARTS = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\Z)|\'\'\'(?:\\.|[^\\])*?(?:\'\'\'|\Z)|"(?:\\.|[^"\\\n])*+"?|\'(?:\\.|[^\'\\\n])*+\'?|'
    r"#[^\n]*|[()\[\]{}]",
    re.DOTALL,
)
"""Strings, comments and brackets; a string that does not end is one all the same, so that it is gone through once."""
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_MOST = 200
"""So many open brackets are closed: with more of them it is no program that lost one."""
_LINE = re.compile(r"^([ \t\f]*)[^ \t\f\n#]", re.MULTILINE)


@dataclass(slots=True)
class _Scan:
    open: list[tuple[int, str]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    """How many brackets of each kind are open."""
    remarks: dict[int, int] = field(default_factory=dict)
    """Where comments begin, by where they end."""
    added: list[tuple[int, str]] = field(default_factory=list)


def closed(text: str) -> str:
    """The text with what stays open closed: in front of a bracket that closes another one, or behind its own lines.

    To an open bracket belong the lines after it that are indented deeper than its own. Line numbers stay as they are.
    """
    scan = _Scan()
    for match in _PARTS.finditer(text):
        _take(scan, match)
    if not (scan.open or scan.added) or len(scan.open) > _MOST:
        return text
    end = len(text)
    last: list[tuple[int, str]] = []
    for start, bracket in scan.open:
        end = min(end, _end(text, start, scan.remarks))
        last.append((end, _CLOSES[bracket]))
    return _with(text, [*scan.added, *reversed(last)])


def _take(scan: _Scan, match: re.Match[str]) -> None:
    part = match[0]
    if part[0] == "#":
        scan.remarks[match.end()] = match.start()
    elif part in _CLOSES:
        scan.open.append((match.start(), part))
        scan.kinds[_CLOSES[part]] += 1
    elif part in ")]}" and scan.kinds[part]:
        while (closer := _CLOSES[scan.open.pop()[1]]) != part:
            scan.kinds[closer] -= 1
            scan.added.append((match.start(), closer))
        scan.kinds[part] -= 1


def _end(text: str, start: int, remarks: dict[int, int]) -> int:
    """Where the lines end that belong to a bracket: before a comment, behind which nothing would be seen."""
    head = text.rfind("\n", 0, start) + 1
    own = _width(text[head:start])
    after = text.find("\n", start)
    if after < 0:
        return len(text)
    for line in _LINE.finditer(text, after + 1):
        if len(line[1].expandtabs()) <= own:
            break
        after = text.find("\n", line.end())
        if after < 0:
            return len(text)
    return len(text[: remarks.get(after, after)].rstrip(" \t\\"))


def _width(before: str) -> int:
    return len(before.expandtabs()) - len(before.expandtabs().lstrip())


def _with(text: str, added: list[tuple[int, str]]) -> str:
    made, at = [], 0
    for position, closer in sorted(added, key=lambda one: one[0]):
        made += [text[at:position], closer]
        at = position
    return "".join([*made, text[at:]])
