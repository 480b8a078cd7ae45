"""The first sieve: which source files can hold a chain that a rule reports, by combinations of words.

A chain needs a source and a sink. One word says little (half of all files mention some sink), but few
honest files hold all the words of a chain. The words and their combinations stand in ``sieve.yar``.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pratique.artifact import Role

if TYPE_CHECKING:
    import yara_x

Words = frozenset[str]
"""Names of the sieve's rules tagged ``word`` that match a file."""
_ALWAYS = frozenset({Role.SETUP, Role.BACKEND, Role.BUILD, Role.STARTUP})
_CHAIN = "chain"
_DECLARED = re.compile(rb"coding[=:][ \t]*([-\w.]+)")
_JOINTS = (b"' '", b'" "', b"'+'", b'"+"', b"' + '", b'" + "')
_PIECES = re.compile(rb"(?<=[\w./-])(['\"])[ \t]*\+?[ \t]*\1(?=[\w./-])")
_OF_WORDS = frozenset(bytes([c]) for c in range(256) if re.match(rb"[\w./-]", bytes([c])))
_local = threading.local()
"""A scanner belongs to one thread; making one costs as much as scanning a file."""
_PLAIN_ENCODINGS = frozenset([b"utf-8", b"utf8", b"ascii", b"us-ascii", b"latin-1", b"latin1", b"iso-8859-1", b"utf_8"])


def mentions(data: bytes, role: Role) -> tuple[Words, bool]:
    """The words of a source file, and whether it must be parsed; install and start-up code always is."""
    found, holds_chain = _scan(data)
    for other in (_normalised(data), _joined(data)):
        if other and not holds_chain:
            more, holds_chain = _scan(other)
            found |= more
    return found, holds_chain or role in _ALWAYS or _odd_encoding(data)


def _scan(data: bytes) -> tuple[Words, bool]:
    words: list[str] = []
    holds_chain = False
    for rule in _scanner().scan(data).matching_rules:
        if _CHAIN in rule.tags:
            holds_chain = True
        else:
            words.append(rule.identifier)
    return frozenset(words), holds_chain


def where(data: bytes, words: Words) -> Iterator[tuple[int, int]]:
    """Where these words stand in the bytes of a file: first and last byte of each."""
    for rule in _scanner().scan(data).matching_rules:
        if rule.identifier in words:
            for match in (match for pattern in rule.patterns for match in pattern.matches):
                yield match.offset, match.offset + match.length - 1


def plain(data: bytes) -> bool:
    """Whether all words of a source file stand in its bytes as Python reads them."""
    return not (_odd_encoding(data) or _normalised(data) or _joined(data))


def _normalised(data: bytes) -> bytes:
    """Identifiers are compared in NFKC (PEP 3131): letters that only look odd spell the same name."""
    if data.isascii():
        return b""
    text = data.decode("utf-8", "replace")
    if unicodedata.is_normalized("NFKC", text):
        return b""
    return unicodedata.normalize("NFKC", text).encode("utf-8", "replace")


def _joined(data: bytes) -> bytes:
    """Strings in pieces as Python joins them: ``'sys' 'tem'`` and ``'sys' + 'tem'`` are one word."""
    if not any(_joins(data, joint) for joint in _JOINTS):
        return b""
    joined, count = _PIECES.subn(b"", data)
    return joined if count else b""


def _joins(data: bytes, joint: bytes) -> bool:
    """Whether a joint stands between two pieces anywhere, and not by itself, as a blank in quotes does."""
    at = data.find(joint)
    while at >= 0:
        if data[at - 1 : at] in _OF_WORDS and data[at + len(joint) : at + len(joint) + 1] in _OF_WORDS:
            return True
        at = data.find(joint, at + 1)
    return False


def _odd_encoding(data: bytes) -> bool:
    """A source whose words do not stand in its bytes as they are read (PEP 263)."""
    if b"\0" in data[:4_096] or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return True
    declared = _DECLARED.search(b"\n".join(data[:400].split(b"\n")[:2]))
    return declared is not None and declared[1].lower() not in _PLAIN_ENCODINGS


def _scanner() -> yara_x.Scanner:
    scanner: yara_x.Scanner | None = getattr(_local, "scanner", None)
    if scanner is None:
        import yara_x

        scanner = _local.scanner = yara_x.Scanner(_rules())
    return scanner


@lru_cache(maxsize=1)
def _rules() -> yara_x.Rules:
    import yara_x

    return yara_x.compile(files(__package__).joinpath("sieve.yar").read_text("utf-8"))
