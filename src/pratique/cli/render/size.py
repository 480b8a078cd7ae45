"""Sizes as people read them."""

from __future__ import annotations

_KIB = 1024


def in_bytes(count: int) -> str:
    """``count`` bytes in the unit that keeps the number short."""
    amount = float(count)
    for unit in ("B", "KiB", "MiB"):
        if amount < _KIB:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= _KIB
    return f"{amount:.1f} GiB"
