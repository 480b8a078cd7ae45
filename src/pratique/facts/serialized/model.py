"""What a serialized file would do when it is loaded, as far as its structure says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SerializedCall:
    """A name that loading resolves or calls; ``offset`` in bytes, ``arguments`` as text, unknown ones in ``<>``."""

    name: str
    offset: int
    arguments: tuple[str, ...] = ()
    called: bool = False
    """Whether it is called, not only imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFacts:
    """One code object: its names and constants, which is what a disassembly would show of its intent."""

    name: str
    filename: str
    firstlineno: int
    names: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    blobs: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SerializedFacts:
    """Everything read from one file; ``notes`` are sentences about damage and limits."""

    format: str
    calls: tuple[SerializedCall, ...] = ()
    strings: tuple[str, ...] = ()
    code: tuple[CodeFacts, ...] = ()
    notes: tuple[str, ...] = ()
