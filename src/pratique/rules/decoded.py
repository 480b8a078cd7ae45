"""What decoders did to what a call is given: whether a reader still sees through it."""

from __future__ import annotations

import re

from pratique.facts.python.model import Argument, Call, Does, Source, Taint

READABLE = frozenset({"json", "literal"})
_ENCODINGS = frozenset({"base16", "base32", "base64", "base85", "hex", "rot13", "uu", "xor", "table", "ints"})
_ENCODINGS |= {"fernet", "aes", "marshal", "zlib", "gzip", "bz2", "lzma", "reverse"}
"""Decoders that nobody needs for a command, unless nobody is to read it."""
_UNKNOWN = re.compile(r"<[\w.()\[\]]{1,200}>")
"""A text of which nothing is known but where it came from."""
_SPELLED = 5
"""So many letters in a row, each as its number."""
_ESCAPES = ("\\x{:02x}", "\\u{:04x}", "\\{:03o}", "\\u{:08x}")


def is_spelled(call: Call) -> bool:
    """Whether a text that runs, readable in itself, stands in the source as escapes alone."""
    first = call.first
    start = first.text[:_SPELLED] if first is not None and first.known else ""
    if len(start) < _SPELLED or not start.isascii() or not start.isprintable() or call.layers:
        return False
    code = call.code.lower()
    return any("".join(spell.format(ord(char)) for char in start) in code for spell in _ESCAPES)


def hidden_in(argument: Argument | None) -> tuple[Taint, ...]:
    """Labels of decoders that a reader cannot read through, on all of what is run."""
    if argument is None or not (argument.known or _UNKNOWN.fullmatch(argument.text) or "<" not in argument.text):
        return ()
    if not argument.known and any(t.source is Source.CALLER for t in argument.taints):
        return ()  # the command of whoever calls it: what of it was decoded, the caller has written in another form
    return tuple(t for t in argument.labels(Source.DECODED) if not _ENCODINGS.isdisjoint(t.decoders))


def in_words(taints: tuple[Taint, ...]) -> str:
    """The decoders as a sentence names them."""
    return " and ".join(chain_of(taints))


def chain_of(taints: tuple[Taint, ...]) -> list[str]:
    """The longest chain of decoders."""
    return max((t.decoders for t in taints), key=len)


def hiding(call: Call) -> tuple[Taint, ...]:
    """Labels of decoders around what is executed that a reader cannot read through."""
    return tuple(t for t in call.first.labels(Source.DECODED) if _hides(t)) if call.first is not None else ()


def _hides(taint: Taint) -> bool:
    """Whether a chain of decoders has one that a reader cannot read through."""
    return bool(set(taint.decoders) - READABLE)


def opaque(call: Call) -> bool:
    """Executes what could not be computed."""
    first = call.first
    return Does.RUN_CODE in call.does and first is not None and not first.known
