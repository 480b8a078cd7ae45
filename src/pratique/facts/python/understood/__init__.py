"""Builtins and other names that the evaluator understands itself, by canonical name."""

from __future__ import annotations

from collections.abc import Mapping

from pratique.facts.python.understood import (
    arrays,
    containers,
    decoders,
    encoders,
    feeding,
    iteration,
    loaded,
    numbers,
    operators,
    ordering,
    paths,
    pure,
    records,
    reflection,
    text,
)
from pratique.facts.python.understood.shape import Special

_SPECIAL: Mapping[str, Special] = {
    **text.SPECIAL,
    **numbers.SPECIAL,
    **containers.SPECIAL,
    **iteration.SPECIAL,
    **operators.SPECIAL,
    **ordering.SPECIAL,
    **pure.SPECIAL,
    **records.SPECIAL,
    **reflection.SPECIAL,
    **paths.SPECIAL,
    **decoders.SPECIAL,
    **encoders.SPECIAL,
    **feeding.SPECIAL,
    **loaded.SPECIAL,
    **arrays.SPECIAL,
}

_BY_LAST = {**reflection.BY_LAST, **loaded.BY_LAST}

__all__ = ["Special", "special_of"]


def special_of(name: str) -> Special | None:
    """What the evaluator itself makes of a call of that name, if it understands it."""
    return _SPECIAL.get(name) or _BY_LAST.get(name.rpartition(".")[2])
