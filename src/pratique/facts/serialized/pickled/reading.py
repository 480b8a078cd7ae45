"""Pickles read as the program they are: a stack machine that is followed without importing or calling anything."""

from __future__ import annotations

import io
import pickletools

from pratique.facts.serialized.model import SerializedFacts
from pratique.facts.serialized.pickled.machine import CALLS, Machine
from pratique.facts.serialized.pickled.operations import apply

_OPERATIONS = 500_000


def read_pickle(data: bytes) -> SerializedFacts:
    """Follow a pickle's operations; every global and call is listed in order, with arguments as far as known.

    Several pickles behind one another are all read. Never raises; damage is in ``notes``.
    """
    machine = Machine()
    at, budget = 0, _OPERATIONS
    while at < len(data) and budget > 0:
        ended, budget = _one(data, at, machine, budget)
        if ended <= at or data[ended : ended + 1] != b"\x80":
            break
        at = ended
        machine.stack, machine.memo = [], {}
    if budget <= 0:
        machine.notes.append(f"has more than {_OPERATIONS:,} operations; the rest was not read")
    if len(machine.calls) >= CALLS:
        machine.notes.append(f"names more than {CALLS:,} globals; the rest is not listed")
    return SerializedFacts(
        format="pickle", calls=tuple(machine.calls), strings=tuple(machine.strings), notes=tuple(machine.notes)
    )


def _one(data: bytes, start: int, machine: Machine, budget: int) -> tuple[int, int]:
    """Read one pickle; return where it ended and what is left of the budget."""
    end = start
    stream = io.BytesIO(data)  # shares the bytes: a row of many pickles costs no copies
    stream.seek(start)
    try:
        for operation, argument, position in pickletools.genops(stream):
            budget -= 1
            if budget <= 0:
                break
            end = position or 0
            apply(machine, operation.name, argument, end)
            if operation.name == "STOP":
                return end + 1, budget
    except (ValueError, OverflowError, MemoryError, IndexError, EOFError) as error:
        machine.notes.append(f"is damaged at byte {end}: {str(error)[:200]}")
    return start, budget
