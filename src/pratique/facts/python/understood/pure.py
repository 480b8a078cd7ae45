"""Pure functions of the standard library, computed where all that they are given is known and short.

Each is harmless whatever it is given, and its cost grows with its input alone.
"""

from __future__ import annotations

import ast
import base64
import csv
import hashlib
import html
import math
import re
import shlex
import struct
import textwrap
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from email.header import decode_header
from urllib.parse import parse_qs, parse_qsl

from pratique.facts.python.expressions import outsiders
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source
from pratique.facts.python.statements import binding
from pratique.facts.python.understood.shape import Special, plain
from pratique.facts.python.values import (
    Api,
    Echo,
    Known,
    Result,
    Value,
    all_deep_taints,
    constant_of,
    is_constant,
)

_TEXT = 200_000
"""Characters, bytes or items."""
_WORDS = 20_000
"""The same, for what is slow."""
_DECODERS = frozenset({"base64.b32hexdecode", "email.header.decode_header", "html.unescape"})
"""What hides a text from a reader; the others only tidy it up or take it apart."""
_HASHES = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256"})
_SIMPLE = re.compile(r"(?:\\?[^\\()*+?{}|]|\\.|\[[^\]\[]{1,40}\]){0,40}[*+]?|\.?\{\d{1,3}\}|\(\.\{\d{1,2}\}\)")
"""A pattern that takes no longer than its text is long: no groups, one repetition at its end."""


def _size(value: object) -> int:
    return len(value) if isinstance(value, str | bytes | tuple) else 1


def _pure(function: Callable[..., object], limit: int = _TEXT) -> Special:
    def special(_m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
        known, words = [constant_of(a) for a in args], {k: constant_of(v) for k, v in keywords.items()}
        if not known or not all(is_constant(k) for k in (*known, *words.values())) or sum(map(_size, known)) > limit:
            return None
        try:
            made = function(*known, **words)
        except Exception:  # noqa: BLE001 - hostile arguments raise anything; whatever it is, there is no constant
            return None
        taints = all_deep_taints([*args, *keywords.values()])
        if callee.name in _DECODERS:
            taints = outsiders.layered(taints, callee.name.rpartition(".")[2], node)
        return binding.lift(made, taints)

    return special


def _matching(function: Callable[..., object]) -> Callable[..., object]:
    def safe(pattern: object, *args: object) -> object:
        text = args[-1]
        if not isinstance(pattern, str) or not isinstance(text, str) or _SIMPLE.fullmatch(pattern) is None:
            raise ValueError
        return function(pattern, *args)

    return safe


def _replaced(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    """``re.sub(pattern, function, text)``: the function makes the text, match by match."""
    pattern, text = (plain(args[0]), plain(args[2])) if len(args) == 3 else (None, None)
    if not isinstance(pattern, str) or not isinstance(text, str) or len(text) > _WORDS:
        return None
    if _SIMPLE.fullmatch(pattern) is None or isinstance(args[1], Known):
        return None
    try:
        pieces, matches = re.split(pattern, text), re.findall(pattern, text)
    except (re.error, ValueError):
        return None
    if len(pieces) != len(matches) + 1:
        return None
    made = [m.invoke(m, args[1], [Echo(args[2].taints, one)], {}, node) for one in matches]
    if not all(isinstance(v, Known) and isinstance(v.value, str) for v in made):
        return Value(taints=all_deep_taints([*made, args[2]]))
    joined = "".join(p + str(plain(v)) for p, v in zip(pieces, [*made, Known(value="")], strict=True))
    return Known(value=joined, taints=all_deep_taints([*made, args[2]]))


def _rows(lines: Sequence[object], delimiter: str = ",") -> object:
    return list(csv.reader([str(line) for line in lines], delimiter=delimiter))


def _decoded_header(text: str) -> object:
    return [(part, charset) for part, charset in decode_header(text)]


def _parsed(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    text = plain(args[0]) if args else None
    if not isinstance(text, str) or len(text) > _TEXT:
        return None
    try:
        return binding.lift(ast.literal_eval(text), args[0].taints)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _digest(_m: Machine, callee: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``hashlib.sha256(data).digest()``: a key that is made of a text; of a name, nobody reads it any more."""
    _, algorithm, way = callee.name.replace("()", "").split(".")
    data = plain(callee.owner[0]) if callee.owner else None
    if not isinstance(data, bytes) or len(data) > _TEXT or len(callee.owner) > 1:
        taints = callee.taints | all_deep_taints(callee.owner)
        return Result(frozenset(t for t in taints if t.source is not Source.HOST), f"{callee.name}()")
    made = hashlib.new(algorithm, data, usedforsecurity=False)
    return Known(value=made.digest() if way == "digest" else made.hexdigest(), taints=callee.owner[0].taints)


def _power(base: int, exponent: int, modulus: int) -> int:
    if max(abs(base), abs(exponent), abs(modulus)) >= 1 << 2048:
        raise ValueError
    return pow(base, exponent, modulus)


def _divided(number: int, by: int) -> object:
    if by.bit_length() > 64:
        raise ValueError
    return divmod(number, by)


SPECIAL: Mapping[str, Special] = {
    "textwrap.dedent": _pure(textwrap.dedent, _WORDS),
    "shlex.split": _pure(shlex.split, _WORDS),
    "unicodedata.lookup": _pure(unicodedata.lookup),
    "unicodedata.normalize": _pure(unicodedata.normalize, _WORDS),
    "float.fromhex": _pure(float.fromhex),
    "html.unescape": _pure(html.unescape, _WORDS),
    "math.isqrt": _pure(math.isqrt),
    "pow": _pure(_power),
    "divmod": _pure(_divided),
    "ast.literal_eval": _parsed,
    "urllib.parse.parse_qs": _pure(parse_qs, _WORDS),
    "urllib.parse.parse_qsl": _pure(parse_qsl, _WORDS),
    "email.header.decode_header": _pure(_decoded_header, _WORDS),
    "base64.b32hexdecode": _pure(base64.b32hexdecode),
    "struct.unpack_from": _pure(struct.unpack_from),
    "struct.iter_unpack": _pure(lambda form, data: list(struct.iter_unpack(form, data))),
    "csv.reader": _pure(_rows, _WORDS),
    "re.findall": _pure(_matching(re.findall), _WORDS),
    "re.split": _pure(_matching(re.split), _WORDS),
    "re.sub": _replaced,
    **{f"hashlib.{name}().{way}": _digest for name in _HASHES for way in ("digest", "hexdigest")},
}
