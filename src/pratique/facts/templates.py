"""Texts that a program executes from its own files: source that everybody can read, and templates of it."""

from __future__ import annotations

import ast
import re
import warnings

_LINE = 1_000
"""Characters of a line that a person still reads to its end."""
_LONGEST = 1_000_000
_BRACED = re.compile(r"(?<!\{)\{(\w{0,80})(?:![rsa])?(?::[^{}\n]{0,20})?\}(?!\})")
_PERCENT = re.compile(r"%(?:\((\w{1,80})\))?[srd](?!\w)")


def is_plain(text: str) -> bool:
    """Whether a text, or what a template is filled in to, is Python source in lines that people read."""
    if len(text) > _LONGEST or any(len(line) > _LINE for line in text.splitlines()):
        return False
    return _parses(text) or _parses(filled(text))


def filled(text: str) -> str:
    """A template with each field's name in its place, as ``format`` and ``%`` would put a value there."""
    text = _BRACED.sub(lambda field: field[1] or "_", _PERCENT.sub(lambda field: field[1] or "_", text))
    return text.replace("{{", "{").replace("}}", "}")


def _parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
