"""What a new password must be; every fault is told at once, each with the next step."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pratique.accounts.breached import Breached
from pratique.accounts.hashing import Hashes
from pratique.accounts.strength import LONGEST, SHORTEST, normal, strength
from pratique.errors import PratiqueError, StorageError, UpstreamError

KEPT = 5
"""Passwords that are not taken again, the present one among them."""


class Fault(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    WEAK = "weak"
    BREACHED = "breached"
    UNCHECKED = "unchecked"
    """It cannot be told whether it is among stolen ones."""
    REUSED = "reused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault, in words."""

    fault: Fault
    text: str


class PasswordRefused(PratiqueError):
    """A password that does not keep the rules; ``problems`` has all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.text for problem in problems), remedy="Choose another password.")
        self.problems = tuple(problems)


class PasswordRules:
    """Checks new passwords and makes their hashes."""

    def __init__(self, hashes: Hashes, breached: Breached) -> None:
        self._hashes = hashes
        self._breached = breached

    async def keep(self, password: str, *, hints: Iterable[str], old: Sequence[str] = ()) -> str:
        """The hash of a password that keeps every rule; raises `PasswordRefused`."""
        if problems := await self.problems(password, hints=hints, old=old):
            raise PasswordRefused(problems)
        return await self._hashes.make(normal(password))

    async def problems(self, password: str, *, hints: Iterable[str], old: Sequence[str] = ()) -> list[Problem]:
        """All faults; the dear questions are asked only where the cheap ones found nothing."""
        said = normal(password)
        found = await asyncio.to_thread(by_itself, said, tuple(hints))
        return found or [*await self._stolen(said), *await self._used(said, old)]

    async def _stolen(self, password: str) -> list[Problem]:
        try:
            times = await self._breached.times(password)
        except (UpstreamError, StorageError):
            return [
                Problem(
                    fault=Fault.UNCHECKED,
                    text="It cannot be told now whether this password was stolen somewhere. "
                    "Try again later, or ask whoever runs this server to name an offline file.",
                )
            ]
        if not times:
            return []
        seen = "once" if times == 1 else f"{times:,} times"
        text = f"This password was seen {seen} among stolen ones, which attackers try first. Use it nowhere any more."
        return [Problem(fault=Fault.BREACHED, text=text)]

    async def _used(self, password: str, old: Sequence[str]) -> list[Problem]:
        for known in old[:KEPT]:
            if await self._hashes.fits(known, password):
                text = f"This is one of your last {KEPT} passwords. Choose one that you have not used here."
                return [Problem(fault=Fault.REUSED, text=text)]
        return []


def by_itself(password: str, hints: Iterable[str] = ()) -> list[Problem]:
    """The faults that can be told from the password alone, and from what an attacker knows of its owner."""
    problems = []
    if len(password) > LONGEST:
        return [Problem(fault=Fault.LONG, text=f"It has more than {LONGEST} characters. Use a shorter one.")]
    if len(password) < SHORTEST:
        text = f"It has {len(password)} characters. Use at least {SHORTEST}; a few unrelated words do."
        problems.append(Problem(fault=Fault.SHORT, text=text))
    weighed = strength(password, hints)
    if not weighed.enough:
        problems.append(Problem(fault=Fault.WEAK, text=f"It is easy to guess. {weighed.advice}"))
    return problems
