"""Notebooks: the code cells as one Python source, and the commands that cells hand to a shell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from pratique.artifact import Member, Role

_READ = 8_000_000
_MAGIC = re.compile(r"^\s*%{1,2}(\w+)(.*)$")
_SHELLS = frozenset(("sh", "bash", "script", "cmd", "powershell", "sx", "system"))
_PYTHONS = frozenset(("time", "timeit", "capture", "prun", "python", "python3", "pypy"))
_ASSIGNED = re.compile(r"^(\s*)(?:\w[\w, ]*=\s*)?!{1,2}\s*(.+)$")


def code_of(member: Member) -> Member | None:
    """The code as a script: a line of ``!`` becomes a call of ``os.system``; None for what holds no code."""
    source = "\n".join(_cell(cell) for cell in _cells(member.data[:_READ]))
    if not source.strip():
        return None
    return replace(member, data=source.encode("utf-8", "replace"), role=Role.SCRIPT)


def _cells(data: bytes) -> Iterator[str]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(document, dict):
        return
    sheets = document.get("worksheets")
    holders = [document, *(sheets if isinstance(sheets, list) else [])]  # nbformat 3 has its cells in sheets
    for holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                yield _text(cell.get("source", cell.get("input", "")))


def _text(source: object) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _cell(text: str) -> str:
    """One cell as Python; magics of IPython become what they do."""
    first, _, rest = text.lstrip("\n").partition("\n")
    magic = _MAGIC.match(first) if first.startswith("%%") else None
    if magic and magic[1] in _SHELLS:
        return _system(rest)
    if magic:
        return _lines(rest) if magic[1] in _PYTHONS else ""
    return _lines(text)


def _lines(text: str) -> str:
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    if command := _ASSIGNED.match(line):
        return command[1] + _system(command[2])
    magic = _MAGIC.match(line)
    if magic is None or line.lstrip().startswith("%%"):
        return line if magic is None else ""
    if magic[1] in _SHELLS | {"pip", "conda"}:
        return _system(f"{'pip ' if magic[1] == 'pip' else ''}{magic[2].strip()}")
    return magic[2].strip() if magic[1] in _PYTHONS else ""


def _system(command: str) -> str:
    return f"__import__('os').system({command!r})"
