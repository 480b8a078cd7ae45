"""Undoing the disguises of command texts: what a shell would see after its own expansions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_MAX_VARIABLES = 500
_FRAGMENT = 12
"""Longest value that looks like a piece of a word."""
_MAX_LINE = 200_000
"""Expansion of variables stops here, so that nested assignments cannot grow without bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A logical line (continuations joined, comments gone) with the number of its first physical one."""

    number: int
    text: str


_COMMENT = re.compile(r"\s*(?:#|::|@?rem\b)", re.IGNORECASE)
_TRICKS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("caret", re.compile(r"(?<=[a-z])\^(?=[a-z])", re.IGNORECASE), ""),
    ("ifs", re.compile(r"\$\{IFS[^}]{0,20}\}|\$IFS(?:\$\d)?"), " "),
    ("quotes", re.compile(r"(?<=[A-Za-z0-9])(?:''|\"\")(?=[A-Za-z0-9])"), ""),
    ("quotes", re.compile(r"(?<=[A-Za-z0-9])(['\"])([A-Za-z]{1,3})\1(?=[A-Za-z0-9])"), r"\2"),
    ("backtick", re.compile(r"(?<=[A-Za-z])`(?=[A-Za-z])"), ""),
    ("braces", re.compile(r"(?<![\w$}])\{([\w./-]{1,40}),([^\s{},]{1,4000})\}(?=\s{0,5}(?:[|;&'\"]|$))"), r"\1 \2"),
    (
        "preset",
        re.compile(
            r"\(?\s{0,5}(?:\$env:comspec\[4,\s?(?:15|24|26),\s?25\]\s{0,5}-join\s{0,5}['\"]{2}"
            r"|\$pshome\[(?:4|21)\]\s{0,5}\+\s{0,5}\$pshome\[(?:30|34)\]\s{0,5}\+\s{0,5}['\"]x['\"]"
            r"|\(?\$verbosepreference(?:\.tostring\(\))?\)?\[1,\s?3\]\s{0,5}\+\s{0,5}['\"]x['\"]\s{0,5}-join\s{0,5}['\"]{2})\s{0,5}\)?",
            re.IGNORECASE,
        ),
        " iex ",
    ),
    ("concatenation", re.compile(r"'\s{0,8}\+\s{0,8}'|\"\s{0,8}\+\s{0,8}\""), ""),
)
_BACKSLASHED = re.compile(r"(?<![\w:\\/.])(?:[a-z]\\){1,12}[a-z]{1,20}(?![\w\\])")
BLANKS = dict.fromkeys(map(ord, "\t\r\v\f\x1c\x1d\x1e\x1f"), " ")
"""White space other than the space and the newline, for `str.translate`."""
_SPECIAL = re.compile(
    r"[\^`\\{]|(?i:comspec\[|pshome\[|preference)|IFS|''|\"\"|[A-Za-z0-9]['\"][A-Za-z]|\s-f\s|['\"]\s{0,8}\+"
)
_ESCAPES = re.compile(r"(?:\\x[0-9a-fA-F]{2}){3,}")
_FORMAT = re.compile(
    r"\(?\s{0,5}([\"'])((?:\{\d\}){2,20})\1\s*-f\s*((?:(['\"])[^'\"\n]{0,100}\4\s*,\s*){1,20}(['\"])[^'\"\n]{0,100}\5)\)?"
)
_ASSIGNED = re.compile(
    r"""(?:^|[;&\s(])
    (?:\$(?P<ps>\w{1,40})\s*=\s*(?P<psv>"[^"\n]{0,4000}"|'[^'\n]{0,4000}')
    |set\s+"?(?P<cmd>\w{1,40})=(?P<cmdv>[^"&\n]{0,4000})
    |(?:export\s+)?(?P<sh>[A-Za-z_]\w{0,40})=(?P<shv>"[^"\n]{0,4000}"|'[^'\n]{0,4000}'|\$\([^()\n]{0,400}\)|[^\s;&|"'`()<>]{1,4000}))""",
    re.VERBOSE | re.IGNORECASE,
)
_USED = re.compile(r"\$\{(\w{1,40})\}|\$(\w{1,40})|%(\w{1,40})%|%(\w{1,40}):~(-?\d{1,4}),(\d{1,4})%")


def logical_lines(text: str) -> list[Line]:
    """Split into logical lines: backslash, caret and backtick continuations joined, comment lines dropped."""
    lines: list[Line] = []
    held, start = "", 0
    for number, physical in enumerate(text.split("\n"), start=1):
        start = start if held else number
        stripped = physical.rstrip("\r")
        if stripped.endswith(("\\", " ^", " `")):
            held += stripped[:-1] + " "
            continue
        whole, held = held + stripped, ""
        if whole.strip() and not _COMMENT.match(whole):
            lines.append(Line(number=start, text=whole))
    if held.strip():
        lines.append(Line(number=start, text=held))
    return lines


def undisguised(lines: list[Line]) -> tuple[list[Line], tuple[str, ...]]:
    """The lines as their shell would understand them, and the tricks that were undone."""
    tricks: set[str] = set()
    values: dict[str, str] = {}
    plain: list[Line] = []
    for line in lines:
        text = _expand(_untrick(line.text, tricks), values, tricks)
        plain.append(Line(number=line.number, text=text))
    return plain, tuple(sorted(tricks))


def _untrick(text: str, tricks: set[str]) -> str:
    def noted(trick: str, done: str, before: str) -> str:
        if done != before:
            tricks.add(trick)
        return done

    text = text.translate(BLANKS)
    if not _SPECIAL.search(text):
        return text
    for trick, pattern, instead in _TRICKS:
        text = noted(trick, pattern.sub(instead, text), text)
    text = noted("backslash", _BACKSLASHED.sub(lambda m: m[0].replace("\\", ""), text), text)
    text = noted(
        "escapes", _ESCAPES.sub(lambda m: bytes.fromhex(m[0].replace("\\x", "")).decode("latin-1"), text), text
    )
    if "-f" in text:
        text = noted("format", _FORMAT.sub(_formatted, text), text)
    return text


def _formatted(match: re.Match[str]) -> str:
    parts = re.findall(r"(['\"])([^'\"\n]{0,100})\1", match[3])
    order = [int(i) for i in re.findall(r"\d", match[2])]
    return "".join(parts[i][1] for i in order if i < len(parts))


def _expand(text: str, values: dict[str, str], tricks: set[str]) -> str:
    """Put known variables in their places, then learn the assignments of this line."""
    for match in _ASSIGNED.finditer(text):
        name = match["ps"] or match["cmd"] or match["sh"]
        value = (match["psv"] or match["cmdv"] or match["shv"] or "").strip("\"'")
        if "$" + name not in value and len(values) < _MAX_VARIABLES:
            values[name.lower()] = _replaced(value, values, None)
    return _replaced(text, values, tricks) if values else text


def _replaced(text: str, values: dict[str, str], tricks: set[str] | None) -> str:
    if "$" not in text and "%" not in text:
        return text
    done = _USED.sub(_value(values, tricks), text)
    return done if len(done) <= _MAX_LINE else text


def _value(values: dict[str, str], tricks: set[str] | None) -> Callable[[re.Match[str]], str]:
    def value(match: re.Match[str]) -> str:
        name = (match[1] or match[2] or match[3] or match[4]).lower()
        known = values.get(name)
        if known is None or re.match(r"\s*=(?!=)", match.string[match.end() : match.end() + 4]):
            return match[0]
        if match[4]:
            start = int(match[5])
            known = known[start:][: int(match[6])]
        if (
            tricks is not None
            and len(known) <= _FRAGMENT
            and re.match(r"\w", match.string[match.end() : match.end() + 1])
        ):
            tricks.add("variable")
        return known

    return value
