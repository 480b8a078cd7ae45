"""Filling: machine code that is put into memory, and what it can do where all of its few bytes are known."""

from __future__ import annotations

from pratique.facts.python.model import Argument
from pratique.facts.python.values import Choice, Items, Value, constant_of, deep_taints

COMPUTES = "<computes>"
"""Stands for bytes that can only compute."""

_SHORT = 48
"""Bytes; what reaches for other code is longer, but for what calls the system at once."""
_RETURN = 0xC3
_LEAVES = (b"\x0f\x05", b"\x0f\x34", b"\x0f\x07", b"\x0f\x35")
"""Instructions of x86 by which code enters the system."""
_BRANCHES = frozenset((0xE8, 0xE9, 0xEA, 0xEB, 0x9A, 0xFF, 0xCD, 0xCC, 0xCE, 0xCF, 0xC2, _RETURN, 0xCA, 0xCB))
"""Calls, jumps, interrupts and returns; these bytes inside of other instructions are taken for such, too.

What jumps under a condition stays near, where there is nothing else.
"""


def only_computes(value: Value) -> bool:
    """Whether it is a few instructions that call nothing, jump nowhere and return, whichever of a choice it is.

    Processors are asked like this what they can do, which Python has no function for.
    """
    if isinstance(value, Choice):
        return all(map(only_computes, value.options))
    code = bytes_of(value)
    if code is None or not 0 < len(code) <= _SHORT or code[-1] != _RETURN:
        return False
    body = code[:-1]
    return _BRANCHES.isdisjoint(body) and not any(leave in body for leave in _LEAVES)


def shown(argument: Argument, value: Value) -> Argument:
    """An argument that fills memory, as a fact."""
    return Argument(text=COMPUTES, taints=deep_taints(value)) if only_computes(value) else argument


def bytes_of(value: Value) -> bytes | None:
    """The bytes that a constant is, or a list of numbers of one byte."""
    constant = constant_of(value)
    if not isinstance(value, Items) or not isinstance(constant, tuple):
        return constant if isinstance(constant, bytes) else None
    plain = [n for n in constant if isinstance(n, int) and 0 <= n < 256]
    return bytes(plain) if plain and len(plain) == len(constant) else None
