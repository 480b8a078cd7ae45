"""Texts that are put together of values not all of which are known: ``format`` and ``join``."""

from __future__ import annotations

import re
import string

from pratique.facts.python.expressions import attributes, constants, subscripts
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Taint
from pratique.facts.python.values import Items, Known, Scope, Text, Value, text_of

_REPEATED = re.compile(r"(<[^<>]{1,80}>)\1+")
"""The same unknown part again and again: letters drawn at random."""
_FIELD = re.compile(r"(\w*)((?:\.\w+|\[[^\]]{1,40}\])*)")
_STEP = re.compile(r"\.(\w+)|\[([^\]]{1,40})\]")


def formatted(
    machine: Machine, template: str, args: list[Value], words: dict[str, Value], taints: frozenset[Taint]
) -> Value:
    """``format`` with values of which not all are known, their attributes and items included."""
    made: list[str] = []
    known = True
    try:
        fields = list(string.Formatter().parse(template))
    except ValueError:
        return Text(text=template[: constants.SIZE_LIMIT], taints=taints)
    for count, (literal, field, spec, _) in enumerate(fields[:1_000]):
        made.append(literal)
        if field is not None:
            value = _field(machine, field, count, args, words)
            known = known and isinstance(value, Known) and not spec
            made.append(text_of(value))
    text = "".join(made)[: constants.SIZE_LIMIT]
    machine.built(len(text))
    return Known(value=text, taints=taints) if known else Text(text=text, taints=taints)


def _field(machine: Machine, field: str, count: int, args: list[Value], words: dict[str, Value]) -> Value:
    match = _FIELD.fullmatch(field)
    if match is None:
        return Value()
    first = match[1] or str(count)
    if first.isdecimal():
        value = args[int(first[:6])] if int(first[:6]) < len(args) else Value()
    else:
        value = words.get(first, Value())
    for name, key in _STEP.findall(match[2]):
        plain = int(key) if key.isdecimal() and len(key) < 9 else key
        value = (
            attributes.attribute(machine, value, name)
            if name
            else subscripts.item(machine, value, Known(value=plain), Scope())
        )
    return value


def partial_text(owner: Value, name: str, args: list[Value], keywords: dict[str, Value]) -> str:
    """What is known of a text of which a method was called, with gaps."""
    text = text_of(owner)
    if name == "join" and args:
        inner = args[0].items if isinstance(args[0], Items) else [args[0]]
        return _REPEATED.sub(r"\1", text.join(text_of(v) for v in inner[:256]))
    if name == "format":
        for index, value in enumerate(args):
            text = text.replace("{}", text_of(value), 1).replace(f"{{{index}}}", text_of(value))
        for key, value in keywords.items():
            text = text.replace(f"{{{key}}}", text_of(value))
        return text[: constants.SIZE_LIMIT]
    return text
