"""What one file may cost while its layers are unwrapped."""

from __future__ import annotations

from dataclasses import dataclass


class BudgetExceeded(Exception):
    """A limit of the budget is spent; ``limit`` names it."""

    def __init__(self, limit: str) -> None:
        super().__init__(f"limit on {limit} reached")
        self.limit = limit


class Undecodable(Exception):
    """The input is not what the decoder reads, or its arguments are not known well enough."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """Limits of one file, spent as it is read: nested layers, bytes a layer, bytes in all, evaluation steps.

    ``layers`` bounds depth and is compared by whoever nests; ``total_bytes`` and ``steps`` count down.
    """

    layers: int = 12
    layer_bytes: int = 8_000_000
    total_bytes: int = 64_000_000
    steps: int = 200_000

    def spend_bytes(self, size: int) -> None:
        """Account for one decoded layer of that many bytes."""
        if size > self.layer_bytes:
            raise BudgetExceeded("layer_bytes")
        if size > self.total_bytes:
            raise BudgetExceeded("total_bytes")
        self.total_bytes -= size

    def step(self, count: int = 1) -> None:
        """Account for evaluation steps."""
        if count > self.steps:
            raise BudgetExceeded("steps")
        self.steps -= count

    def enter_layer(self, depth: int) -> None:
        """Check that a layer at this depth (outermost: 1) may be read."""
        if depth > self.layers:
            raise BudgetExceeded("layers")
