"""Latent programs: what is executed was not computed, but the file holds a text that decodes to a program.

Whatever takes the text from its place to `exec` (a library, a loop, an object that nobody knows), the text itself
stands in the file. It is looked for only where something is executed that the evaluator could not tell.
"""

from __future__ import annotations

import ast
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pratique.facts.decode import Budget, BudgetExceeded, guess
from pratique.facts.payload import Kind, kind_of
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Call, Does, Source, Taint
from pratique.facts.python.outside import commands
from pratique.facts.python.source.parse import Parsed

_SHORTEST = 24
"""Characters of a text that can hold a program worth hiding."""
_LONGEST = 400_000
_TEXTS = 400
"""Texts of one file that are tried."""
_DEPTH = 5
_BREADTH = 24
_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?![\w.])")
_WORD = re.compile(rb"[A-Za-z0-9+/_=-]{40,}")
_COMMENT = re.compile(r"^[ \t]*#+[!: \t]?(.*)$", re.MULTILINE)
_SPEAKS = (b"import ", b"exec(", b"eval(", b"__import__")
_EXECUTES = frozenset({Does.RUN_CODE, Does.RUN_PROCESS})
_REACHES = frozenset({Does.RUN_PROCESS, Does.FETCH, Does.SEND, Does.NATIVE, Does.LISTEN, Does.DELETE})


@dataclass(frozen=True, slots=True)
class _Latent:
    """A program that a text of the file decodes to."""

    source: str
    kind: Kind
    layers: tuple[str, ...]
    line: int


def opaque(machine: Machine) -> Call | None:
    """A call that executes by itself a text of which nothing but its origin is known; code rather than a command."""
    found = [call for call in machine.calls if _is_opaque(call)]
    return next((call for call in found if Does.RUN_CODE in call.does), found[0] if found else None)


def bring_out(machine: Machine, parsed: Parsed) -> None:
    """Read the programs that lie in the file, if it executes by itself what nobody could compute."""
    unknown = opaque(machine)
    if unknown is None:
        return
    for latent in _programs(parsed):
        before = len(machine.calls)
        with machine.during(unknown.phase):
            _read(machine, latent, unknown)
        if any(not call.does.isdisjoint(_REACHES) for call in machine.calls[before:]):
            machine.calls[machine.calls.index(unknown)] = _labelled(unknown, latent)
            return
        del machine.calls[before:]


def _is_opaque(call: Call) -> bool:
    if call.does.isdisjoint(_EXECUTES) or not call.phase.automatic:
        return False
    first = call.arguments.get("0") or call.arguments.get("args")
    return first is not None and not first.known and (Does.RUN_CODE in call.does or "<" in first.text)


def _read(machine: Machine, latent: _Latent, call: Call) -> None:
    if latent.kind is Kind.PYTHON:
        machine.read_code(machine, latent.source, (*call.layers, *latent.layers), None, latent.line)
    elif Does.RUN_PROCESS in call.does:
        label = frozenset({Taint(Source.DECODED, ">".join(latent.layers), latent.line)})
        at = ast.Pass(lineno=latent.line)
        commands.run_script(machine, call.name, latent.source, label, at, latent.layers[-1])


def _labelled(call: Call, latent: _Latent) -> Call:
    if "0" not in call.arguments:
        return call
    label = Taint(Source.DECODED, ">".join(latent.layers), latent.line)
    first = call.arguments["0"]
    return replace(call, arguments=call.arguments | {"0": replace(first, taints=first.taints | {label})})


def _programs(parsed: Parsed) -> Iterator[_Latent]:
    budget = Budget()
    tried: set[bytes] = set()
    for data, layers, line in _texts(parsed):
        if data in tried or not _SHORTEST <= len(data) <= _LONGEST or len(tried) >= _TEXTS:
            continue
        tried.add(data)
        try:
            for made, chain in _decoded(data, layers, budget):
                kind = kind_of(made) if chain else None
                if kind is not None and kind is not Kind.PROGRAM:
                    yield _Latent(made.decode("utf-8", "replace"), kind, chain, line)
        except BudgetExceeded:
            return


def _decoded(data: bytes, layers: tuple[str, ...], budget: Budget) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    queue = [(data, layers), *_turned(data, layers)]
    for made, chain in queue:
        yield made, chain
        if len(chain) < _DEPTH and len(queue) < _BREADTH:
            queue += [(inner, (*chain, *name.split(">"))) for name, inner in guess(made.strip(), budget)]


def _turned(data: bytes, layers: tuple[str, ...]) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """What the text is backwards, or with its letters or bytes shifted."""
    yield data[::-1], (*layers, "reverse")
    if data.isascii():
        yield codecs.encode(data.decode("ascii"), "rot13").encode("ascii"), (*layers, "rot13")
    if _in_utf16(data):
        yield data.replace(b"\0", b""), (*layers, "utf-16")
    for start in range(2):
        if any(word in (made := data[start::2]) for word in _SPEAKS):
            yield made, (*layers, "slice")
    if (key := _key_of(data)) > 0:
        yield data.translate(bytes(i ^ key for i in range(256))), (*layers, "xor")


def _key_of(data: bytes) -> int:
    """The one byte that hides a text that imports or executes something; 0 where there is none.

    Two neighbours differ in the same bits whatever the key is.
    """
    steps = _steps(data)
    found = ((steps.find(_steps(word)), word) for word in _SPEAKS)
    return next((data[at] ^ word[0] for at, word in found if at >= 0), 0)


def _steps(data: bytes) -> bytes:
    return (int.from_bytes(data[1:], "big") ^ int.from_bytes(data[:-1], "big")).to_bytes(len(data) - 1, "big")


def _in_utf16(data: bytes) -> bool:
    return len(data) >= _SHORTEST and data[:_SHORTEST].count(0) * 2 == _SHORTEST


def _texts(parsed: Parsed) -> Iterator[tuple[bytes, tuple[str, ...], int]]:
    """Texts that stand in a file, in one piece or in many: the bytes, what puts them together, and the line."""
    for node in ast.walk(parsed.tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            yield from _of_constant(node.value, line)
        elif isinstance(node, ast.Constant) and type(node.value) is int and node.value.bit_length() >= _SHORTEST * 8:
            size = (node.value.bit_length() + 7) // 8
            yield node.value.to_bytes(size, "big"), ("ints",), line
            yield node.value.to_bytes(size, "little"), ("ints",), line
        elif isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.ClassDef):
            yield from _of_pieces(node, line)
    comments = "".join(line.strip() for line in _COMMENT.findall(parsed.text))
    yield comments.encode("utf-8", "replace"), ("comments",), 0


def _of_constant(value: str | bytes, line: int) -> Iterator[tuple[bytes, tuple[str, ...], int]]:
    if len(value) < _SHORTEST:
        return
    data = value.encode("utf-8", "replace") if isinstance(value, str) else value
    yield data, (), line
    for word in _WORD.findall(data):  # in a mail, a configuration, a document of any kind
        if word != data:
            yield word, (), line
    if isinstance(value, str):
        yield from _of_numbers([int(n) for n in _NUMBER.findall(value[:_LONGEST])], line)


def _of_pieces(node: ast.AST, line: int) -> Iterator[tuple[bytes, tuple[str, ...], int]]:
    held = list(_constants(node))
    words = [w.encode("utf-8", "replace") if isinstance(w, str) else w for w in held if isinstance(w, str | bytes)]
    if len(words) > 1:
        yield b"".join(words), ("pieces",), line
        yield b"".join(reversed(words)), ("pieces", "reverse"), line
    yield from _of_numbers([n for n in held if type(n) is int], line)


def _constants(node: ast.AST) -> Iterator[object]:
    """The constants in a node, as they follow one another in the text."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Constant):
            yield one.value
        elif isinstance(one, ast.Dict):
            waiting += one.values[::-1]
        else:
            waiting += list(ast.iter_child_nodes(one))[::-1]


def _of_numbers(numbers: list[int], line: int) -> Iterator[tuple[bytes, tuple[str, ...], int]]:
    if len(numbers) >= _SHORTEST and all(0 <= n < 256 for n in numbers):
        yield bytes(numbers), ("ints",), line
