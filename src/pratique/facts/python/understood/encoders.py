"""Encoders of constants: what a program encodes itself, a shell or a later line decodes again."""

from __future__ import annotations

import ast
import base64
import binascii
from collections.abc import Callable, Mapping

from pratique.facts.python.machine import Machine
from pratique.facts.python.understood.shape import Special, plain
from pratique.facts.python.values import Api, Known, Value, deep_taints

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


SPECIAL: Mapping[str, Special] = dict.fromkeys(_ENCODERS, _encode)
