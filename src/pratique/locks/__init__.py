"""Lock and requirement files, read as data: what they pin, by which hashes, and what in them cannot be read."""

from __future__ import annotations

from pratique.locks.compare import Difference, differences, permitted
from pratique.locks.model import Fault, Lock, Pin
from pratique.locks.reading import find_lock, read_lock

__all__ = ["Difference", "Fault", "Lock", "Pin", "differences", "find_lock", "permitted", "read_lock"]
