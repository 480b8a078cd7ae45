"""Texts as SARIF wants them: one line, nothing that steers, nothing that could become a link."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

from pratique.cli.render.sarif.model import Message
from pratique.printable import printable

_MARKED = re.compile(r"[\\\[\]]")
_LONGEST = 1000


def message(text: str) -> Message:
    """Plain text (3.11.5, 3.11.6): brackets would begin a link and braces a placeholder."""
    escaped = _MARKED.sub(r"\\\g<0>", printable(text, limit=_LONGEST))
    return Message(text=escaped.replace("{", "{{").replace("}", "}}"))


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."


def target_uri(target: str) -> str:
    """A URI reference of what was screened: relative to the working folder where it lies below it."""
    here = Path.cwd()
    path = Path(os.path.normpath(here / target))
    if path.is_relative_to(here):
        return quote(os.fsencode(path.relative_to(here)))
    return "file://" + quote(os.fsencode(path))


def member_uri(target: str, path: str) -> str:
    """A URI reference of a member, as if the distribution were a folder."""
    inside = quote(path.encode("utf-8", "surrogateescape" if _escaped(path) else "replace").lstrip(b"/"))
    return inside if target == "." else f"{target}/{inside}"


def _escaped(path: str) -> bool:
    """Whether its lone surrogates stand for undecodable bytes of a file name (PEP 383)."""
    return all("\udc80" <= c <= "\udcff" for c in path if "\ud800" <= c <= "\udfff")
