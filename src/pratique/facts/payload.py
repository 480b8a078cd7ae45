"""Code that lies in files of data: behind decoders, in the frames of a sound, after the end of an image."""

from __future__ import annotations

import ast
import json
import re
import struct
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pratique.artifact import Member, Role
from pratique.facts.decode import Budget, BudgetExceeded, guess
from pratique.facts.serialized import is_pyc, source_of_marshal, source_of_pyc
from pratique.facts.shell import read_shell

_READ = 4_000_000
_LAYERS = 6
_BREADTH = 40
"""Texts that one file may give, all layers together."""
_STRINGS = 200
_SHORTEST = 16
_PARSED = 1_000_000
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"PK\3\4")
_CODE = (".py", ".pyw", ".pyi", ".pyc", ".pth", ".pyx", ".pxd", ".so", ".pyd", ".dll", ".exe", ".dylib")
_BLOB = re.compile(rb"\s*(?:b?['\"])?[A-Za-z0-9+/=_\-\s\\]{64,}['\"]?\s*")
_WORD = re.compile(rb"[A-Za-z0-9+/_=-]{40,}")
_PYTHON = re.compile(r"\b(?:import|exec|eval|def|lambda|class|print|__import__)\b")
_SHELL = re.compile(
    r"\b(?:curl|wget|powershell|iwr|iex|bash|certutil|mshta|bitsadmin|schtasks)\b|/bin/sh|/dev/tcp|\bnc ", re.IGNORECASE
)
_COMMAND = 4_000
"""Characters of a decoded command; longer texts of words are no commands."""
_MARSHALLED = (b"\xe3", b"c\0\0\0\0")
_IMAGE_ENDS = ((b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"), (b"\xff\xd8\xff", b"\xff\xd9"), (b"GIF8", b"\0;"))


class Kind(StrEnum):
    """What a file of data turned out to hold."""

    PYTHON = "Python code"
    SHELL = "a shell command"
    PROGRAM = "a program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One thing that a file may stand for, and the decoders on the way to it, outermost first."""

    data: bytes
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadFacts:
    """A file of data that holds code behind at least one layer."""

    path: str
    kind: Kind
    layers: tuple[str, ...]
    code: str
    """The first line of the code, at most 400 characters."""


def read_payload(member: Member) -> PayloadFacts | None:
    """Facts of a file that is no code by its place and hides some all the same; None for every other."""
    if member.role not in {Role.DATA, Role.SCRIPT} or member.path.endswith(_CODE) or not _worth_decoding(member.data):
        return None
    for content in contents(member.data):
        if content.layers and (kind := kind_of(content.data)) is not None:
            first = next((line for line in content.data[:2_000].splitlines() if line.strip()), b"")
            code = "" if kind is Kind.PROGRAM else first.decode("utf-8", "replace")[:400]
            return PayloadFacts(path=member.path, kind=kind, layers=content.layers, code=code)
    return None


def _worth_decoding(data: bytes) -> bool:
    """Whether the whole file is one encoded text, compressed, or a container with room for one."""
    return (
        _BLOB.fullmatch(data[:400]) is not None
        or data[:2] in {b"x\x9c", b"x\xda", b"x\x01", b"BZ"}
        or data.startswith((b"RIFF", b"\x1f\x8b", b"\xfd7zXZ", *_MARSHALLED, *(start for start, _ in _IMAGE_ENDS)))
    )


def contents(data: bytes) -> Iterator[Content]:
    """Everything that bytes may stand for, themselves first; bounded in layers, breadth and decoded bytes."""
    budget = Budget(layers=_LAYERS)
    queue = [Content(data=data[:_READ], layers=())]
    seen: set[bytes] = set()
    for content in queue:
        if content.data in seen or len(seen) >= _BREADTH:
            continue
        seen.add(content.data)
        yield content
        if len(content.layers) < _LAYERS:
            try:
                queue += _next(content, budget)
            except BudgetExceeded:
                return


def _next(content: Content, budget: Budget) -> Iterable[Content]:
    data = content.data
    opened = list(_opened(data))
    inner = [Content(data=made, layers=(*content.layers, *name.split(">"))) for name, made in opened]
    if not opened:
        stripped = data.strip().strip(b"'\"")
        stripped = stripped.removeprefix(b"b'").removeprefix(b'b"')
        guessed = guess(stripped, budget) or [g for word in _words(stripped) for g in guess(word, budget)]
        inner += [Content(data=made, layers=(*content.layers, name)) for name, made in guessed]
    return inner


def _words(data: bytes) -> list[bytes]:
    """Long words of a text that could be something encoded: values of a configuration, of a document of any kind."""
    return _WORD.findall(data[:_PARSED])[:_BREADTH] if b"\0" not in data[:2_000] else []


def _opened(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What lies inside a container whose format says where."""
    if data.startswith(b"RIFF") and (frames := wave_frames(data)):
        yield "wav", frames
        if (plain := _unmasked(frames)) is not None:
            yield "wav>xor", plain
    for start, end in _IMAGE_ENDS:
        if data.startswith(start) and (at := data.rfind(end)) >= 0 and data[at + len(end) :].strip(b"\0\r\n "):
            yield "after-image", data[at + len(end) :]
    if is_pyc(data) and (source := source_of_pyc(data)):
        yield "pyc", source.encode("utf-8", "replace")
    elif data.startswith(_MARSHALLED) and (source := source_of_marshal(data)):
        yield "marshal", source.encode("utf-8", "replace")
    if data.lstrip()[:1] in {b"{", b"["}:
        yield from (("json", text.encode("utf-8", "replace")) for text in _strings(data))


def _unmasked(data: bytes) -> bytes | None:
    """Bytes that one key byte hid: the key under which the beginning is text that speaks of importing."""
    head = data[:2_000]
    for key in range(1, 256):
        plain = head.translate(bytes(i ^ key for i in range(256)))
        if b"import" in plain and plain.isascii():
            return data.translate(bytes(i ^ key for i in range(256)))
    return None


def wave_frames(data: bytes) -> bytes:
    """The samples of a WAV file (RIFF chunk ``data``), as ``wave.readframes`` gives them; empty when there are none."""
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data":
            return data[at + 8 : at + 8 + size]
        at += 8 + size + (size & 1)
    return b""


def _strings(data: bytes) -> list[str]:
    try:
        stack: list[object] = [json.loads(data)]
    except (ValueError, RecursionError):
        return []
    found: list[str] = []
    while stack and len(found) < _STRINGS:
        value = stack.pop()
        if isinstance(value, str) and len(value) >= _SHORTEST:
            found.append(value)
        elif isinstance(value, (list, dict)):
            stack += value.values() if isinstance(value, dict) else value
    return found


def kind_of(data: bytes) -> Kind | None:
    """What decoded bytes are, when they are something that can be run."""
    if data.startswith(_PROGRAMS):
        return Kind.PROGRAM if data[:2] != b"PK" and len(data) > 256 else None
    text = data[:_PARSED].decode("utf-8", "replace")
    if is_python(text):
        return Kind.PYTHON
    return Kind.SHELL if _SHELL.search(text[:_COMMAND]) and read_shell(text[:_COMMAND]).remarkable else None


def is_python(text: str) -> bool:
    """Whether a text is Python source that does something: it parses, and holds more than values."""
    if not _PYTHON.search(text) or "\ufffd" in text[:2_000]:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(isinstance(node, (ast.Import, ast.ImportFrom, ast.Call)) for node in ast.walk(tree))
