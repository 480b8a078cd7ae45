"""Encoders of constants: what a program encodes itself, a shell or a later line decodes again."""

from __future__ import annotations

import ast
import base64
import binascii
from collections.abc import Callable, Mapping

from pratique.facts.python.machine import Machine
from pratique.facts.python.understood.shape import Special, bound, plain
from pratique.facts.python.values import Api, Items, Known, Value, deep_taints

_LIMIT = 1_000_000
_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "base64.b64encode": base64.b64encode,
    "base64.standard_b64encode": base64.b64encode,
    "base64.urlsafe_b64encode": base64.urlsafe_b64encode,
    "base64.b32encode": base64.b32encode,
    "base64.b16encode": base64.b16encode,
    "base64.b85encode": base64.b85encode,
    "base64.encodebytes": base64.encodebytes,
    "binascii.hexlify": binascii.hexlify,
    "binascii.b2a_hex": binascii.hexlify,
    "binascii.b2a_base64": binascii.b2a_base64,
}


def _encode(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    data = plain(args[0]) if args else None
    if isinstance(data, str) and len(data) <= _LIMIT:
        data = data.encode("utf-8", "replace")  # as Python 2 did: what is wrong in it is not ours to judge
    if not isinstance(data, bytes) or len(data) > _LIMIT:
        return None
    return Known(value=_ENCODERS[callee.name](data), taints=deep_taints(args[0]))


_TEXTUAL = frozenset({"utf-8", "utf8", "ascii", "latin-1", "latin1", "utf_8"})


def _getencoder(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return bound("<encoder>", args[0]) if args else None


def _encoder(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``codecs.getencoder(name)(text)``: the bytes and a length."""
    codec, data = [plain(a) for a in args[:2]] if len(args) > 1 else (None, None)
    if not isinstance(data, str) or codec not in _TEXTUAL or len(data) > _LIMIT:
        return None
    return Items(items=[Known(value=data.encode("utf-8", "replace"), taints=args[1].taints), Known(value=len(data))])


SPECIAL: Mapping[str, Special] = {
    **dict.fromkeys(_ENCODERS, _encode),
    "codecs.getencoder": _getencoder,
    "<encoder>": _encoder,
}
