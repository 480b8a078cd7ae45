"""Code objects as data, which nothing can run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A tuple, list, set or dictionary (then keys and values in turn); ``kind`` is ``()``, ``[]``, ``{}`` or ``:``."""

    kind: str
    items: tuple[object, ...]


@dataclass(slots=True, kw_only=True)
class Code:
    """A code object as data. ``locals`` are the names that fast and cell operations count into."""

    argcount: int = 0
    kwonly: int = 0
    flags: int = 0
    bytecode: bytes = b""
    constants: tuple[object, ...] = ()
    names: tuple[str, ...] = ()
    locals: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    """Cell and free variables, which are counted on their own before 3.11."""
    filename: str = ""
    name: str = ""
    firstlineno: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a marshalled object is: its value, every code object in it, and the versions that may have written it."""

    value: object
    code: tuple[Code, ...]
    strings: tuple[str, ...]
    versions: tuple[int, ...]
    """Minor versions of CPython 3, likeliest first."""
    notes: tuple[str, ...]
