"""Thirty candidate passwords, and the table of what becomes of them that stands in ``docs/accounts.md``.

    python -m tests.accounts.candidates

writes the table anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from pratique.accounts.breached import Breached
from pratique.accounts.hashing import HashCost, Hashes
from pratique.accounts.passwords import PasswordRules, Problem
from pratique.accounts.strength import normal, strength

PAGE = Path(__file__).parents[2] / "docs" / "accounts.md"
CHEAP = HashCost(passes=1, memory_kib=8, lanes=1)
HINTS = ("ada", "ada.lovelace@analytical.example", "Ada Lovelace", "difference-engine", "pratique", "packages.example")
STOLEN = {"mango-lantern-orbit-fresco": 4, "Zebra!Quartz7Nimbus": 1, "correcthorsebatterystaple": 1200}
USED = ("harbour-violet-tangent-moss",)
CANDIDATES = (
    "",
    "password",
    "password1234",
    "P@ssw0rd1234",
    "123456789012",
    "qwertyuiop[]",
    "qwertyuiopasdfgh",
    "aaaaaaaaaaaaaaaa",
    "abcabcabcabcabc",
    "letmeinletmein",
    "iloveyou2024!",
    "Summer2026!!!",
    "Monday-2026-07-20",
    "adalovelace1815",
    "Lovelace-Ada-1815",
    "differenceengine1",
    "pratiquepratique",
    "packages.example1",
    "tr0ub4dor&3",
    "Tr0ub4dor&3xyz",
    "xk7Q!2p",
    "xk7Q!2pV9#mB",
    "correct horse battery staple",
    "correcthorsebatterystaple",
    "mango-lantern-orbit-fresco",
    "Zebra!Quartz7Nimbus",
    "harbour-violet-tangent-moss",
    "thistle gravel opera ninety",
    "Ein Fjord voller Laternenfische",
    "x" * 1025,
)


class FakeBreaches:
    """A service that knows `STOLEN`."""

    async def range(self, prefix: str) -> Mapping[str, int]:
        """The stolen ones of this range."""
        digests = {hashlib.sha1(p.encode()).hexdigest().upper(): count for p, count in STOLEN.items()}
        return {digest[5:]: count for digest, count in digests.items() if digest.startswith(prefix)}


async def judged(password: str) -> list[Problem]:
    """What is said against a candidate."""
    hashes = Hashes(CHEAP)
    old = [await hashes.make(normal(one)) for one in USED]
    rules = PasswordRules(hashes, Breached(service=FakeBreaches()))
    return await rules.problems(password, hints=HINTS, old=old)


def table() -> str:
    """The whole table."""
    lines = ["| password | score | taken | because |", "| --- | --- | --- | --- |"]
    for candidate in CANDIDATES:
        problems = asyncio.run(judged(candidate))
        shown = f"`{candidate}`" if 0 < len(candidate) < 100 else f"({len(candidate)} characters)"
        why = " ".join(problem.text for problem in problems) or "It keeps every rule."
        taken = ", ".join(problem.fault for problem in problems) or "**yes**"
        lines.append(f"| {shown} | {strength(candidate, HINTS).score} | {taken} | {why} |")
    return "\n".join(lines)


def written(page: str) -> str:
    """The table that a page holds."""
    found = re.search(r"<!-- candidates -->\n(.*?)\n<!-- end -->", page, re.DOTALL)
    return found[1] if found else ""


if __name__ == "__main__":
    _text = PAGE.read_text(encoding="utf-8")
    _head, _, _rest = _text.partition("<!-- candidates -->\n")
    PAGE.write_text(f"{_head}<!-- candidates -->\n{table()}\n<!-- end -->{_rest.partition('<!-- end -->')[2]}", "utf-8")
