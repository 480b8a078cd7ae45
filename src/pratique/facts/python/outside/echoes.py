"""What outside code may make of its arguments before it calls back with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pratique.facts.python.values import Choice, Echo, Items, Known, Result, Table, Value, all_deep_taints, join


def echo(args: Iterable[Value]) -> Value:
    """What outside code may make of these arguments before it calls back with it."""
    args = list(args)
    taints = all_deep_taints(args)
    found = join([Echo(taints, text) for text in list(dict.fromkeys(_texts(args, 0)))[:4]])
    return found if isinstance(found, Echo | Choice) else Value(taints=taints)


def _texts(values: Iterable[Value], depth: int) -> Iterator[str | bytes]:
    for value in values:
        if isinstance(value, Known):
            if isinstance(value.value, str | bytes) and len(value.value) > 1:
                yield value.value
        elif depth < 3:
            inner: Iterable[Value] = ()
            if isinstance(value, Items):
                inner = value.items[:64]
            elif isinstance(value, Table):
                inner = list(value.entries.values())[:64]
            elif isinstance(value, Result | Choice):
                inner = value.parts if isinstance(value, Result) else value.options
            yield from _texts(inner, depth + 1)
