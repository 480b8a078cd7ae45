"""Literals inside text: JSON and Python displays."""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Mapping

from pratique.facts.decode.budget import Budget, BudgetExceeded, Undecodable
from pratique.facts.decode.textual import argument

_CHARACTERS = 1_000_000


def _source(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> str:
    value = argument(args, kwargs, 0, "s", "node_or_string")
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        raise Undecodable("not text")
    if len(value) > _CHARACTERS:
        raise BudgetExceeded("layer_bytes")
    budget.spend_bytes(len(value))
    return value


def json_loads(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``json.loads(s)``."""
    try:
        return json.loads(_source(args, kwargs, budget))
    except (ValueError, RecursionError, MemoryError) as error:
        raise Undecodable(str(error)) from None


def literal_eval(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``ast.literal_eval(s)``: constants and displays only."""
    text = _source(args, kwargs, budget)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError, OverflowError) as error:
        raise Undecodable(str(error)) from None
