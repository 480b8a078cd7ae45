"""Argon2id (RFC 9106), with parameters that only ever rise."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = 2
"""Hashes computed together: each takes the memory of its parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashCost:
    """What a hash costs whoever makes it; the defaults are RFC 9106's second recommendation."""

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


class Hashes:
    """Makes and checks password hashes on threads of the loop's."""

    def __init__(self, cost: HashCost | None = None) -> None:
        self._cost = cost or HashCost()
        self._hasher = PasswordHasher(
            time_cost=self._cost.passes,
            memory_cost=self._cost.memory_kib,
            parallelism=self._cost.lanes,
            type=Type.ID,
        )
        self._nobody = ""
        self._limit = asyncio.Semaphore(_AT_ONCE)

    async def make(self, password: str) -> str:
        """A hash with a salt of its own, in Argon2's own encoding."""
        async with self._limit:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, known: str, password: str) -> bool:
        """Whether the hash is of this password. An empty hash costs as much as another, and fits nothing."""
        if not self._nobody:
            self._nobody = await self.make("a password of nobody's")
        async with self._limit:
            fits = await asyncio.to_thread(self._verify, known or self._nobody, password)
        return fits and bool(known)

    def outdated(self, known: str) -> bool:
        """Whether a hash was made at a lower cost than is asked for now."""
        try:
            made = extract_parameters(known)
        except InvalidHashError:
            return True
        return (
            made.type is not Type.ID
            or made.time_cost < self._cost.passes
            or made.memory_cost < self._cost.memory_kib
            or made.parallelism < self._cost.lanes
        )

    def _verify(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password)
        except (VerificationError, InvalidHashError):
            return False
