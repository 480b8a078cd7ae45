"""What is kept in memory: the last used, within a budget."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Values whose weights add up to at most ``budget``; the least recently used give way.

    A value that weighs more than the budget is not kept.
    """

    def __init__(self, budget: int, weight: Callable[[Value], int] = lambda _: 1) -> None:
        self._budget = budget
        self._weight = weight
        self._total = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value, which is the last used from now on."""
        if (value := self._values.get(key)) is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Keep a value instead of what was kept under this key."""
        self.drop(key)
        self._values[key] = value
        self._total += self._weight(value)
        while self._total > self._budget:
            self.drop(next(iter(self._values)))

    def drop(self, key: Key) -> None:
        """Forget what is kept under this key, if anything is."""
        if (value := self._values.pop(key, None)) is not None:
            self._total -= self._weight(value)
