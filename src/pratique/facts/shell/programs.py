"""Python programs that a script hands to an interpreter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.facts.shell.seen import MAX_ITEMS

_PYTHON = re.compile(
    r"\bpython[\d.]{0,4}w?(?:\.exe)?[\"']?\s{1,5}(?:-[a-bd-zA-Z]\s{1,5}){0,4}-c\s{0,5}(\\?[\"'])", re.IGNORECASE
)
_PYTHON_HERE = re.compile(
    r"\bpython[\d.]{0,4}\s{0,5}-?\s{0,5}<<-?\s{0,3}[\"']?(\w{1,20})[\"']?[^\n]{0,80}\n", re.IGNORECASE
)


def python_programs(text: str) -> Iterable[str]:
    """Programs after ``python -c`` (up to the closing quote) and in here-documents, unescaped."""
    for match in list(_PYTHON.finditer(text))[:MAX_ITEMS]:
        yield _quoted(text, match.end(), match[1])
    for match in list(_PYTHON_HERE.finditer(text))[:MAX_ITEMS]:
        end = text.find(f"\n{match[1]}", match.end() - 1)
        yield text[match.end() : end if end >= 0 else None]


def _quoted(text: str, start: int, quote: str) -> str:
    """From ``start`` to the unescaped closing quote, with escapes of that quote undone."""
    if quote.startswith("\\"):
        end = text.find(quote, start)
        return text[start : end if end >= 0 else None]
    at = start
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" and quote == '"' else 1
    inner = text[start:at]
    return inner.replace('\\"', '"').replace("\\$", "$").replace("\\\\", "\\") if quote == '"' else inner
