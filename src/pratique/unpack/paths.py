"""Names in archives, made harmless: relative, forward slashes, no dots, no control characters."""

from __future__ import annotations

import re
import unicodedata

from pratique.finding import Confidence, Severity
from pratique.unpack.notes import Notes

_PLAIN = re.compile(r"(?!/)(?!.*(?://|(?:^|/)\.{0,2}(?:/|$)))[A-Za-z0-9_][\w ./+@=,()\[\]{}~#$%&!'^;-]*", re.ASCII)
_DRIVE = re.compile(r"[A-Za-z]:(?=[\\/]|$)")
_RULE = "archive-member-name"


def safe_path(raw: str, notes: Notes, *, longest: int) -> str:
    """A path below the root for an archive's name; what had to be changed and matters is noted.

    ``longest`` is in characters; of a longer name the end is kept, since the suffix says what it is.
    """
    if len(raw) <= longest and _PLAIN.fullmatch(raw):
        return raw
    path = _without_nul(raw, notes)
    path = _without_controls(path, notes)
    path = _relative(path, notes)
    if len(path) > longest:
        notes.limit(path[-longest:], f"Its name is longer than {longest:,} characters.")
        path = path[-longest:].lstrip("/")
    return path or "unnamed"


def escapes(folder: str, target: str) -> bool:
    """Whether a link in ``folder`` (relative, below the root) leads out of the root."""
    return resolved(folder, target) is None


def resolved(folder: str, target: str) -> str | None:
    """Where a link in ``folder`` leads, relative to the root; none when that is outside."""
    if target.startswith(("/", "\\")) or _DRIVE.match(target):
        return None
    at = [part for part in folder.split("/") if part]
    for part in target.replace("\\", "/").split("/"):
        if part == ".." and not at:
            return None
        if part == "..":
            at.pop()
        elif part not in {"", "."}:
            at.append(part)
    return "/".join(at)


def _without_nul(raw: str, notes: Notes) -> str:
    # Some readers end a name at NUL, as C does and `zipfile` too; others keep it.
    if "\0" not in raw:
        return raw
    path = raw.partition("\0")[0]
    notes.oddity(_RULE, Severity.HIGH, path, "The name holds a NUL: readers disagree where it ends.")
    return path


def _without_controls(raw: str, notes: Notes) -> str:
    if raw.isprintable():
        return raw
    path = "".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} else c for c in raw)
    if any(unicodedata.category(c) == "Cc" or unicodedata.bidirectional(c) in _BIDI for c in raw):
        notes.oddity(_RULE, Severity.MEDIUM, path, "The name holds control characters that change how it is shown.")
    return path


_BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def _relative(raw: str, notes: Notes) -> str:
    path = raw.replace("\\", "/")
    parts = [part for part in _DRIVE.sub("", path).split("/") if part not in {"", "."}]
    inside = [part for part in parts if part != ".."]
    safe = "/".join(inside)
    if path.startswith("/") or _DRIVE.match(path):
        notes.oddity(_RULE, Severity.HIGH, safe, f"The name is absolute: {raw[:200]!r}.")
    elif escapes("", path):
        notes.oddity(_RULE, Severity.HIGH, safe, f"The name leads out of the folder it is unpacked to: {raw[:200]!r}.")
    elif len(inside) != len(parts):
        notes.oddity(_RULE, Severity.MEDIUM, safe, f"The name goes up and down again: {raw[:200]!r}.")
        safe = resolved("", path) or safe
    if "\\" in raw:
        message = f"The name holds backslashes, which are separators on some systems only: {raw[:200]!r}."
        notes.oddity(_RULE, Severity.MEDIUM, safe, message, confidence=Confidence.LOW)
    return safe
