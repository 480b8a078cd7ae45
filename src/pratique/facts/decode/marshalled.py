"""``marshal.loads``: a code object becomes what it would do, as source, so that it can be read again."""

from __future__ import annotations

from collections.abc import Mapping

from pratique.facts.decode.budget import Budget, Undecodable
from pratique.facts.decode.textual import argument, as_bytes
from pratique.facts.serialized import source_of_marshal, source_of_pyc


def loads(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``marshal.loads(bytes)`` of a code object, of any CPython from 3.6 on; nothing is loaded."""
    data = as_bytes(argument(args, kwargs, 0, "bytes"))
    budget.spend_bytes(len(data))
    source = source_of_marshal(data) or source_of_pyc(data)
    if not source:
        raise Undecodable("no code object")
    budget.spend_bytes(len(source))
    return source
